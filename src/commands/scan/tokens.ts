/** Letters and digits mixed, this many in a row, are a key rather than a word. */
const TOKEN = /[A-Za-z0-9_~%=.-]{20,}/gu;

/** Addresses of remote servers carry keys in their paths, in queries and before the host. */
const ADDRESS = /\bhttps?:\/\/[^\s"'<>]+/giu;

/** The text with whatever may be a key inside an address replaced by `…`. */
export function withoutTokens(text: string): string {
  return text.replace(ADDRESS, (address) => {
    const parts = /^(https?:\/\/)(?:[^/?#]*@)?([^/?#]*)([^?#]*)/iu.exec(address);
    if (parts === null) return '…';
    const [, scheme = '', host = '', path = ''] = parts;
    return `${scheme}${host}${path.replace(TOKEN, (word) => (isWord(word) ? word : '…'))}`;
  });
}

/** Letters and digits mixed, at least so many in a row. */
const KEY = /[\w~+=-]{20,}/gu;

/** The same of a text that a program wrote, which may quote a key that it found: outside of addresses too. */
export function withoutKeys(text: string): string {
  return withoutTokens(text).replace(KEY, (word) => (/\d/u.test(word) && /[A-Za-z]/u.test(word) ? '…' : word));
}

/** A long segment of plain words (`model-context-protocol`) is no key. */
function isWord(text: string): boolean {
  return !/\d/u.test(text) && /^[a-z]{1,15}(?:[-_.][a-z]{1,15})*$/u.test(text);
}

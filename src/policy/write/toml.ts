import { stringify } from 'smol-toml';

/** A TOML document. Lone surrogates, which TOML cannot hold, become U+FFFD; no rule is ever written for such a name. */
export function tomlText(value: Readonly<Record<string, unknown>>): string {
  return `${stringify(value).trimEnd()}\n`;
}

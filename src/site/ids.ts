/** Compares ids as the database sorts them: by code point, which UTF-16 order is not above U+FFFF. */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  if (PLAIN.test(a) && PLAIN.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
const PLAIN = /^[\x20-\x7e]*$/;

/** Printable ASCII without `"` and `\`. */
const PLAIN = /^[ !#-[\]-~]*$/u;

/** Whether a text stands for itself between double quotes, in every language that we write. */
export function needsNoEscape(text: string): boolean {
  return PLAIN.test(text);
}

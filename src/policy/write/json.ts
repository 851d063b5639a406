/** A JSON document as it is written: two spaces, sorted by the writer, a line feed at the end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** An object with own keys only, whatever the keys are called (`__proto__` too). Later keys of one name win. */
export function record<Value>(entries: Iterable<readonly [string, Value]>): Readonly<Record<string, Value>> {
  return Object.fromEntries(entries);
}

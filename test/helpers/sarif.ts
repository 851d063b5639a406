import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import * as z from 'zod';

/** The schema of SARIF 2.1.0 as its makers' package ships it. Of draft 4 it uses nothing that is not in later drafts. */
const {
  $schema: _,
  id: __,
  ...shipped
} = z
  .record(z.string(), z.unknown())
  .parse(createRequire(import.meta.url)('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'));

const validate = new Ajv({
  strict: false,
  allErrors: true,
  // One of its patterns is none by the stricter grammar.
  unicodeRegExp: false,
  formats: { uri: URL.canParse, 'uri-reference': (text) => URL.canParse(text, 'file:///'), 'date-time': true },
}).compile(shipped);

/** What is wrong with a log by the schema; empty when it is valid. */
export function sarifFaults(log: unknown): readonly string[] {
  if (validate(log)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

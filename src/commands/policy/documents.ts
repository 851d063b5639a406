import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import type { Json } from '../../model/tool.ts';
import { tomlText } from '../../policy/write/toml.ts';
import type { Tree } from '../../policy/write/tree.ts';
import { yamlText } from '../../policy/write/yaml.ts';
import { CommandError } from '../command.ts';

/** Readers and writers of the documents that formats are made of. */
interface Language {
  parse(text: string): unknown;
  write(value: Json): string;
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  'application/json': {
    parse: (text) => JSON.parse(text),
    write: (value) => `${JSON.stringify(value, undefined, 2)}\n`,
  },
  'application/yaml': { parse: (text) => parseYaml(text), write: (value) => yamlText(YamlRecord.parse(value)) },
  'application/toml': { parse: (text) => parseToml(text), write: (value) => tomlText(TomlRecord.parse(value)) },
};

const TomlRecord = z.record(z.string(), z.json());
const Yaml: z.ZodType<Tree> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.array(Yaml), z.record(z.string(), Yaml)]),
);
const YamlRecord = z.record(z.string(), Yaml);

/** Whether documents of a media type can be merged. */
export function isDocument(mediaType: string): boolean {
  return Object.hasOwn(LANGUAGES, mediaType);
}

/** Parses a document; an empty one is an empty object. Throws `CommandError` that names the file. */
export function parseDocument(mediaType: string, text: string, file: string): Json {
  if (text.trim() === '') return {};
  try {
    return z.json().parse(LANGUAGES[mediaType]?.parse(text));
  } catch (cause) {
    throw new CommandError(`${file} cannot be merged into: ${whyNot(mediaType, text, cause)}`, { cause });
  }
}

function whyNot(mediaType: string, text: string, cause: unknown): string {
  if (cause instanceof z.ZodError) return 'it holds a value that JSON has no word for.';
  const language = mediaType.slice(mediaType.indexOf('/') + 1).toUpperCase();
  const comments = mediaType === 'application/json' && /(?:^|\s)\/[/*]/u.test(text);
  const advice = comments ? ' It seems to have comments, which would be lost: take them out, or merge by hand.' : '';
  return `it is no ${language} (${cause instanceof Error ? cause.message : String(cause)}).${advice}`;
}

/** Writes a document. */
export function writeDocument(mediaType: string, value: Json): string {
  return LANGUAGES[mediaType]?.write(value) ?? '';
}

import { hash } from 'node:crypto';
import { createRequire } from 'node:module';
import { parse as parseToml, TomlError } from 'smol-toml';
import type { Document as YamlDocument } from 'yaml';
import { LIMITS } from '../../model/limits.ts';
import type { Failure } from '../../model/manifest.ts';
import type { Document } from '../extractor.ts';
import { type Parsed, parseJson, toJson, tooDeep } from './json.ts';
import { decodeText } from './text.ts';

/** A document that can be given to an extractor, with what was mended while it was opened. */
export interface OpenedDocument {
  readonly kind: 'document';
  readonly document: Document;
  readonly problems: readonly string[];
  /** SHA-256 of the bytes, hex. */
  readonly contentHash: string;
  /** The bytes, where `JSON.stringify` of the value would give the very same. */
  readonly json?: Uint8Array;
}

/** YAML is parsed some fifty times slower than JSON, so it has a smaller bound; the largest real catalogue has 1.5 MB. */
const YAML_BYTES = 4 << 20;

/** A page that people read; the largest README seen has 0.3 MB. */
const PROSE_BYTES = 4 << 20;

/** HTML parsers take quadratic time on elements that are never closed; real pages nest less than 100 deep. */
const HTML_DEPTH = 512;

/** Elements that need no closing tag. */
const OPEN_ENDED =
  /^(?:p|li|d[td]|t[dhr]|t(?:head|body|foot)|option|optgroup|col(?:group)?|r[bpt]c?|area|base|br|embed|hr|img|input|link|meta|param|source|track|wbr|path|circle|rect|line|use)$/iu;

/** JSON that is parsed and printed again is so many times longer at most: `1e20` becomes 21 characters. */
const JSON_GROWTH = 6;

type Language = 'json' | 'yaml' | 'toml' | 'text';

const BY_EXTENSION: readonly (readonly [RegExp, Language])[] = [
  [/\.(?:json|jsonc|json5|har)$/iu, 'json'],
  [/\.ya?ml$/iu, 'yaml'],
  [/\.toml$/iu, 'toml'],
  [/\.(?:md|mdx|markdown|html?|txt|rst)$/iu, 'text'],
];

/**
 * Opens bytes from outside as a document: decodes, parses by file extension or by the first character, and bounds size
 * and depth. Everything after it sees only valid Unicode and `Json`.
 */
export function openDocument(bytes: Uint8Array, location: string, fileName: string): OpenedDocument | Failure {
  if (bytes.length > LIMITS.manifestBytes) {
    return failed(
      'too-large',
      'manifest-bytes',
      `${fileName} has ${bytes.length} bytes; the limit is ${LIMITS.manifestBytes}`,
    );
  }
  const { text, problems } = decodeText(bytes);
  const contentHash = hash('sha256', bytes, 'hex');
  const language = languageOf(fileName, text);
  if (language === 'text') {
    if (bytes.length > PROSE_BYTES) {
      return failed(
        'too-large',
        'page-bytes',
        `${fileName} has ${bytes.length} bytes; the limit of a page is ${PROSE_BYTES}`,
      );
    }
    if (isPage(fileName, text) && htmlDepth(text) > HTML_DEPTH) {
      return failed('malformed', 'too-deep', `${fileName}: the page is nested deeper than ${HTML_DEPTH} elements`);
    }
    return { kind: 'document', document: { location, fileName, text }, problems, contentHash };
  }
  const parsed = parse(language, text);
  if (parsed.kind === 'bad') return failed('malformed', parsed.reason, `${fileName}: ${parsed.message}`);
  const { value } = parsed;
  const document: Document =
    language === 'json'
      ? { location, fileName, text, value, jsonChars: JSON_GROWTH * text.length }
      : { location, fileName, text, value };
  const all = parsed.problems.length === 0 ? problems : [...problems, ...parsed.problems];
  // A byte-order mark is not in the text, and what was mended is not in the bytes.
  const isSame = parsed.isPrinted === true && all.length === 0 && bytes[0] === text.charCodeAt(0);
  return isSame
    ? { kind: 'document', document, problems: all, contentHash, json: bytes }
    : { kind: 'document', document, problems: all, contentHash };
}

/** The last part of a path or URL, without query and fragment. */
export function fileNameOf(location: string): string {
  const path = location.replace(/[?#].*$/su, '');
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'), path.lastIndexOf('!')) + 1);
}

/** True for a web page, by its name or its beginning. */
export function isPage(fileName: string, text: string): boolean {
  return /\.html?$/iu.test(fileName) || /^\s*<(?:!doctype html|html)\b/iu.test(text);
}

/** How deep the elements of a page nest, as far as tags tell. One pass, before any parser sees the page. */
function htmlDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [, close, name = ''] of text.matchAll(/<(\/?)([a-z][a-z0-9]{0,20})/giu)) {
    if (OPEN_ENDED.test(name)) continue;
    depth = close === '' ? depth + 1 : Math.max(0, depth - 1);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function languageOf(fileName: string, text: string): Language {
  const known = BY_EXTENSION.find(([pattern]) => pattern.test(fileName));
  if (known !== undefined) return known[1];
  return /^\s*(?:[[{]|\/[/*])/u.test(text) ? 'json' : 'text';
}

function parse(language: 'json' | 'yaml' | 'toml', text: string): Parsed {
  switch (language) {
    case 'json':
      return parseJson(text);
    case 'yaml':
      return parseYaml(text);
    case 'toml':
      return parseTomlText(text);
  }
}

function parseYaml(text: string): Parsed {
  if (text.trim() === '') return { kind: 'bad', reason: 'empty', message: 'the document is empty' };
  if (text.length > YAML_BYTES) {
    return { kind: 'bad', reason: 'yaml-syntax', message: `the YAML is longer than ${YAML_BYTES} characters` };
  }
  // Loaded with the first such document: most runs see none, and it takes longer than everything else that they start with.
  const yaml: typeof import('yaml') = createRequire(import.meta.url)('yaml');
  try {
    const parsed = yaml.parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
    const [error] = parsed.errors;
    if (error !== undefined)
      return { kind: 'bad', reason: 'yaml-syntax', message: `not valid YAML: ${firstLine(error)}` };
    if (hasCollectionKey(parsed, yaml)) {
      return { kind: 'bad', reason: 'yaml-syntax', message: 'not YAML but a template: a `{{…}}` stands unquoted' };
    }
    const value = toJson(parsed.toJS({ maxAliasCount: 100 }));
    return value === undefined ? tooDeep('YAML') : { kind: 'value', value, problems: [] };
  } catch (error) {
    // The library recurses: a RangeError is a document that is nested too deep.
    if (error instanceof RangeError) return tooDeep('YAML');
    return { kind: 'bad', reason: 'yaml-syntax', message: `not valid YAML: ${firstLine(error)}` };
  }
}

/** `{{.Name}}: x` is YAML by the letter, a mapping as a key; nobody but a template means that. */
function hasCollectionKey(document: YamlDocument, { isCollection, visit }: typeof import('yaml')): boolean {
  let found = false;
  visit(document, {
    Pair(_, pair) {
      if (!isCollection(pair.key)) return undefined;
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

function parseTomlText(text: string): Parsed {
  try {
    const value = toJson(parseToml(text, { maxDepth: LIMITS.jsonDepth }));
    return value === undefined ? tooDeep('TOML') : { kind: 'value', value, problems: [] };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { kind: 'bad', reason: 'toml-syntax', message: `not valid TOML: ${firstLine(error)}` };
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}

function failed(outcome: Failure['outcome'], reason: string, message: string): Failure {
  return { kind: 'failed', outcome, reason, message };
}

import type { OpenedDocument } from '../extract/edge/document.ts';
import type { Document, Extractor } from '../extract/extractor.ts';
import { extractorFor } from '../extract/index.ts';
import type { Directory } from '../model/directory.ts';
import { LIMITS } from '../model/limits.ts';
import type { Failure, NotModified, Reading, ReadResult } from '../model/manifest.ts';
import type { Json } from '../model/tool.ts';
import type { Validators } from '../model/visit.ts';

/** Loads another document of the same folder by its file name; undefined when there is none. */
export type LoadCompanion = (fileName: string) => Promise<Document | undefined>;

/** What a document is read as. */
type DocumentResult = Exclude<ReadResult, NotModified>;

/**
 * Reads an opened document by its shape; one of no known shape, or with nothing in it, is malformed. At once, unless its
 * shape has companions that have to be loaded.
 */
export function readDocument(
  opened: OpenedDocument,
  load: LoadCompanion,
  directories: readonly Directory[] = [],
  validators?: Validators,
): DocumentResult | Promise<DocumentResult> {
  const extractor = extractorFor(opened.document, directories);
  if (extractor === undefined) {
    return malformed('unknown-shape', `${opened.document.fileName} is of no shape of manifest that is known`);
  }
  if (extractor.companions === undefined) return readAs(opened, opened.document, extractor, validators);
  return withCompanions(opened.document, extractor.companions, load).then((document) =>
    readAs(opened, document, extractor, validators),
  );
}

/** Reads a document that has all its companions. */
function readAs(
  opened: OpenedDocument,
  document: Document,
  extractor: Extractor,
  validators: Validators | undefined,
): DocumentResult {
  const extraction = extractor.extract(document);
  const problems = [...opened.problems, ...extraction.problems];
  if (extraction.servers.length === 0 && extraction.leads.length === 0) {
    const why = problems.length === 0 ? 'it lists no server' : problems.join('; ');
    return malformed('no-server', `${document.fileName} was read as ${extractor.title}: ${why}`);
  }
  const { servers, leads } = extraction;
  const reading: { -readonly [Key in keyof Reading]: Reading[Key] } = {
    kind: 'read',
    servers,
    problems,
    leads,
    contentHash: opened.contentHash,
  };
  if (validators !== undefined) reading.validators = validators;
  const body = extractor.secret === true ? undefined : keptBody(opened);
  if (body !== undefined) reading.body = body;
  if (body === document.value && opened.json !== undefined) reading.bodyJson = opened.json;
  return reading;
}

async function withCompanions(document: Document, names: readonly string[], load: LoadCompanion): Promise<Document> {
  const companions = new Map<string, Document>();
  for (const name of names) {
    const companion = await load(name);
    if (companion !== undefined) companions.set(name, companion);
  }
  return companions.size === 0 ? document : { ...document, companions };
}

/** Keys whose values may be secrets wherever they stand: they are not kept. */
const SECRET_KEYS = new Set([
  'env',
  'headers',
  'http_headers',
  'environment',
  'environment_variables',
  'environmentVariables',
]);

function keptBody(opened: OpenedDocument): Json | undefined {
  const { text, value } = opened.document;
  if (value === undefined || text.length > LIMITS.keptManifestBytes) return undefined;
  return MAY_BE_SECRET.test(text) ? withoutSecrets(value) : value;
}

/** What a document without any of those keys never matches: a name of theirs, or a letter written as its code. */
const MAY_BE_SECRET = new RegExp(`\\\\|${[...SECRET_KEYS].join('|')}`, 'u');

/** The same value with every text below `env`, `headers` and the like emptied; names of variables and headers stay. */
export function withoutSecrets(value: Json, below = false): Json {
  if (typeof value === 'string') return below ? '' : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => withoutSecrets(item, below));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      // In a list of variables the name is no secret.
      below && (key === 'name' || key === 'description') ? item : withoutSecrets(item, below || SECRET_KEYS.has(key)),
    ]),
  );
}

function malformed(reason: string, message: string): Failure {
  return { kind: 'failed', outcome: 'malformed', reason, message };
}

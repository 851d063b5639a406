/**
 * What another program may import. Nothing here knows the process: environment, folder and clock are arguments.
 */
import { fileURLToPath } from 'node:url';
import type { Ruleset } from './classify/index.ts';
import { openReading } from './commands/setup.ts';
import { loadRuleset } from './data/load.ts';
import { loadPolicyTable } from './data/policy.ts';
import { programVersion } from './data/version.ts';
import type { ReadResult } from './model/manifest.ts';
import type { PolicyTable } from './model/policy-table.ts';
import { readLocator } from './read/index.ts';

export { classify, type Ruleset, type ServerTool } from './classify/index.ts';
export { extractDocument, openDocument } from './extract/index.ts';
export * from './model/id.ts';
export type {
  Failure,
  Listed,
  NotModified,
  Reading,
  ReadResult,
  ServerFacts,
  ServerReading,
} from './model/manifest.ts';
export type { Decision, Policy, PolicyFormat, Strength, ToolRule, WrittenPolicy } from './model/policy.ts';
export type { ChangeRecord, ServerRecord, ToolRecord } from './model/rows.ts';
export type { DroppedTool, Json, ObservedTool, ToolDefinition } from './model/tool.ts';
export {
  CATEGORIES,
  type Finding,
  type Move,
  type Operation,
  SEVERITIES,
  severityRank,
  Verdict,
} from './model/verdict.ts';
export { OUTCOME_INFO, OUTCOMES } from './model/visit.ts';
export { effectOf } from './policy/effect.ts';
export { formats } from './policy/formats/index.ts';
export { recommend } from './policy/recommend.ts';
export { simulate } from './policy/simulate.ts';
export { type Catalogue, openCatalogue } from './store/catalogue.ts';

/** The folder of the shipped rules, word lists and tables. */
export const DATA_FOLDER: string = fileURLToPath(new URL('../data', import.meta.url));

/**
 * Loads and compiles the shipped rules, or those of another folder of the same layout.
 *
 * @param today ISO date at which corrections in `overrides/` are judged to have expired; without it none counts.
 * @throws DataError naming the file, the place and what is wrong.
 */
export function loadRules(dataFolder: string = DATA_FOLDER, today?: string): Ruleset {
  return loadRuleset(dataFolder, today);
}

/** Loads the table from verdict to policy rule that `recommend` wants. */
export function loadPolicies(dataFolder: string = DATA_FOLDER): PolicyTable {
  return loadPolicyTable(dataFolder);
}

/** What reading a locator may use. */
export interface ExtractOptions {
  /** Where the npm and Python clients' configurations are looked for: usually the environment of the process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths are relative to: usually the working folder. */
  readonly cwd: string;
  /** Epoch milliseconds. Default `Date.now`. */
  now?(): number;
  readonly signal?: AbortSignal;
}

/**
 * Reads the tool definitions behind a locator (`npm:NAME[@VERSION]`, `pypi:NAME`, a path, …) without running anything.
 * A failure is a value with its outcome and reason, never an empty list.
 */
export async function extract(locator: string, options: ExtractOptions): Promise<ReadResult> {
  const signal = options.signal ?? new AbortController().signal;
  const reading = await openReading({
    env: options.env,
    cwd: options.cwd,
    dataFolder: DATA_FOLDER,
    version: programVersion(),
    now: options.now ?? Date.now,
    signal,
  });
  try {
    return await readLocator(locator, reading.read);
  } finally {
    await reading.close();
  }
}

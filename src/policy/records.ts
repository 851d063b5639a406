import type { Policy } from '../model/policy.ts';
import type { ServerRecord, ToolRecord } from '../model/rows.ts';
import { type RecommendOptions, recommend } from './recommend.ts';

const DAY_MS = 86_400_000;

/** What is chosen for the policy of a server of the catalogue; the rest comes from the rows. */
export interface RecordOptions extends Omit<RecommendOptions, 'catalogueVersion' | 'expires'> {
  /** Name in the reader's own client. */
  readonly configuredName?: string;
}

/**
 * The policy for a server of the catalogue. It expires a fixed time after its newest definition was first seen, so the
 * same rows give the same policy whenever it is made. Throws `SettingError`.
 */
export function policyOfRecords(
  server: Pick<ServerRecord, 'id' | 'name'>,
  tools: readonly ToolRecord[],
  options: RecordOptions,
): Policy {
  const newest = tools.reduce((latest, tool) => Math.max(latest, tool.firstSeen), 0);
  const expires = new Date(newest + options.table.validDays * DAY_MS).toISOString().slice(0, 10);
  const { configuredName, ...rest } = options;
  return recommend(
    { id: server.id, name: server.name, ...(configuredName === undefined ? {} : { configuredName }) },
    tools,
    { ...rest, catalogueVersion: tools[0]?.verdict.ruleset ?? 'empty', ...(newest === 0 ? {} : { expires }) },
  );
}

import { createHash } from 'node:crypto';
import { loadPolicyTable } from '../data/policy.ts';
import type { Decision, Strength } from '../model/policy.ts';
import { recommend } from '../policy/recommend.ts';
import type { WritableCatalogue } from '../store/catalogue.ts';
import { storePolicies, type Undecided } from '../store/policies.ts';
import type { World } from './command.ts';

/** Brings the stored decisions, the view `policies`, up to date with the verdicts and with `data/policy.yaml`. */
export function refreshPolicies(
  catalogue: WritableCatalogue,
  world: Pick<World, 'dataFolder' | 'now' | 'signal'>,
): Promise<number> {
  const table = loadPolicyTable(world.dataFolder);
  const hash = createHash('sha256').update(JSON.stringify(table)).digest('hex');
  const decide = (tool: Undecided, strength: Strength): Decision =>
    recommend(
      { id: tool.serverId, name: tool.serverId },
      [{ definition: tool.definition, verdict: tool.verdict, schemaComplete: false }],
      { strength, settings: {}, table, catalogueVersion: tool.verdict.ruleset },
    ).tools[0]?.decision ?? 'deny';
  return storePolicies(
    catalogue.sql,
    hash,
    world.now(),
    (tool) => ({
      permissive: decide(tool, 'permissive'),
      recommended: decide(tool, 'recommended'),
      strict: decide(tool, 'strict'),
    }),
    world.signal,
  );
}

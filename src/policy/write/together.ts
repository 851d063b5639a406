import type { Policy, PolicyFormat, WrittenFile, WrittenPolicy } from '../../model/policy.ts';
import type { Ability } from '../ability.ts';
import { type LoweredPolicy, lower } from '../lower.ts';
import { Notes } from '../notes.ts';

/** Writes one file for all servers, for an enforcer whose rules name the server. */
export function writeTogether(
  format: Pick<PolicyFormat, 'fileName' | 'mediaType'>,
  policies: readonly [Policy, ...Policy[]],
  ability: Ability,
  text: (lowered: readonly LoweredPolicy[], notes: Notes) => string,
  companions: readonly WrittenFile[] = [],
): WrittenPolicy {
  const notes = new Notes();
  const lowered = sameName(policies, notes).map((policy) => lower(policy, ability, notes));
  return {
    fileName: format.fileName,
    mediaType: format.mediaType,
    text: text(lowered, notes),
    companions,
    tightened: notes.tightened,
    unenforced: notes.unenforced,
  };
}

/** Two servers under one name cannot be told apart: only the first keeps its rules, the other is not written. */
function sameName(policies: readonly Policy[], notes: Notes): readonly Policy[] {
  const seen = new Set<string>();
  return policies.filter((policy) => {
    if (!seen.has(policy.serverName)) return Boolean(seen.add(policy.serverName));
    notes.tightenServer(
      policy.serverName,
      `the rules of ${policy.server} are left out, because another server has the same name`,
    );
    return false;
  });
}

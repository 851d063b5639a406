import { type Decision, type Policy, tightest } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import { lower } from '../lower.ts';
import type { Notes } from '../notes.ts';
import { normalized, unsafeServer, unsafeTool } from './claude-names.ts';

/** What Claude Code's permission rules can say. */
export const claudeExpresses = {
  deny: true,
  allow: true,
  ask: true,
  rateLimits: false,
  constraints: [],
  operations: false,
  hide: false,
  unlisted: 'ask',
  checkedBy: 'its JSON Schema, and the documented matching order',
} as const;

const ability = abilityOf({
  title: 'Claude Code',
  expresses: claudeExpresses,
  unsafeServer,
  unsafeTool,
  unwritable: 'deny',
  // `mcp__a__b` would be the tool "b" of a server "a".
  deniesServer(name) {
    const server = normalized(name);
    return server !== '' && !server.includes('__');
  },
});

/** The three lists of rules, in the order in which they are matched. Sorted, without duplicates. */
export interface ClaudeRules {
  readonly deny: readonly string[];
  readonly ask: readonly string[];
  readonly allow: readonly string[];
}

/**
 * Rules for some servers. A name that Claude Code would change is never allowed: a point makes it asked for, anything
 * else denied, under the name that Claude Code gives it.
 */
export function claudeRules(policies: readonly Policy[], notes: Notes): ClaudeRules {
  const strictest = new Map<string, Decision>();
  const put = (rule: string, decision: Decision) =>
    strictest.set(rule, tightest(decision, strictest.get(rule) ?? 'allow'));
  for (const policy of policies) {
    const lowered = lower(policy, ability, notes);
    const server = normalized(policy.serverName);
    if (lowered.closed) put(`mcp__${server}`, 'deny');
    for (const rule of lowered.rules) {
      const changed = rule.writable && normalized(rule.tool) !== rule.tool;
      if (changed && rule.decision === 'allow') {
        notes.tighten(rule.tool, 'asked for, because Claude Code changes this name');
      }
      const name = normalized(rule.tool);
      if (name !== '') put(`mcp__${server}__${name}`, changed ? tightest(rule.decision, 'ask') : rule.decision);
    }
  }
  const of = (decision: Decision) =>
    [...strictest]
      .filter(([, value]) => value === decision)
      .map(([rule]) => rule)
      .sort();
  return { deny: of('deny'), ask: of('ask'), allow: of('allow') };
}

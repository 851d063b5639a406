import * as z from 'zod';
import type { Decision } from '../../../src/model/policy.ts';

const Settings = z.object({
  permissions: z.object({
    allow: z.array(z.string()).default([]),
    ask: z.array(z.string()).default([]),
    deny: z.array(z.string()).default([]),
  }),
});

/** Names as Claude Code shows them to the model and to its rules. */
const shown = (name: string): string => name.replaceAll(/[^a-zA-Z0-9_-]/gu, '_');

/** Decides as the documents say: deny, then ask, then allow, the first match; what nothing matches is asked for. */
export function decideClaude(text: string, server: string, tool: string): Decision {
  const { permissions } = Settings.parse(JSON.parse(text));
  const name = `mcp__${shown(server)}__${shown(tool)}`;
  if (permissions.deny.some((rule) => matches(rule, name, false))) return 'deny';
  if (permissions.ask.some((rule) => matches(rule, name, false))) return 'ask';
  if (permissions.allow.some((rule) => matches(rule, name, true))) return 'allow';
  return 'ask';
}

/** `mcp__server` is every tool of a server, `*` anything; an allow rule needs `mcp__server__` before its `*`. */
function matches(rule: string, name: string, allow: boolean): boolean {
  if (/[()]/u.test(rule)) return false;
  const [, server, ...tool] = rule.split('__');
  if (server === undefined || !rule.startsWith('mcp__')) return false;
  if (tool.length === 0) return !rule.includes('*') && name.startsWith(`${rule}__`);
  const star = rule.indexOf('*');
  if (star < 0) return rule === name;
  if (allow && star < `mcp__${server}__`.length) return false;
  return name.startsWith(rule.slice(0, star)) && name.endsWith(rule.slice(rule.lastIndexOf('*') + 1));
}

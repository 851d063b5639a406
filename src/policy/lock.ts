import type { Policy } from '../model/policy.ts';
import type { PolicyLock } from '../model/policy-lock.ts';

/** Locks policies to the definitions that they were made for. */
export function lockOf(policies: readonly [Policy, ...Policy[]], written: PolicyLock['written']): PolicyLock {
  const [first] = policies;
  const expiries = policies.flatMap(({ expires }) => expires ?? []).sort();
  return {
    v: 1,
    strength: first.strength,
    catalogueVersion: first.catalogueVersion,
    ...(expiries[0] === undefined ? {} : { expires: expiries[0] }),
    servers: policies.map(({ server, serverName, tools }) => ({
      id: server,
      name: serverName,
      tools: tools.map(({ tool, decision, definitionHash }) => ({
        name: tool,
        decision,
        ...(definitionHash === undefined ? {} : { definitionHash }),
      })),
    })),
    written,
  };
}

/** One difference between a lock and what servers show now. */
export interface Drift {
  readonly server: string;
  readonly tool?: string;
  readonly what: 'added' | 'removed' | 'changed' | 'unbound' | 'expired' | 'server-missing';
  /** Whether it alone makes the policy one that was made for something else. `unbound` only warns. */
  readonly fatal: boolean;
}

/** A tool as a server shows it now. */
export interface ShownTool {
  readonly name: string;
  readonly definitionHash: string;
  readonly schemaComplete: boolean;
}

/**
 * Compares a lock with what servers show now.
 *
 * @param shown - tools of a server, or undefined when the server is not known
 * @param today - ISO date
 */
export function driftOf(
  lock: PolicyLock,
  shown: (server: string) => readonly ShownTool[] | undefined,
  today: string,
): readonly Drift[] {
  const drifts: Drift[] = [];
  for (const { id, tools } of lock.servers) {
    const now = shown(id);
    if (now === undefined) {
      drifts.push({ server: id, what: 'server-missing', fatal: true });
      continue;
    }
    const current = new Map(now.map((tool) => [tool.name, tool]));
    const locked = new Set(tools.map(({ name }) => name));
    for (const { name, definitionHash } of tools) {
      const tool = current.get(name);
      if (tool === undefined) drifts.push({ server: id, tool: name, what: 'removed', fatal: true });
      else if (definitionHash === undefined) drifts.push({ server: id, tool: name, what: 'unbound', fatal: false });
      else if (tool.definitionHash !== definitionHash)
        drifts.push({ server: id, tool: name, what: 'changed', fatal: true });
    }
    for (const { name } of now)
      if (!locked.has(name)) drifts.push({ server: id, tool: name, what: 'added', fatal: true });
  }
  // A policy lasts through the day that it names.
  if (lock.expires !== undefined && today > lock.expires) drifts.push({ server: '', what: 'expired', fatal: true });
  return drifts;
}

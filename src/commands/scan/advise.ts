import type { Policy } from '../../model/policy.ts';
import type { PolicyTable } from '../../model/policy-table.ts';
import { type Severity, severityRank, type Threat } from '../../model/verdict.ts';
import { effectOf } from '../../policy/effect.ts';
import { recommend } from '../../policy/recommend.ts';
import { ratingOf, type ScannedAdvisory } from './advisories.ts';
import type { ScannedServer, ScannedTool } from './servers.ts';

/** What one tool counts for that a policy keeps an agent from calling freely. */
const WEIGHTS: Readonly<Record<Severity, number>> = { low: 1, medium: 10, high: 100, critical: 1_000 };

/** A server of which nothing is known counts like one tool of this severity. */
const UNKNOWN: Severity = 'high';

/** The policy that would help most, with what it does. */
export interface Advice {
  readonly server: ScannedServer;
  readonly policy: Policy;
  readonly effect: string;
  /** Tools that an agent could no longer call without a person. */
  readonly held: number;
  /** What to type to have it written. */
  readonly command: string;
}

/** The recommended policy of the one server where it holds back most; undefined when nothing needs one. */
export function adviceFor(servers: readonly ScannedServer[], table: PolicyTable): Advice | undefined {
  let best:
    | { readonly gain: number; readonly server: ScannedServer; readonly policy: Policy; readonly held: number }
    | undefined;
  for (const server of servers) {
    if (server.disabled) continue;
    const policy = policyFor(server, table);
    const held = policy.tools.filter(({ decision }) => decision !== 'allow');
    const gain =
      server.tools.length === 0 ? WEIGHTS[UNKNOWN] : held.reduce((sum, rule) => sum + WEIGHTS[rule.severity], 0);
    if (gain > (best?.gain ?? 0)) best = { gain, server, policy, held: held.length };
  }
  if (best === undefined) return undefined;
  const { server, policy, held } = best;
  return { server, policy, held, effect: effectOf(policy), command: commandFor(server) };
}

function policyFor(server: ScannedServer, table: PolicyTable): Policy {
  return recommend({ id: server.id, name: server.name, configuredName: server.name }, server.tools, {
    strength: 'recommended',
    settings: {},
    table,
    catalogueVersion: server.tools[0]?.verdict.ruleset ?? 'empty',
  });
}

function commandFor({ id, name, known, file }: ScannedServer): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const own = `toolrisk policy ${quote(id)} --name ${quote(name)} --format ID`;
  const denied = `toolrisk policy --config ${quote(file)} --format ID`;
  switch (known) {
    case 'catalogue':
      return own;
    case 'read':
      return `toolrisk crawl with ${quote(id)} among its sources, then ${own}`;
    case 'run':
      // A program of the machine is in no catalogue.
      return id.startsWith('npm:')
        ? `toolrisk crawl --execute with ${quote(id)} among its sources, then ${own}`
        : denied;
    case 'unknown':
      return denied;
  }
}

/**
 * Whether anything an agent can do today, or a known vulnerability of what runs, is at least so severe. A strong sign of
 * an attack always is. Where it is not known whether a version is affected, that alone counts for nothing.
 */
export function reaches(servers: readonly ScannedServer[], least: Severity): boolean {
  const rank = severityRank(least);
  const isStrong = ({ strength }: Threat) => strength === 'strong';
  const isSevere = ({ verdict, neighbours }: ScannedTool) =>
    severityRank(verdict.severity) >= rank || verdict.threats.some(isStrong) || neighbours?.some(isStrong);
  const isAffected = (advisory: ScannedAdvisory) =>
    advisory.state === 'affected' && severityRank(ratingOf(advisory)) >= rank;
  return servers.some(
    (server) =>
      !server.disabled &&
      (server.tools.some(isSevere) ||
        server.instructionThreats?.some(isStrong) ||
        server.advisories?.some(isAffected) ||
        (server.known === 'unknown' && rank <= severityRank(UNKNOWN))),
  );
}

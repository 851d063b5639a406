import type { Decision, Policy } from '../../model/policy.ts';
import type { ServerRecord, ToolRecord } from '../../model/rows.ts';
import { SEVERITIES, type Severity, severityRank, type Verdict } from '../../model/verdict.ts';

/** The key under which a registry's entry would carry it. */
const META_KEY = 'toolrisk/risk-metadata';

type Reversibility = 'auto' | 'manual' | 'none';
type BlastRadius = 'item' | 'namespace' | 'cluster' | 'organization' | 'global';

/** Words of SEP-2793 for a category; Unknown has none, because unknown is not utility. */
const CATEGORIES: Readonly<Record<Verdict['category'], readonly [string | undefined, Reversibility | undefined]>> = {
  Financial: ['mutate', 'none'],
  Destructive: ['delete', 'none'],
  Execute: ['mutate', 'none'],
  Communication: ['mutate', 'none'],
  Write: ['mutate', 'manual'],
  Read: ['read', 'auto'],
  Unknown: [undefined, undefined],
};

/** How far one call reaches, widest first. */
const REACH: readonly (readonly [capability: string, radius: BlastRadius])[] = [
  ['reaches-outside', 'global'],
  ['hits-whole-store', 'organization'],
  ['changes-infrastructure', 'cluster'],
  ['hits-many', 'namespace'],
];

const APPROVAL: Readonly<Record<Decision, 'none' | 'single' | 'multi'>> = {
  allow: 'none',
  ask: 'single',
  deny: 'multi',
};

/** Advisory, 1 to 5: how far an agent should be trusted before it may call such a tool. */
const TRUST: Readonly<Record<Severity, number>> = { low: 1, medium: 2, high: 4, critical: 5 };

/**
 * What a registry could carry of a server in `_meta`: a receipt (what was looked at, when, by which rules) and the risk
 * of each tool in the words of SEP-2793.
 */
export function riskMetadata(server: ServerRecord, tools: readonly ToolRecord[], policy: Policy, version: string) {
  const name = [server.id, ...server.aliases].find((id) => id.startsWith('registry:'))?.slice('registry:'.length);
  const worst = tools.reduce((rank, { verdict }) => Math.max(rank, severityRank(verdict.severity)), -1);
  const decisions = new Map(policy.tools.map((rule) => [rule.tool, rule.decision]));
  return {
    name: name ?? server.id,
    ...(server.version === undefined ? {} : { version: server.version }),
    _meta: {
      [META_KEY]: {
        v: 1,
        serverId: server.id,
        scanner: { name: 'toolrisk', version, ruleset: tools[0]?.verdict.ruleset ?? null },
        scope: {
          /** Null where none is known, which does not say that there are none. */
          tools: tools.length === 0 ? null : tools.length,
          methods: [...new Set(tools.map(({ method }) => method))].sort(),
          incompleteSchemas: tools.filter(({ schemaComplete }) => !schemaComplete).length,
        },
        observed: { first: instant(server.firstSeen), last: instant(server.lastSeen) },
        riskLevel: SEVERITIES[worst] ?? null,
        tools: tools.map((tool) => riskOf(tool, decisions.get(tool.definition.name) ?? 'deny')),
      },
    },
  };
}

function riskOf({ definition, verdict, definitionHash, provenance }: ToolRecord, decision: Decision) {
  const [word, reversibility] = CATEGORIES[verdict.category];
  const radius = radiusOf(verdict);
  const isFinal = verdict.category === 'Destructive' && verdict.severity === 'critical';
  return {
    name: definition.name,
    riskLevel: verdict.severity,
    ...(word === undefined ? {} : { category: isFinal ? 'destroy' : word }),
    ...(radius === undefined ? {} : { blastRadius: radius }),
    ...(reversibility === undefined ? {} : { reversibility }),
    sideEffects: verdict.capabilities,
    approvalRecommendation: APPROVAL[decision],
    minTrustLevel: TRUST[verdict.severity],
    confidence: verdict.confidence,
    definitionHash,
    provenance,
  };
}

function radiusOf(verdict: Verdict): BlastRadius | undefined {
  if (verdict.category === 'Unknown' || verdict.category === 'Read') return undefined;
  return REACH.find(([capability]) => verdict.capabilities.includes(capability))?.[1] ?? 'item';
}

function instant(at: number): string {
  return new Date(at).toISOString();
}

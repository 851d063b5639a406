import {
  type Constraint,
  type Decision,
  type OperationRule,
  type Policy,
  type Strength,
  type ToolRule,
  tightest,
} from '../model/policy.ts';
import type { PolicyTable } from '../model/policy-table.ts';
import type { ToolDefinition } from '../model/tool.ts';
import { severityRank, type Verdict } from '../model/verdict.ts';
import { factsOf, type ToolFacts } from './facts.ts';
import { argumentAt } from './parameters.ts';
import { checkSettings, constraintOf, type Settings } from './settings.ts';

/** A tool as a policy needs it. */
export interface JudgedTool {
  readonly definition: ToolDefinition;
  readonly verdict: Verdict;
  /** SHA-256 of the definition. The rule is bound to it where the definition is complete. */
  readonly definitionHash?: string;
  readonly schemaComplete: boolean;
}

/** The server of a policy. */
export interface PolicyServer {
  readonly id: string;
  readonly name: string;
  /** The name in the reader's own client; without it, one is made of `name`. */
  readonly configuredName?: string;
}

export interface RecommendOptions {
  readonly strength: Strength;
  readonly settings: Settings;
  readonly catalogueVersion: string;
  /** ISO date. */
  readonly expires?: string;
  readonly table: PolicyTable;
  /** False leaves rate limits out, for a reader who counts calls elsewhere. */
  readonly limits?: boolean;
  /** The facts of a tool; for a caller who asks for several strengths and remembers. Default: `factsOf`. */
  readonly factsFrom?: (tool: JudgedTool) => ToolFacts;
}

/**
 * The policy for one server: deny by default, and a rule for each tool as its own verdict says. Pure. Throws
 * `SettingError` where a setting cannot be used.
 */
export function recommend(server: PolicyServer, tools: readonly JudgedTool[], options: RecommendOptions): Policy {
  checkSettings(options.settings, options.table);
  const rules = new Map<string, ToolRule>();
  for (const tool of tools) {
    const rule = ruleFor(tool, options);
    const other = rules.get(rule.tool);
    rules.set(rule.tool, other === undefined ? rule : tighterOf(other, rule));
  }
  const set = Object.keys(options.settings).sort();
  const sorted = [...rules.values()].sort((a, b) => (a.tool < b.tool ? -1 : 1));
  return {
    v: 1,
    server: server.id,
    serverName: server.configuredName ?? clientNameOf(server.name),
    strength: options.strength,
    default: 'deny',
    tools: sorted,
    limits: options.limits === false ? [] : [...options.table.server[options.strength]],
    unset: [...new Set(sorted.flatMap((rule) => rule.unset))].sort(),
    ...(set.length === 0 ? {} : { set }),
    catalogueVersion: options.catalogueVersion,
    ...(options.expires === undefined ? {} : { expires: options.expires }),
  };
}

/** A name that every client can hold, for a server whose name in the reader's client is not known. */
export function clientNameOf(name: string): string {
  const parts = name.split('/').map(plainName).filter(Boolean);
  const last = parts.at(-1) ?? '';
  // `@salesforce/mcp` and `@stripe/mcp` must not be one server to a client.
  const owner = GENERIC.test(last) ? parts.at(-2) : undefined;
  return owner ?? (last || 'server');
}

/** Last parts of names that say only what all servers are. */
const GENERIC = /^(?:remote-)?(?:mcp(?:-?server)?|server(?:-?mcp)?)$/iu;

function plainName(part: string): string {
  return part
    .replaceAll(/[^A-Za-z0-9]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '')
    .slice(0, 48);
}

/** Two definitions under one name: the tighter rule, bound to neither. */
function tighterOf(a: ToolRule, b: ToolRule): ToolRule {
  const decision = tightest(a.decision, b.decision);
  const { definitionHash: _, ...rule } = decision === a.decision ? a : b;
  return { ...rule, decision, otherwise: 'deny', operations: [] };
}

function ruleFor(tool: JudgedTool, options: RecommendOptions): ToolRule {
  const { verdict, definition } = tool;
  const { strength, table, factsFrom } = options;
  const facts = factsFrom?.(tool) ?? factsOf(tool, table);
  const cell = table.cells[verdict.category][verdict.severity][strength];
  const floor = floorOf(verdict, options);
  const bounds = boundsOf(verdict, facts, options);
  const tighten = (decision: Decision): Decision =>
    tightest(sure(decision, verdict, options), floor, bounds.unset.length > 0 ? table.unset[strength] : 'allow');
  const operations = operationsOf(tool, cell.decision, options);
  const decision = tighten(tightest(cell.decision, ...operations.map((rule) => rule.decision)));
  const loose = operations
    .map((rule) => ({ ...rule, decision: tighten(rule.decision) }))
    .filter((rule) => rule.decision !== decision);
  const denied = decision === 'deny' && loose.length === 0;
  return {
    tool: definition.name,
    decision,
    hide: cell.hide && denied,
    limits: denied || options.limits === false ? [] : [...cell.limits],
    constraints: denied ? [] : [...bounds.constraints],
    otherwise: decision === 'allow' ? table.otherwise[strength] : 'deny',
    operations: loose,
    category: verdict.category,
    severity: verdict.severity,
    reason: facts.reason,
    answers: [...facts.answers],
    unset: [...bounds.unset],
    ...(tool.schemaComplete && tool.definitionHash !== undefined ? { definitionHash: tool.definitionHash } : {}),
  };
}

/** The least that threats in the definition cost. */
function floorOf(verdict: Verdict, { table, strength }: RecommendOptions): Decision {
  return tightest('allow', ...verdict.threats.map((threat) => table.threats[threat.strength][strength]));
}

function sure(decision: Decision, verdict: Verdict, { table, strength }: RecommendOptions): Decision {
  return verdict.confidence < table.sureFrom[strength] ? tightest(decision, 'ask') : decision;
}

interface Bounds {
  readonly constraints: readonly Constraint[];
  readonly unset: readonly string[];
}

/** Constraints on the parameters that are known, and the names of those that wait for the reader's value. */
function boundsOf({ category, severity }: Verdict, facts: ToolFacts, options: RecommendOptions): Bounds {
  const { table, strength, settings } = options;
  const constraints: Constraint[] = [];
  const unset = new Set<string>();
  for (const rule of table.parameters) {
    if (!rule.categories.includes(category)) continue;
    const from = rule.from[strength];
    const needed = from !== undefined && severityRank(severity) >= severityRank(from);
    const isSet = rule.kind !== 'equals' && Object.hasOwn(settings, rule.id);
    if (!needed && !isSet) continue;
    const { whole, byRule } = facts.parameters();
    // What nobody reads whole may hide a parameter.
    if (!whole) unset.add(rule.id);
    for (const { path, bindable } of byRule.get(rule) ?? []) {
      // What cannot be bound stays asked for, whatever is set.
      const constraint = bindable ? constraintOf(rule, path, settings) : undefined;
      if (constraint === undefined) unset.add(rule.id);
      else constraints.push(constraint);
    }
  }
  return { constraints, unset: [...unset].sort() };
}

/** Rules per operation, where the operations explain the whole verdict; else none, and the tool's own decision stands. */
function operationsOf(
  tool: JudgedTool,
  own: Decision,
  { table, strength }: RecommendOptions,
): readonly OperationRule[] {
  const judged = tool.verdict.operations.map((operation) => ({
    argument: argumentAt(operation.path),
    value: operation.value,
    decision: table.cells[operation.category][operation.severity][strength].decision,
  }));
  const first = judged[0];
  if (first === undefined || judged.some(({ argument }) => argument === undefined)) return [];
  const worst = tightest(first.decision, ...judged.map(({ decision }) => decision));
  // The tool does more than its operations say: an operation must not loosen it.
  if (tightest(worst, own) !== worst) return [];
  const groups = new Map<string, OperationRule>();
  for (const { argument = [], value, decision } of judged) {
    const key = JSON.stringify([argument, decision]);
    const group = groups.get(key) ?? { argument: [...argument], values: [], decision };
    if (!group.values.includes(value)) groups.set(key, { ...group, values: [...group.values, value].sort() });
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule);
}

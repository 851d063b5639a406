import type { Advisory } from '../model/advisory.ts';
import type { ChangeRecord, ServerRecord, ToolRecord } from '../model/rows.ts';
import type { DroppedTool, Method } from '../model/tool.ts';
import type { Category, Severity, Threat } from '../model/verdict.ts';
import { OUTCOME_INFO, type Outcome } from '../model/visit.ts';
import type { NeighbourThreat } from './input.ts';

/**
 * What pages know of a server. Nothing in it says when we last looked: a crawl that finds nothing new must not change
 * a byte of a page.
 */
export interface ServerView extends Omit<ServerRecord, 'lastSeen' | 'visits' | 'toolCount'> {
  readonly slug: string;
  readonly manifests: readonly ManifestView[];
  readonly advisories: readonly Advisory[];
  readonly instructions?: InstructionsView;
}

/** What a server tells the model about itself, and the signs of an attack in it. */
export interface InstructionsView {
  readonly text: string;
  readonly threats: readonly Threat[];
}

/** The state of one manifest: the three outcomes of an answer without news are one, since they differ by the day. */
export interface ManifestView {
  readonly locator: string;
  readonly source: string;
  readonly outcome: Outcome | 'read';
  readonly reason?: string;
  readonly message?: string;
  readonly tools: number;
  readonly dropped: readonly DroppedTool[];
}

/** What pages know of a tool. */
export interface ToolView extends Omit<ToolRecord, 'lastSeen' | 'serverName'> {
  /** Signs of an attack that show only beside another tool; absent where there are none. */
  readonly neighbours?: readonly NeighbourThreat[];
}

/** Every sign of an attack in a definition: what it shows by itself, then what it shows beside others. */
export function threatsIn({ verdict, neighbours }: ToolView): readonly (Threat | NeighbourThreat)[] {
  return neighbours === undefined ? verdict.threats : [...verdict.threats, ...neighbours];
}

/** Whether one of them is strong, so that text of the definition is kept from agents. */
export function isHostile(threats: readonly Threat[]): boolean {
  return threats.some(({ strength }) => strength === 'strong');
}

/** The few facts of a tool that lists, totals and neighbours show. */
export interface ToolRow {
  readonly name: string;
  readonly slug: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly confidence: number;
  /** Tokens of the definition as a model is sent it. */
  readonly tokens: number;
  readonly capabilities: readonly string[];
  /** Ids of rules whose findings count, threats included. Sorted. */
  readonly rules: readonly string[];
  readonly threats: 'none' | 'weak' | 'strong';
  readonly firstSeen: number;
  readonly method: Method;
  /** False when a part of its schemas could not be determined. */
  readonly schemaComplete: boolean;
}

/** One server with all that its pages need. */
export interface ServerPages {
  readonly server: ServerView;
  /** Ascending by name. */
  readonly rows: readonly ToolRow[];
  readonly changes: readonly ChangeRecord[];
}

export function serverView(server: ServerRecord, slug: string, advisories: readonly Advisory[]): ServerView {
  const { lastSeen: _, visits, toolCount: __, ...rest } = server;
  return { ...rest, slug, advisories, manifests: visits.map(manifestView) };
}

/** All that a view says of a server, as a text: of most servers it is compared with that of the last build, and that is all. */
export function viewText(server: ServerRecord, advisories: readonly Advisory[]): string {
  const visits = server.visits.map((visit) => ({ ...visit, at: 0, outcome: shownOutcome(visit.outcome) }));
  return JSON.stringify({ ...server, lastSeen: 0, toolCount: 0, visits, advisories });
}

function manifestView({ at: _, outcome, ...rest }: ServerRecord['visits'][number]): ManifestView {
  return { ...rest, outcome: shownOutcome(outcome) };
}

function shownOutcome(outcome: Outcome): ManifestView['outcome'] {
  return OUTCOME_INFO[outcome].answered && outcome !== 'partial' ? 'read' : outcome;
}

export function toolView(tool: ToolRecord, neighbours?: readonly NeighbourThreat[]): ToolView {
  const { lastSeen: _, serverName: __, ...rest } = tool;
  return neighbours === undefined ? rest : { ...rest, neighbours };
}

export function toolRow(tool: ToolView, slug: string, tokens: number): ToolRow {
  const { verdict } = tool;
  const threats = threatsIn(tool);
  const counted = verdict.findings.filter((finding) => finding.discounted === undefined);
  const rules = new Set([...counted.map(({ rule }) => rule), ...threats.map(({ rule }) => rule)]);
  return {
    name: tool.definition.name,
    slug,
    category: verdict.category,
    severity: verdict.severity,
    confidence: verdict.confidence,
    tokens,
    capabilities: verdict.capabilities,
    rules: [...rules].sort(),
    threats: strengthOf(threats),
    firstSeen: tool.firstSeen,
    method: tool.method,
    schemaComplete: tool.schemaComplete,
  };
}

/** The strongest sign among threats. */
export function strengthOf(threats: readonly Threat[]): ToolRow['threats'] {
  if (threats.length === 0) return 'none';
  return isHostile(threats) ? 'strong' : 'weak';
}

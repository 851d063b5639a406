import type { ChangeRecord, ServerRecord, ToolRecord } from '../model/rows.ts';
import type { DroppedTool } from '../model/tool.ts';
import type { Category, Severity } from '../model/verdict.ts';
import { OUTCOME_INFO, type Outcome } from '../model/visit.ts';
import type { AdvisoryInfo } from './input.ts';

/**
 * What pages know of a server. Nothing in it says when we last looked: a crawl that finds nothing new must not change
 * a byte of a page.
 */
export interface ServerView extends Omit<ServerRecord, 'lastSeen' | 'visits' | 'toolCount'> {
  readonly slug: string;
  readonly manifests: readonly ManifestView[];
  readonly advisories: readonly AdvisoryInfo[];
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
export type ToolView = Omit<ToolRecord, 'lastSeen' | 'serverName'>;

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
}

/** One server with all that its pages need. */
export interface ServerPages {
  readonly server: ServerView;
  /** Ascending by name. */
  readonly rows: readonly ToolRow[];
  readonly changes: readonly ChangeRecord[];
}

export function serverView(server: ServerRecord, slug: string, advisories: readonly AdvisoryInfo[]): ServerView {
  const { lastSeen: _, visits, toolCount: __, ...rest } = server;
  return { ...rest, slug, advisories, manifests: visits.map(manifestView) };
}

function manifestView({ at: _, outcome, ...rest }: ServerRecord['visits'][number]): ManifestView {
  const read = OUTCOME_INFO[outcome].answered && outcome !== 'partial';
  return { ...rest, outcome: read ? 'read' : outcome };
}

export function toolView(tool: ToolRecord): ToolView {
  const { lastSeen: _, serverName: __, ...rest } = tool;
  return rest;
}

export function toolRow(tool: ToolView, slug: string, tokens: number): ToolRow {
  const { verdict } = tool;
  const counted = verdict.findings.filter((finding) => finding.discounted === undefined);
  const rules = new Set([...counted.map(({ rule }) => rule), ...verdict.threats.map(({ rule }) => rule)]);
  return {
    name: tool.definition.name,
    slug,
    category: verdict.category,
    severity: verdict.severity,
    confidence: verdict.confidence,
    tokens,
    capabilities: verdict.capabilities,
    rules: [...rules].sort(),
    threats: threatsOf(verdict.threats),
    firstSeen: tool.firstSeen,
  };
}

function threatsOf(threats: ToolView['verdict']['threats']): ToolRow['threats'] {
  if (threats.length === 0) return 'none';
  return threats.some(({ strength }) => strength === 'strong') ? 'strong' : 'weak';
}

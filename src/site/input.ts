import type { Advisory } from '../model/advisory.ts';
import type { AttackPattern } from '../model/attack-pattern.ts';
import type { ServerId } from '../model/id.ts';
import type { ChangeRecord, ServerRecord, ToolRecord } from '../model/rows.ts';
import type { Category, Severity, Threat } from '../model/verdict.ts';
import type { Outcome } from '../model/visit.ts';

/**
 * Everything the site is made of: rows that can be streamed, and the small tables that all pages share. The database
 * stays outside; the same input gives the same bytes.
 */
export interface SiteInput {
  /** Every server, ascending by id in code-unit order. Streamed twice at most. */
  servers(): Iterable<ServerRecord>;
  /** The current tools of one server, ascending by name in code-unit order; only those of some names, where they are given. */
  toolsOf(server: ServerId, names?: ReadonlySet<string>): Iterable<ToolRecord>;
  /** The changes of one server, newest first. */
  changesOf(server: ServerId): Iterable<ChangeRecord>;
  /** Changes of the whole catalogue, newest first; as many as the caller wants to show, at most 500 are read. */
  changes(): Iterable<ChangeRecord>;
  /** Runs of the crawler, newest first; the last few are enough. */
  runs(): Iterable<RunSummary>;
  /** How the newest listing of each source ended, by source. */
  sources(): Iterable<SourceSummary>;
  /** How many manifests ended how at the last visit, those too that speak of no server. */
  outcomes(): Iterable<OutcomeSummary>;
  /**
   * A text that is different whenever a row of the server's tools or of its changes is. Where it is given, the tools of
   * an unchanged server are not read at all.
   */
  stampOf?(server: ServerId): string | undefined;
  /**
   * The names of a server's current tools, ascending as in `toolsOf`, each with a text that is different whenever a row
   * of that tool or a change of it is. Where it is given, of a server that changed only the tools that did are read.
   */
  toolStampsOf?(server: ServerId): ReadonlyMap<string, string>;
  /** Signs of an attack that show only beside another tool: tool name → threats. Asked once per server. */
  neighboursOf?(server: ServerId): ReadonlyMap<string, readonly NeighbourThreat[]>;
  /** What a server tells the model about itself. */
  instructionsOf?(server: ServerId): InstructionsInfo | undefined;
  /** Published vulnerabilities that a server's exact package name and version fall under. */
  advisoriesOf(server: ServerRecord): readonly Advisory[];
  readonly tables: SiteTables;
}

/** The input breaks its own promise; the message says which. */
export class SiteInputError extends Error {
  override readonly name = 'SiteInputError';
}

/** The small tables that all pages share: plain data, so that another thread can have a copy. */
export interface SiteTables {
  /** Version of the rule set that judged. */
  readonly ruleset: string;
  readonly rules: readonly RuleInfo[];
  readonly capabilities: readonly CapabilityInfo[];
  readonly attacks: readonly AttackInfo[];
  readonly references: readonly ReferenceInfo[];
  readonly severityMoves: readonly MoveInfo[];
  readonly baseSeverity: Readonly<Record<Category, Severity>>;
  /** Why a finding does not count, by the id of the reason. */
  readonly discounts: Readonly<Record<string, string>>;
  readonly accuracy?: AccuracyInfo;
}

/** A threat in a tool's definition that shows only beside another tool. */
export interface NeighbourThreat extends Threat {
  /** The tool that is imitated or steered, and whether it has a page. */
  readonly other: { readonly server: ServerId; readonly tool: string; readonly listed: boolean };
}

/** A server's instructions with what the rules of `ruleset` find in them. */
export interface InstructionsInfo {
  readonly text: string;
  /** Read only where a page is rendered; paths are `/instructions`. */
  threats(): readonly Threat[];
}

/** One run of the crawler, for the page on coverage. */
export interface RunSummary {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly ended: string;
  /** Visits by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Sources that could not be listed to their end. */
  readonly failedSources: readonly string[];
}

/** How the newest listing of a source ended. Instants are epoch milliseconds. */
export interface SourceSummary {
  readonly source: string;
  readonly at: number;
  /** It came to its end. Otherwise what the source lists is unknown. */
  readonly whole: boolean;
  readonly reason?: string;
  readonly message?: string;
  /** The newest listing that came to its end; absent when none ever did. */
  readonly lastWholeAt?: number;
}

/** Manifests of one source of which the last visit ended alike; without an outcome: that were never visited. */
export interface OutcomeSummary {
  readonly source: string;
  readonly outcome?: Outcome;
  /** Why, in one word, where it is known. */
  readonly reason?: string;
  readonly manifests: number;
}

/** One rule as its page shows it. */
export interface RuleInfo {
  readonly id: string;
  readonly title: string;
  /** Undefined for rules that find threats. */
  readonly capability?: string;
  /** What a call does when the rule fires; undefined for facts that move the severity only. */
  readonly category?: Category;
  readonly kind: 'capability' | 'threat';
  readonly looksFor: readonly string[];
  readonly why: string;
  readonly remediation: string;
  readonly references: readonly string[];
  readonly matches: readonly string[];
  readonly nonMatches: readonly string[];
}

/** One capability: what its findings say that a tool can do. */
export interface CapabilityInfo {
  readonly id: string;
  readonly title: string;
  /** After "It": "deletes data". */
  readonly text: string;
}

/** One way in which tools of this kind are abused: the shipped pattern itself. */
export type AttackInfo = AttackPattern;

/** An entry of a public taxonomy. */
export interface ReferenceInfo {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly taxonomy: string;
}

/** One line of the severity table. */
export interface MoveInfo {
  readonly rule: string;
  readonly text: string;
}

/** How often the verdicts are right, and on what. */
export interface AccuracyInfo {
  readonly method: string;
  readonly rows: readonly {
    readonly sample: string;
    readonly measure: string;
    readonly right: number;
    readonly of: number;
    /** 95 % interval of the share, from 0 to 1. */
    readonly low: number;
    readonly high: number;
  }[];
}

import type { ServerId } from './id.ts';
import type { DroppedTool, Method, ToolDefinition } from './tool.ts';
import type { Category, Severity, Verdict } from './verdict.ts';
import type { Outcome } from './visit.ts';

/** One current tool with everything that pages, policies and the CLI print of it. Instants are epoch milliseconds. */
export interface ToolRecord {
  readonly serverId: ServerId;
  readonly serverName: string;
  readonly definition: ToolDefinition;
  readonly verdict: Verdict;
  readonly method: Method;
  readonly definitionHash: string;
  readonly packageVersion?: string;
  readonly provenance: string;
  readonly schemaComplete: boolean;
  readonly dynamic: boolean;
  readonly gated: boolean;
  readonly notes: readonly string[];
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** The same tool as other manifests of the same server show it. */
  readonly others: readonly OtherObservation[];
}

/** A second observation of a tool, by another method or from another manifest. */
export interface OtherObservation {
  readonly method: Method;
  readonly provenance: string;
  readonly definitionHash: string;
  readonly packageVersion?: string;
}

/** One server. Instants are epoch milliseconds. */
export interface ServerRecord {
  readonly id: ServerId;
  readonly aliases: readonly ServerId[];
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly version?: string;
  readonly homepage?: string;
  readonly repository?: string;
  readonly license?: string;
  readonly deprecated?: string;
  readonly notes: readonly string[];
  readonly sources: readonly string[];
  readonly toolCount: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly visits: readonly ManifestState[];
}

/** The last state of one manifest of a server. */
export interface ManifestState {
  readonly locator: string;
  readonly source: string;
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly message?: string;
  readonly at: number;
  readonly tools: number;
  readonly dropped: readonly DroppedTool[];
}

/** One change of a tool or a server. */
export interface ChangeRecord {
  readonly at: number;
  readonly run: number;
  readonly serverId: ServerId;
  readonly tool?: string;
  readonly what: 'added' | 'changed' | 'removed' | 'verdict';
  readonly cause: 'server-changed' | 'rules-changed' | 'source-changed';
  /** Names of the changed fields: `description`, `inputSchema`, … Sorted. */
  readonly fields: readonly string[];
  readonly from?: { readonly category: Category; readonly severity: Severity };
  readonly to?: { readonly category: Category; readonly severity: Severity };
  /** The definition changed and the version did not. */
  readonly withoutVersionChange: boolean;
}

import type { Policy, PolicyFormat, Strength, ToolRule, WrittenPolicy } from '../model/policy.ts';
import type { PolicyTable } from '../model/policy-table.ts';
import { effectOf } from '../policy/effect.ts';
import { formats } from '../policy/formats/index.ts';
import { partFor } from '../policy/part.ts';
import { type RecommendOptions, recommend } from '../policy/recommend.ts';
import type { ServerView, ToolView } from './view.ts';

/** The policy of one server in one strength, ready to be shown. */
export interface PolicyView {
  readonly policy: Policy;
  /** What the policy does with one tool, made from the policy itself. */
  effect(tool?: string): string;
  rule(tool: string): ToolRule | undefined;
}

/** A policy in one format. */
export interface PolicyText {
  readonly format: PolicyFormat;
  readonly written: WrittenPolicy;
}

/** Formats that a tool's page shows itself, most used first; the rest is one click away. */
const SHOWN_FORMATS: readonly string[] = [
  'claude-code',
  'policylayer-gateway',
  'cursor',
  'vscode',
  'codex',
  'agentgateway',
];

/** All formats in the order in which they are shown: the most used first, then by title. */
export const ORDERED_FORMATS: readonly PolicyFormat[] = [...formats].sort(
  (a, b) => shownRank(a) - shownRank(b) || (a.title < b.title ? -1 : 1),
);

function shownRank(format: PolicyFormat): number {
  const at = SHOWN_FORMATS.indexOf(format.id);
  return at < 0 ? SHOWN_FORMATS.length : at;
}

/** The formats that most clients and gateways take. */
export const MOST_USED_FORMATS = ORDERED_FORMATS.slice(0, 6);

/** Formats on a tool's own page; each costs its page some room. */
export const TAB_FORMATS = ORDERED_FORMATS.slice(0, 4);

/** The policy for the tools of a server. */
export function policyFor(
  server: ServerView,
  tools: readonly ToolView[],
  strength: Strength,
  table: PolicyTable,
  catalogueVersion: string,
  factsFrom?: RecommendOptions['factsFrom'],
): PolicyView {
  return policyView(
    recommend(server, tools, {
      strength,
      settings: {},
      catalogueVersion,
      table,
      ...(factsFrom === undefined ? {} : { factsFrom }),
    }),
  );
}

/** The rules for one tool alone. */
export function onlyTool({ policy }: PolicyView, tool: string): PolicyView {
  return policyView(partFor(policy, tool));
}

/** Makes a policy ready to be shown. */
export function policyView(policy: Policy): PolicyView {
  const rules = new Map(policy.tools.map((rule) => [rule.tool, rule]));
  return { policy, effect: (tool) => effectOf(policy, tool), rule: (tool) => rules.get(tool) };
}

/** Writes a policy in some formats. */
export function texts(policy: Policy, wanted: readonly PolicyFormat[]): readonly PolicyText[] {
  return wanted.map((format) => ({ format, written: format.write([policy]) }));
}

export const STRENGTH_WORDS: Readonly<Record<Strength, string>> = {
  permissive: 'for a sandbox, or for a person who watches every step',
  recommended: 'for everyday work',
  strict: 'for agents that run unattended or read text from strangers',
};

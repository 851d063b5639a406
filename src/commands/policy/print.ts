import type { Policy, PolicyFormat, ToolRule } from '../../model/policy.ts';
import { effectOf } from '../../policy/effect.ts';
import { formats } from '../../policy/formats/index.ts';
import { constraintText, limitText, list } from '../../policy/wording.ts';
import type { World } from '../command.ts';
import { type Column, jsonDocument, oneLine, printable, table, widthOf } from '../print.ts';

/** Facts of a format that `--formats` prints. */
export function formatFacts({ id, title, homepage, fileName, mediaType, expresses, notes }: PolicyFormat) {
  return { id, title, homepage, fileName, mediaType, expresses, notes };
}

/** Prints every format and what it can express. */
export function printFormats(world: World, json: boolean): void {
  if (json) {
    jsonDocument(world.stdout, formats.map(formatFacts));
    return;
  }
  const mark = (can: boolean) => (can ? 'yes' : '-');
  const columns: readonly Column<PolicyFormat>[] = [
    { title: 'id', value: ({ id }) => id },
    { title: 'title', value: ({ title }) => title },
    { title: 'file', value: ({ fileName }) => fileName },
    { title: 'media type', value: ({ mediaType }) => mediaType },
    { title: 'allow', value: ({ expresses }) => mark(expresses.allow) },
    { title: 'ask', value: ({ expresses }) => mark(expresses.ask) },
    { title: 'deny', value: ({ expresses }) => mark(expresses.deny) },
    { title: 'limits', value: ({ expresses }) => mark(expresses.rateLimits) },
    { title: 'arguments', value: ({ expresses }) => mark(expresses.constraints.length > 0) },
    { title: 'operations', value: ({ expresses }) => mark(expresses.operations) },
    { title: 'hide', value: ({ expresses }) => mark(expresses.hide) },
    { title: 'unlisted', value: ({ expresses }) => expresses.unlisted },
    { title: 'checked by', value: ({ expresses }) => expresses.checkedBy },
  ];
  // The table is read whole or piped; cutting ids would make it useless.
  world.stdout.write(table(formats, columns, Number.POSITIVE_INFINITY));
}

/** Prints what a policy says, for people. */
export function printPolicy(policy: Policy, tool: string | undefined, world: World): void {
  const { stdout } = world;
  if (tool !== undefined) {
    const rule = policy.tools.find((candidate) => candidate.tool === tool);
    stdout.write(`${printable(effectOf(policy, tool))}\n`);
    if (rule !== undefined) stdout.write(`\n${printable(rule.reason)}\n`);
    return;
  }
  stdout.write(`${printable(`${policy.server}, ${policy.strength}: ${effectOf(policy)}`)}\n`);
  if (policy.tools.length === 0) return;
  stdout.write('\n');
  const columns: readonly Column<ToolRule>[] = [
    { title: 'tool', value: (rule) => rule.tool },
    { title: 'category', value: (rule) => rule.category },
    { title: 'severity', value: (rule) => rule.severity },
    { title: 'decision', value: (rule) => (rule.hide ? 'deny, hidden' : rule.decision) },
    { title: 'limits', value: (rule) => list(rule.limits.map(limitText)) },
  ];
  stdout.write(table(policy.tools, columns, widthOf(stdout)));
  stdout.write(conditionsText(policy.tools));
}

/** What the decisions depend on, each condition once, with its tools. */
function conditionsText(rules: readonly ToolRule[]): string {
  const tools = new Map<string, string[]>();
  for (const rule of rules)
    for (const text of conditionsOf(rule)) tools.set(text, [...(tools.get(text) ?? []), oneLine(rule.tool)]);
  return [...tools].map(([text, names]) => `\n${printable(text)}\n  ${names.join(', ')}\n`).join('');
}

function conditionsOf({ operations, constraints, decision, otherwise }: ToolRule): readonly string[] {
  return [
    ...operations.map(
      (one) => `Where ${one.argument.join('.')} is ${list(one.values, 'or')}: ${one.decision} in place of ${decision}`,
    ),
    ...(constraints.length === 0
      ? []
      : [`Only if ${list(constraints.map(constraintText))}; any other call: ${otherwise}`]),
  ];
}

/** Says on stderr what a file does not say as the policy does. */
export function printNotes(
  written: { readonly tightened: readonly string[]; readonly unenforced: readonly string[] },
  format: PolicyFormat,
  world: World,
): void {
  const sections = [
    { title: 'Tighter than the policy', lines: written.tightened },
    { title: 'Not enforced by this file', lines: written.unenforced },
    { title: 'To know', lines: format.notes },
  ];
  for (const { title, lines } of sections) {
    if (lines.length === 0) continue;
    world.stderr.write(`${title}:\n${lines.map((line) => `  ${printable(line)}\n`).join('')}`);
  }
}

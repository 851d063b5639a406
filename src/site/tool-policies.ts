import type { Decision, Policy, ToolRule } from '../model/policy.ts';
import { Html } from './html.ts';
import { onlyTool, type PolicyText, type PolicyView, policyView, TAB_FORMATS, texts } from './policies.ts';

/** What the page of one tool shows of the policy for this tool alone. */
export interface ToolPolicy {
  readonly rule: ToolRule | undefined;
  /** What becomes of a tool that the policy does not list. */
  readonly unlisted: Decision;
  /** What the files call the server. */
  readonly serverName: string;
  /** What it does, in a sentence. */
  readonly effect: string;
  /** The files to paste, as markup. */
  readonly files: Html;
}

/** A text with gaps: the pieces between them, and which name goes into the gap after each. */
interface Gapped {
  readonly pieces: readonly string[];
  readonly gaps: readonly number[];
}

/** Policies that differ in nothing but names: the sentence and the files, with gaps for the names. */
interface Shape {
  readonly effect: Gapped;
  readonly files: Gapped;
  /** All that stands between the gaps. */
  readonly fixed: string;
}

/** Stand-ins for the names of a tool, of its server, of the server's id and for a hash. */
const STAND_INS = ['standinfortool', 'standinforserver', 'standinforid', 'standinforhash'] as const;
const STAND_IN = new RegExp(STAND_INS.join('|'), 'g');

/** Names that no format changes, shortens, quotes or refuses; all others are written by the format itself. */
const PLAIN_TOOL = /^[a-z][a-z0-9]{0,30}(?:[_-][a-z0-9]{1,30}){0,3}$/;
const PLAIN_SERVER = /^[A-Za-z0-9]{1,30}(?:-[A-Za-z0-9]{1,30}){0,2}$/;
const PLAIN_ID = /^[a-z]{1,12}:[A-Za-z0-9@:/._-]{1,200}$/;
const PLAIN_NAME = 48;

/** Shapes that are remembered; a catalogue has some hundreds. */
const MOST_SHAPES = 1_000;

/**
 * Writes the policy of one tool. Most tools of a catalogue share some hundred rules, so that each is written once, with
 * gaps, and filled with the names of each tool; the result is the same, character for character.
 */
export function makeToolPolicies(
  show: (texts: readonly PolicyText[]) => Html,
): (whole: PolicyView, tool: string) => ToolPolicy {
  const shapes = new Map<string, Shape>();
  const sharedBy = makeShared();

  function directly(whole: PolicyView, tool: string): { readonly effect: string; readonly files: Html } {
    const own = onlyTool(whole, tool);
    return { effect: own.effect(tool), files: show(texts(own.policy, TAB_FORMATS)) };
  }

  function shapeOf(policy: Policy, rule: ToolRule): Shape {
    const { tool: _, definitionHash, ...rest } = rule;
    const key = `${definitionHash !== undefined}${JSON.stringify(rest)}${sharedBy(policy)}`;
    const known = shapes.get(key);
    if (known !== undefined) return known;
    const [tool, serverName, server, hash] = STAND_INS;
    const stand: ToolRule = { ...rest, tool, ...(definitionHash === undefined ? {} : { definitionHash: hash }) };
    const own = onlyTool(policyView({ ...policy, server, serverName, tools: [stand] }), tool);
    const effect = gapped(own.effect(tool));
    const files = gapped(show(texts(own.policy, TAB_FORMATS)).bytes);
    const shape = { effect, files, fixed: [...effect.pieces, ...files.pieces].join('\n') };
    if (shapes.size >= MOST_SHAPES) shapes.clear();
    shapes.set(key, shape);
    return shape;
  }

  return (whole, tool) => {
    const { policy } = whole;
    const rule = whole.rule(tool);
    const base = { rule, unlisted: policy.default, serverName: policy.serverName };
    const plain = isPlain(tool, PLAIN_TOOL) && isPlain(policy.serverName, PLAIN_SERVER) && PLAIN_ID.test(policy.server);
    if (rule === undefined || !plain) return { ...base, ...directly(whole, tool) };
    const shape = shapeOf(policy, rule);
    // A name that stands in the texts anyway might mean something there.
    if (shape.fixed.includes(tool) || shape.fixed.includes(policy.serverName))
      return { ...base, ...directly(whole, tool) };
    const names = [tool, policy.serverName, policy.server, rule.definitionHash ?? ''];
    return { ...base, effect: filled(shape.effect, names), files: new Html(filled(shape.files, names)) };
  };
}

/** What the policies for all tools of a server have in common, as a text. */
function makeShared(): (policy: Policy) => string {
  let last: Policy | undefined;
  let text = '';
  return (policy) => {
    if (policy === last) return text;
    const { tools: _, unset: __, server: ___, serverName: ____, ...shared } = policy;
    last = policy;
    text = JSON.stringify(shared);
    return text;
  };
}

function isPlain(name: string, pattern: RegExp): boolean {
  return name.length <= PLAIN_NAME && pattern.test(name);
}

function gapped(text: string): Gapped {
  const names: readonly string[] = STAND_INS;
  return { pieces: text.split(STAND_IN), gaps: (text.match(STAND_IN) ?? []).map((name) => names.indexOf(name)) };
}

function filled({ pieces, gaps }: Gapped, names: readonly string[]): string {
  let text = pieces[0] ?? '';
  for (let i = 0; i < gaps.length; i++) text += (names[gaps[i] ?? 0] ?? '') + (pieces[i + 1] ?? '');
  return text;
}

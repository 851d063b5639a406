import type { Constraint, Decision, Expressiveness, RateLimit } from '../model/policy.ts';

/** What one format can say, down to the single name, argument and limit. A reason is the end of "… because …". */
export interface Able {
  readonly title: string;
  readonly expresses: Expressiveness;
  /** Why a tool's name cannot be written safely. */
  unsafeTool?(name: string): string | undefined;
  /** Why the server's name cannot be written safely. */
  unsafeServer?(name: string): string | undefined;
  /** Why an argument cannot be named. */
  unsafeArgument?(path: readonly string[]): string | undefined;
  /** Why a constraint of a kind that the format knows cannot be written. */
  unsafeConstraint?(constraint: Constraint): string | undefined;
  /** What a constraint that can be written denies besides. */
  alsoDenies?(constraint: Constraint): string | undefined;
  /** Why a limit cannot be written though the format counts calls. */
  unsafeLimit?(limit: RateLimit, tool: string): string | undefined;
  /** Whether a server of this name can be denied as a whole, with the tools that no file lists. */
  deniesServer?(name: string): boolean;
  /** What a tool is that the policy allows, where the format cannot allow a single tool. Default: asked for. */
  readonly insteadOfAllowed?: string;
  /** What becomes of a tool whose name cannot be written: as an unlisted one, unless the format finds a way to deny it. */
  readonly unwritable?: Decision;
}

/** What a format can say, with the notes that are the same for every tool. */
export interface Ability extends Able {
  readonly notes: FixedNotes;
}

/** Decisions as they stand in a note. */
export const WORD: Readonly<Record<Decision, string>> = { allow: 'allowed', ask: 'asked for', deny: 'denied' };

/** Makes the notes once that most tools get. */
export function abilityOf(able: Able): Ability {
  return { ...able, notes: fixedNotes(able) };
}

/** What a decision ends as in a format, for a note. */
export function finalWord(decision: Decision, { expresses }: Able): string {
  const asked = decision === 'ask' && !expresses.ask ? 'deny' : decision;
  return WORD[asked === 'deny' && !expresses.deny ? expresses.unlisted : asked];
}

/** Notes on a tool of a format; the first four are reasons, ends of "… because …". */
type FixedNotes = ReturnType<typeof fixedNotes>;

function fixedNotes(able: Able) {
  const { title } = able;
  const cannotCount = `${title} cannot count calls`;
  return {
    cannotCount,
    cannotCheck: `${title} cannot check this of an argument`,
    cannotTellApart: `${title} cannot tell operations apart`,
    notLimited: notLimited(able, cannotCount),
    notCounted: notCounted(cannotCount),
    notAllowed: `${able.insteadOfAllowed ?? 'asked for instead of allowed'}, because ${title} cannot allow a single tool`,
    notAsked: `denied instead of asked for, because ${title} cannot ask`,
    notAskedOutside: `denied outside its constraints instead of asked for, because ${title} cannot ask`,
    notDenied: `${title} cannot deny a single tool; every call is asked for`,
    notHidden: `${title} cannot hide a single tool; every call is denied`,
  };
}

/** A tool is asked for, because its limits cannot be written. */
export function notLimited(able: Able, why: string): string {
  return `${finalWord('ask', able)} instead of limited, because ${why}`;
}

/** A tool is asked for anyway, and its constraints cannot be written. */
export function notChecked(why: string): string {
  return `whether the constraints hold is left to the person who is asked, because ${why}`;
}

/** A tool is asked for anyway, and its limits cannot be written. */
export function notCounted(why: string): string {
  return `the number of calls is left to the person who is asked, because ${why}`;
}

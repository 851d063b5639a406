/** How one attempt at one manifest ended. Every one of these is told apart everywhere; none of them is an empty list. */
export const OUTCOMES = [
  'changed',
  'unchanged',
  'not-modified',
  'partial',
  'gated',
  'unreachable',
  'timed-out',
  'rate-limited',
  'malformed',
  'integrity',
  'no-static-tools',
  'parser-died',
  'too-large',
  'refused',
  'not-found',
  'removed',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What an outcome means, for summaries, pages, `--help` and the README. */
export const OUTCOME_INFO: Readonly<Record<Outcome, { readonly text: string; readonly answered: boolean }>> = {
  changed: { text: 'read, and something is new or different', answered: true },
  unchanged: { text: 'read, and all is as before', answered: true },
  'not-modified': { text: 'the server says that nothing changed since the last visit', answered: true },
  partial: { text: 'read, but a part could not be read', answered: true },
  gated: { text: 'asks for authentication', answered: false },
  unreachable: { text: 'no connection, or a server error', answered: false },
  'timed-out': { text: 'no complete answer in time', answered: false },
  'rate-limited': { text: 'asked to come back later', answered: false },
  malformed: { text: 'the answer is not what its format says', answered: false },
  integrity: { text: 'the bytes do not match the published hash', answered: false },
  'no-static-tools': {
    text: 'read whole, and no tool definition was found without running it: unknown, not none',
    answered: false,
  },
  'parser-died': { text: 'the source killed its parser', answered: false },
  'too-large': { text: 'over a limit', answered: false },
  refused: { text: 'not fetched: robots.txt or a private address', answered: false },
  'not-found': { text: 'the address has nothing now', answered: false },
  removed: { text: 'the publisher took it away', answered: false },
};

/** A failure of a visit: every outcome that brings no tools. */
export type FailureOutcome = Exclude<Outcome, 'changed' | 'unchanged' | 'not-modified' | 'partial'>;

/** Validators of a conditional request, as the last good answer gave them. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

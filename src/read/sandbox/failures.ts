import type { Failure } from '../../model/manifest.ts';
import type { FailureOutcome } from '../../model/visit.ts';

/** Ways in which a server that is run brings no list. One stable word each. */
export const EXECUTE_REASONS = {
  'execute-off': { outcome: 'refused', text: 'Servers are run only when that is asked for: add --execute' },
  'sandbox-missing': {
    outcome: 'refused',
    text: 'Servers are run only in a sandbox, and bubblewrap or prlimit is missing: install the packages bubblewrap and util-linux',
  },
  'sandbox-leaks': { outcome: 'refused', text: 'Servers are not run, because the sandbox failed its self-test' },
  'sandbox-closed': {
    outcome: 'refused',
    text: 'The sandbox runs as a user without rights, who may not enter the folder of the program: open it and the folders above it, or run as the user who owns them',
  },
  'execute-unsupported': { outcome: 'refused', text: 'Only npm packages and programs on this machine are run' },
  'install-failed': { outcome: 'unreachable', text: 'The package could not be installed' },
  'install-time': { outcome: 'timed-out', text: 'Installing the package took too long' },
  'install-no-bin': { outcome: 'malformed', text: 'The package names no program to run' },
  'execute-exited': { outcome: 'unreachable', text: 'The server ended before it answered' },
  'execute-time': { outcome: 'timed-out', text: 'The server took too long and was ended' },
  'execute-output': { outcome: 'too-large', text: 'The server printed too much and was ended' },
  'execute-memory': { outcome: 'too-large', text: 'The server took too much memory and was ended' },
} as const satisfies Readonly<Record<string, { readonly outcome: FailureOutcome; readonly text: string }>>;

export type ExecuteReason = keyof typeof EXECUTE_REASONS;

/** Makes a failure from the table. */
export function executeFailure(reason: ExecuteReason, detail: string): Failure {
  const { outcome, text } = EXECUTE_REASONS[reason];
  return { kind: 'failed', outcome, reason, message: `${text} (${detail}).` };
}

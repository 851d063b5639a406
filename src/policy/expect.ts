import type { Policy } from '../model/policy.ts';
import type { ExpectedCall } from '../model/policy-test.ts';
import { type Call, type Outcome, simulate } from './simulate.ts';

/** One call of a test that did not get what it should. */
export interface Miss {
  /** Which entry of the file, and which of its calls; both from 1. */
  readonly entry: number;
  readonly call: number;
  readonly expected: ExpectedCall;
  readonly outcome: Outcome;
}

/** Runs the calls of a test file through a policy and lists those that got another decision than expected. */
export function missesOf(policy: Policy, expected: readonly ExpectedCall[]): readonly Miss[] {
  const calls: Call[] = [];
  const labels: { readonly entry: number; readonly call: number; readonly expected: ExpectedCall }[] = [];
  let time = 0;
  for (const [index, one] of expected.entries()) {
    time = one.at === undefined ? time + one.after * 1_000 : Date.parse(one.at);
    for (let call = 1; call <= one.times; call += 1) {
      const hash = one.definitionHash === undefined ? {} : { definitionHash: one.definitionHash };
      calls.push({ tool: one.tool, arguments: one.arguments, time, ...hash });
      labels.push({ entry: index + 1, call, expected: one });
    }
  }
  const outcomes = simulate(policy, calls);
  return labels.flatMap((label, index) => {
    const outcome = outcomes[index];
    return outcome === undefined || outcome.decision === label.expected.expect ? [] : [{ ...label, outcome }];
  });
}

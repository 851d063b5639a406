import type { Policy, PolicyFormat } from '../model/policy.ts';

/**
 * The rules of a policy for one tool alone, to stand beside rules for others: they close nothing, and say nothing of the
 * other tools. A tool without a rule keeps the whole policy, which denies it.
 */
export function partFor(policy: Policy, tool: string): Policy {
  const own = policy.tools.find((rule) => rule.tool === tool);
  return own === undefined ? policy : { ...policy, part: true, tools: [own], unset: [...own.unset] };
}

/** What becomes of a server's other tools under a file that was written for one of them. A sentence. */
export function othersUnder({ expresses }: Pick<PolicyFormat, 'expresses'>): string {
  switch (expresses.unlisted) {
    case 'deny':
      return 'By itself this file denies every other tool of the server too; the file of the whole server lists them.';
    case 'ask':
      return 'Of the other tools of the server this file says nothing: they are asked for, unless you have rules for them.';
    case 'allow':
      return 'Of the other tools of the server this file says nothing: they are allowed, unless you have rules for them.';
  }
}

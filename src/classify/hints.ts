import type { Annotations } from '../model/tool.ts';
import type { Category, Finding } from '../model/verdict.ts';
import type { Decision } from './category.ts';
import type { CompiledHint } from './ruleset.ts';

/** A decision after the server's own hints, with what they said. */
export interface Hinted {
  readonly decision: Decision;
  readonly findings: readonly Finding[];
}

/**
 * Lets hints tighten a decision and never loosen it. All four at the defaults that frameworks write by themselves are
 * no hint, and `destructiveHint` beside `readOnlyHint: true` means nothing (MCP specification, ToolAnnotations).
 */
export function applyHints(
  decision: Decision,
  annotations: Annotations | undefined,
  hints: readonly CompiledHint[],
): Hinted {
  if (annotations === undefined || annotations === null || isFrameworkDefault(annotations))
    return { decision, findings: [] };
  let { category, confidence } = decision;
  const findings: Finding[] = [];
  for (const { rule, look } of hints) {
    if (annotations[look.hint] !== look.is || !look.categories.includes(decision.category)) continue;
    if (look.hint === 'destructiveHint' && look.is && annotations.readOnlyHint === true) continue;
    findings.push({
      rule: rule.id,
      capability: rule.capability,
      path: `/annotations/${look.hint}`,
      on: 'key',
      start: 0,
      end: look.hint.length,
      text: look.hint,
    });
    if (rule.category !== undefined) category = rule.category satisfies Category;
    confidence = Math.min(confidence, look.confidence ?? 1);
  }
  return { decision: { category, confidence }, findings };
}

function isFrameworkDefault(annotations: Annotations): boolean {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations;
  return readOnlyHint === false && destructiveHint === true && idempotentHint === false && openWorldHint === true;
}

import { bare, type Node, turnsAway } from './ast.ts';
import type { Engine } from './engine.ts';
import type { Guard, Scope } from './scope.ts';
import { type Env, likelyTruth } from './values.ts';

/** How many tests of one block are kept for what stands behind them. */
const MAX_EARLY = 16;

/** The guards of what stands behind a statement: behind `if (test) return;` the test has failed. */
export function guardsBehind(
  statement: Node,
  scope: Scope,
  reached: readonly Guard[],
  first: readonly Guard[],
): readonly Guard[] {
  if (statement.type !== 'IfStatement' || statement.alternate !== null || !turnsAway(statement.consequent))
    return reached;
  if (reached.length >= first.length + MAX_EARLY) return reached;
  return [...reached, { test: statement.test, passes: false, scope, early: true }];
}

/**
 * Whether a guard lets pass in a call or a turn, with settings taken as not set. Undefined: not known. A part of the test
 * that is not known makes the whole unknown, unless another part decides it.
 */
function letsPass(engine: Engine, guard: Guard, env: Env | undefined): boolean | undefined {
  engine.siteSteps = 0;
  if (guard.labels !== undefined) return engine.passes(guard, env);
  const answer = answerOf(engine, guard.test, guard.scope, env);
  return answer === undefined ? undefined : answer === guard.passes;
}

function answerOf(engine: Engine, test: Node, scope: Scope, env: Env | undefined): boolean | undefined {
  const node = bare(test);
  if (node.type === 'UnaryExpression' && node.operator === '!') {
    const answer = answerOf(engine, node.argument, scope, env);
    return answer === undefined ? undefined : !answer;
  }
  if (node.type === 'LogicalExpression' && node.operator !== '??') {
    const decisive = node.operator === '||';
    const left = answerOf(engine, node.left, scope, env);
    if (left === decisive) return left;
    const right = answerOf(engine, node.right, scope, env);
    return right === decisive ? right : left === undefined ? undefined : right;
  }
  return likelyTruth(engine.evaluate(node, scope, env));
}

/**
 * Which of the calls or turns of one place are only reached under a condition. A guard that tells them apart counts for
 * each; any other, such as a test of faults or of what was done before, for all or for none.
 */
export function gatedTurns(
  engine: Engine,
  guards: readonly Guard[],
  turns: readonly (Env | undefined)[],
): readonly boolean[] {
  const gated = turns.map(() => false);
  for (const guard of guards) {
    const answers =
      turns.length < 2 ? [] : turns.map((env) => engine.within(env, () => letsPass(engine, guard, env)) === true);
    const apart = answers.includes(true) && answers.includes(false);
    const all = !apart && engine.passes(guard, undefined) !== true;
    for (const index of turns.keys()) gated[index] ||= all || (apart && answers[index] === false);
  }
  return gated;
}

import { resolve } from 'node:path';
import { parse } from 'yaml';
import { explain } from '../../model/explain.ts';
import type { Policy } from '../../model/policy.ts';
import { PolicyTest } from '../../model/policy-test.ts';
import { missesOf } from '../../policy/expect.ts';
import { withCatalogue } from '../catalogue.ts';
import { CommandError, type ExitCode, type Input, type World } from '../command.ts';
import { count, jsonDocument, oneLine } from '../print.ts';
import { choiceOf, policyOf, readBytes } from './choose.ts';

/** Runs the expectations of a file; exit code 1 when one is not met. */
export async function testFile(file: string | undefined, input: Input, world: World): Promise<ExitCode> {
  if (file === undefined) throw new CommandError('name the file: toolrisk policy test FILE');
  const test = await readTest(resolve(world.cwd, file), file);
  const policy = await policyFor(test, input, world);
  const misses = missesOf(policy, test.calls);
  const calls = test.calls.reduce((sum, { times }) => sum + times, 0);
  if (input.has('json')) jsonDocument(world.stdout, { calls, misses });
  for (const { entry, call, expected, outcome } of input.has('json') ? [] : misses) {
    const which = expected.times === 1 ? `call ${entry}` : `call ${entry} (${call} of ${expected.times})`;
    world.stdout.write(
      `${which} of ${oneLine(expected.tool)}: expected ${expected.expect}, got ${outcome.decision} (${outcome.because})\n`,
    );
  }
  world.stderr.write(`${count(calls, 'call')}, ${misses.length} not as expected.\n`);
  return misses.length === 0 ? 0 : 1;
}

async function readTest(path: string, file: string): Promise<PolicyTest> {
  const text = new TextDecoder().decode(await readBytes(path));
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw new CommandError(`${file} is neither YAML nor JSON: ${cause instanceof Error ? cause.message : ''}`, {
      cause,
    });
  }
  if (typeof value !== 'object' || value === null || !('calls' in value))
    throw new CommandError(`${file} is no test of a policy: it has no "calls". ${SHAPE}`);
  const parsed = PolicyTest.safeParse(value);
  if (!parsed.success) throw new CommandError(`${file} is no test of a policy. ${SHAPE}\n${explain(parsed.error)}`);
  return parsed.data;
}

const SHAPE =
  'A test has "server" or "policy", and "calls", each with tool and expect (allow, ask, deny); see toolrisk policy --help.';

async function policyFor(test: PolicyTest, input: Input, world: World): Promise<Policy> {
  if (test.policy !== undefined) return test.policy;
  const { server } = test;
  if (server === undefined) throw new CommandError('the test names no policy: give "server" or "policy"');
  const options = { ...choiceOf(input, world), strength: test.strength, settings: test.set };
  return withCatalogue(input, world, (catalogue) => policyOf(catalogue, server, options));
}

import {
  DECISIONS,
  type Decision,
  type Policy,
  type PolicyFormat,
  type WrittenPolicy,
} from '../../../src/model/policy.ts';
import { formats } from '../../../src/policy/formats/index.ts';
import { type Call, simulate } from '../../../src/policy/simulate.ts';
import { quoted } from '../../../src/policy/wording.ts';
import { engines } from '../engines/index.ts';
import { faultsOfIntercept, loadIntercept, runIntercept } from '../engines/intercept.ts';
import { someArguments, somePolicy, someTool } from './generate.ts';
import { Random } from './random.ts';

/** What one format did over all pairs. */
export interface Agreement {
  equal: number;
  /** Tighter than the model, and said so. */
  stricter: number;
  /** As loose as the format has to be, and said so: nothing can be denied there, or a person who is asked has to look. */
  asked: number;
  /** Faults: looser than the model, or tighter without a word. */
  readonly faults: string[];
}

export interface PairReport {
  pairs: number;
  /** Pairs with a tool that the policy does not list. */
  unlisted: number;
  readonly formats: Record<string, Agreement>;
}

const CALLS_PER_POLICY = 10;
const rank = (decision: Decision): number => DECISIONS.indexOf(decision);

/** Compares the model with every format on made-up policies and calls. */
export function comparePairs(pairs: number, seed: number): PairReport {
  const random = new Random(seed);
  const report: PairReport = { pairs: 0, unlisted: 0, formats: {} };
  for (const { id } of formats) report.formats[id] = { equal: 0, stricter: 0, asked: 0, faults: [] };
  while (report.pairs < pairs) {
    const policy = somePolicy(random);
    const written = formats.map((format) => ({ format, file: format.write([policy]) }));
    for (let n = 0; n < CALLS_PER_POLICY && report.pairs < pairs; n += 1) {
      const tool = someTool(policy, random);
      const call: Call = { tool, arguments: someArguments(policy, tool, random), time: 0 };
      report.pairs += 1;
      if (!policy.tools.some((one) => one.tool === tool)) report.unlisted += 1;
      for (const { format, file } of written) judgeCall(policy, call, format, file, report);
    }
  }
  return report;
}

export function judgeCall(
  policy: Policy,
  call: Call,
  format: PolicyFormat,
  file: WrittenPolicy,
  report: PairReport,
): void {
  const agreement = report.formats[format.id];
  const engine = engines[format.id];
  if (agreement === undefined || engine === undefined) throw new Error(`no engine for ${format.id}`);
  const [outcome] = simulate(policy, [call]);
  const model = outcome?.decision ?? 'deny';
  const got = engine(file, { server: policy.serverName, tool: call.tool, arguments: call.arguments });
  const listed = policy.tools.some(({ tool }) => tool === call.tool);
  const server = `${quoted(policy.serverName)}: every tool`;
  const says = (sentences: readonly string[], word = ''): boolean =>
    sentences.some((one) => (one.includes(quoted(call.tool)) && one.includes(word)) || one.startsWith(server));
  const tightened = listed ? says(file.tightened) || says(file.unenforced, 'never denied') : true;
  // Only where nothing can be denied at all, or not this name, may a call be asked for that the policy denies.
  const undeniable = listed
    ? !format.expresses.deny || says(file.unenforced, 'never denied')
    : format.expresses.unlisted === 'ask';
  // A person who is asked anyway sees the arguments, except where a strict policy counts on nobody.
  const shown = outcome?.because === 'constraint' && policy.strength !== 'strict';
  const leftToPerson = shown && says(file.unenforced, 'constraints hold is left to the person');
  if (got === model) agreement.equal += 1;
  else if (rank(got) > rank(model) && tightened) agreement.stricter += 1;
  else if (got === 'ask' && model === 'deny' && (undeniable || leftToPerson)) agreement.asked += 1;
  else agreement.faults.push(`${model} became ${got} on ${JSON.stringify(call)} under ${JSON.stringify(policy)}`);
}

/** Runs streams of calls through the model and Intercept, whose limits are the same. Returns calls and faults. */
export function compareStreams(
  calls: number,
  seed: number,
): { readonly calls: number; readonly faults: readonly string[] } {
  const random = new Random(seed);
  const faults: string[] = [];
  const format = formats.find(({ id }) => id === 'intercept');
  if (format === undefined) throw new Error('no format intercept');
  let done = 0;
  while (done < calls) {
    const asked = somePolicy(random);
    // Intercept has no person to ask, so that both count the same calls when nothing is asked for.
    const policy: Policy = {
      ...asked,
      tools: asked.tools.filter(
        ({ decision, operations, tool, otherwise }) =>
          decision === 'allow' && otherwise === 'deny' && operations.length === 0 && !tool.includes('.'),
      ),
      limits: [],
    };
    if (policy.tools.length === 0) continue;
    const file = format.write([policy]);
    if (file.tightened.length > 0) continue;
    const config = loadIntercept(file.text);
    faults.push(...faultsOfIntercept(config));
    let time = 1_700_000_000_000;
    const stream = Array.from({ length: 60 }, (): Call => {
      time += random.int(20_000);
      const tool = someTool(policy, random);
      return { tool, arguments: someArguments(policy, tool, random), time };
    });
    const model = simulate(policy, stream);
    const engine = runIntercept(config, stream);
    for (const [index, outcome] of model.entries()) {
      if (outcome.decision !== engine[index])
        faults.push(
          `call ${index}: ${outcome.decision} (${outcome.because}) became ${engine[index]} under ${JSON.stringify(policy)}`,
        );
    }
    done += stream.length;
  }
  return { calls: done, faults };
}

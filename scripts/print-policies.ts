/**
 * Prints one policy and its effect sentence for each category, severity and strength, for reading:
 * `npm run policies:print [-- --severity high]`.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadPolicyTable } from '../src/data/policy.ts';
import { STRENGTHS } from '../src/model/policy.ts';
import { CATEGORIES, SEVERITIES, Severity, type Verdict } from '../src/model/verdict.ts';
import { effectOf } from '../src/policy/effect.ts';
import { formatOf } from '../src/policy/formats/index.ts';
import { recommend } from '../src/policy/recommend.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { severity: { type: 'string' }, format: { type: 'string' } } });
const severities = values.severity === undefined ? SEVERITIES : [Severity.parse(values.severity)];
const format = values.format === undefined ? undefined : formatOf(values.format);
const table = loadPolicyTable(join(root, 'data'));
const print = (line: string) => void process.stdout.write(`${line}\n`);

for (const category of CATEGORIES) {
  print(`\n${category}`);
  for (const severity of severities) {
    for (const strength of STRENGTHS) {
      const name = `${category.toLowerCase()}_tool`;
      const verdict: Verdict = {
        v: 1,
        ruleset: 'print',
        server: 'npm:example',
        name,
        category,
        severity,
        confidence: 0.95,
        capabilities: [],
        findings: [],
        moves: [],
        operations: [],
        threats: [],
      };
      const policy = recommend(
        { id: 'npm:example', name: 'example' },
        [{ definition: { name }, verdict, schemaComplete: true }],
        {
          strength,
          settings: {},
          catalogueVersion: 'print',
          table,
        },
      );
      const [rule] = policy.tools;
      const limits = rule?.limits.map(({ max, window }) => ` ${max}/${window}`).join('') ?? '';
      print(`  ${severity}, ${strength}: ${rule?.decision}${rule?.hide === true ? ' hide' : ''}${limits}`);
      print(`    ${rule?.reason} ${effectOf(policy, name)}`);
      if (format !== undefined) print(format.write([policy]).text.replaceAll(/^/gmu, '      '));
    }
  }
}

/** Lays out a new policy format: `npm run new-format ID`. */
import { join } from 'node:path';
import { camelCase, idFrom, layOut, run } from './scaffold.ts';

const root = process.env.TOOLRISK_ROOT ?? join(import.meta.dirname, '..');

run(() => {
  const id = idFrom(process.argv[2], 'new-format');
  const name = camelCase(id);
  return layOut({
    root,
    id,
    index: 'src/policy/formats/index.ts',
    list: 'formats',
    files: {
      [`src/policy/formats/${id}.ts`]: `import type { PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy } from '../lower.ts';
import { jsonText } from '../write/json.ts';
import { notDotted, serverNotPlain } from '../write/names.ts';
import { writeTogether } from '../write/together.ts';
import { record, type Tree } from '../write/tree.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: false,
  rateLimits: false,
  constraints: [],
  operations: false,
  hide: false,
  unlisted: 'deny',
  checkedBy: 'parsed only',
} as const;

const ability = abilityOf({ title: '${id}', expresses, unsafeServer: serverNotPlain, unsafeTool: notDotted });

/** What this format is, and who enforces it. */
export const ${name}: PolicyFormat = {
  id: '${id}',
  title: '${id}',
  homepage: 'https://example.org',
  fileName: '${id}.json',
  mediaType: 'application/json',
  expresses,
  notes: ['Say where the file goes.'],
  write: (policies) => writeTogether(${name}, policies, ability, (lowered) => jsonText(record(lowered.map(entry)))),
};

function entry({ policy, rules }: LoweredPolicy): readonly [string, Tree] {
  const allowed = rules.filter((rule) => rule.writable && rule.decision === 'allow').map(({ tool }) => tool);
  return [policy.serverName, { allowed }];
}
`,
    },
  });
}, 'Say what it can express; add how its enforcer reads and decides to test/policy/engines (shapes, readers, index), then: npx vitest run test/policy');

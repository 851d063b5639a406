import type { Policy, PolicyFormat, WrittenFile, WrittenPolicy } from '../../model/policy.ts';
import { Notes } from '../notes.ts';

/** Writes one file per server, for an enforcer whose files name no server. The first is the policy, the others stand beside it. */
export function writePerServer(
  format: Pick<PolicyFormat, 'fileName' | 'mediaType'>,
  policies: readonly [Policy, ...Policy[]],
  text: (policy: Policy, notes: Notes) => string,
): WrittenPolicy {
  const notes = new Notes();
  const several = policies.length > 1;
  const used = new Set<string>();
  const files = policies.map(
    (policy): WrittenFile => ({
      fileName: several ? fileNameFor(policy.serverName, format.fileName, used) : format.fileName,
      mediaType: format.mediaType,
      text: text(policy, notes),
    }),
  );
  const [first, ...companions] = files;
  if (first === undefined) throw new RangeError('a format writes at least one policy');
  return { ...first, companions, tightened: notes.tightened, unenforced: notes.unenforced };
}

/** `python.policy.json`; a number keeps two servers apart whose names differ in signs only. */
function fileNameFor(server: string, fileName: string, used: Set<string>): string {
  const slug =
    server
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/gu, '-')
      .replaceAll(/^-+|-+$/gu, '')
      .slice(0, 48) || 'server';
  let name = `${slug}.${fileName}`;
  for (let n = 2; used.has(name); n += 1) name = `${slug}-${n}.${fileName}`;
  used.add(name);
  return name;
}

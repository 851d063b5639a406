import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { explain } from '../../model/explain.ts';
import type { Policy, PolicyFormat, WrittenFile } from '../../model/policy.ts';
import { PolicyLock } from '../../model/policy-lock.ts';
import { lockOf } from '../../policy/lock.ts';
import { merge, same } from '../../policy/merge.ts';
import { othersUnder } from '../../policy/part.ts';
import { CommandError, type ExitCode, type Input, type World } from '../command.ts';
import { oneLine, printable } from '../print.ts';
import { whyUnreadable } from '../unreadable.ts';
import { diffLines } from './diff.ts';
import { isDocument, parseDocument, writeDocument } from './documents.ts';
import { printNotes } from './print.ts';

type Policies = readonly [Policy, ...Policy[]];

/** Writes policies in a format: to stdout, to a folder, into a person's file, or as a difference. */
export function writePolicies(policies: Policies, format: PolicyFormat, input: Input, world: World): ExitCode {
  refuseFile(input.option('out'), world);
  const written = format.write(policies);
  const files: readonly WrittenFile[] = [written, ...written.companions];
  const lockFile = input.option('lock');
  const lock = lockFile === undefined ? undefined : readLock(resolve(world.cwd, lockFile));
  const target = input.option('merge');
  const result = target === undefined ? written.text : mergedText(target, written, format, lock, world);
  tellPart(policies, format, world);
  if (input.option('name') === undefined && input.option('config') === undefined) tellNames(policies, world);
  printNotes(written, format, world);
  const diff = input.option('diff');
  if (diff !== undefined) return printDiff(diff, result, target !== undefined, written, world);
  const folder = input.option('out');
  if (target !== undefined && input.has('in-place')) replace(resolve(world.cwd, target), result);
  else if (folder !== undefined) {
    for (const file of files) replace(resolve(world.cwd, folder, file.fileName), file === written ? result : file.text);
  } else printFiles(files, result, world);
  if (lockFile !== undefined) {
    const own = Object.fromEntries(files.filter(isValue).map((file) => [file.fileName, parsedFile(file)]));
    writeLock(resolve(world.cwd, lockFile), policies, { ...lock?.written, [format.id]: own });
  }
  return 0;
}

/** Says what a file for one tool does to the others: it is no policy of the server. */
function tellPart(policies: Policies, format: PolicyFormat, { stderr }: World): void {
  for (const { part, server, tools } of policies) {
    if (part !== true) continue;
    const names = tools.map(({ tool }) => oneLine(tool)).join(', ');
    stderr.write(`For ${names} of ${oneLine(server)} alone. ${othersUnder(format)}\n`);
  }
}

/** Says which name was assumed: under another one the rules of a file are about nothing. */
function tellNames(policies: Policies, { stderr }: World): void {
  for (const { server, serverName } of policies)
    stderr.write(
      `Assumed that your client calls ${oneLine(server)} "${oneLine(serverName)}"; give another name with --name.\n`,
    );
}

const isValue = ({ mediaType }: WrittenFile): boolean => isDocument(mediaType);
const parsedFile = (file: WrittenFile) => parseDocument(file.mediaType, file.text, file.fileName);

function printFiles(files: readonly WrittenFile[], first: string, world: World): void {
  const names = files.slice(1).map(({ fileName }) => fileName);
  if (names.length > 0)
    world.stderr.write(
      `Only the first of ${files.length} files is printed; --out FOLDER writes ${names.join(', ')} too.\n`,
    );
  world.stdout.write(first);
}

function mergedText(
  target: string,
  written: WrittenFile,
  format: PolicyFormat,
  lock: PolicyLock | undefined,
  world: World,
): string {
  const path = resolve(world.cwd, target);
  if (!isDocument(written.mediaType))
    throw new CommandError(`${format.title} files cannot be merged; use --out FOLDER.`);
  const now = textOf(path, target);
  const theirs = parseDocument(written.mediaType, now, target);
  const base = lock?.written[format.id]?.[written.fileName];
  const merged = merge(base, parsedFile(written), theirs);
  for (const at of merged.kept) world.stderr.write(`${oneLine(target)} keeps its own value at ${printable(at)}.\n`);
  if (same(merged.value, theirs) && existsSync(path)) return now;
  if (/^\s*#/mu.test(now)) world.stderr.write(`Comments of ${oneLine(target)} are not kept.\n`);
  return writeDocument(written.mediaType, merged.value);
}

function printDiff(file: string, text: string, byValue: boolean, { mediaType }: WrittenFile, world: World): ExitCode {
  const path = resolve(world.cwd, file);
  const now = textOf(path, file);
  if (now === text) return 0;
  if (byValue && existsSync(path) && same(parseDocument(mediaType, now, file), parseDocument(mediaType, text, file)))
    return 0;
  world.stdout.write(`--- ${oneLine(file)}\n+++ policy\n`);
  for (const line of diffLines(now, text)) world.stdout.write(`${printable(line)}\n`);
  return 1;
}

/** Reads a lock file; undefined where there is none. Throws `CommandError` for one that is not as it must be. */
export function readLock(path: string): PolicyLock | undefined {
  if (!existsSync(path)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new CommandError(`${path} is not JSON: make it anew with toolrisk policy --lock`, { cause });
  }
  const parsed = PolicyLock.safeParse(value);
  if (!parsed.success) {
    throw new CommandError(`${path}: ${explain(parsed.error)}; make it anew with toolrisk policy --lock`);
  }
  return parsed.data;
}

/** Writes a lock file. */
export function writeLock(path: string, policies: Policies, written: PolicyLock['written']): void {
  replace(path, `${JSON.stringify(lockOf(policies, written), undefined, 2)}\n`);
}

/** Throws `CommandError` for a file in place of the folder of --out, before anything is said of what is written. */
function refuseFile(folder: string | undefined, world: World): void {
  if (folder === undefined) return;
  if (statSync(resolve(world.cwd, folder), { throwIfNoEntry: false })?.isDirectory() === false)
    throw new CommandError(`${oneLine(folder)} is a file: --out takes the folder that the files go to.`);
}

/** The text of a file that was named, empty where there is none. Throws `CommandError`. */
function textOf(path: string, file: string): string {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  } catch (cause) {
    throw new CommandError(`${oneLine(file)} ${whyUnreadable(cause)}.`, { cause });
  }
}

/** Replaces a file as a whole, so that a reader sees the old or the new one. Throws `CommandError`. */
function replace(path: string, text: string): void {
  const beside = `${path}.toolrisk-new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (cause) {
    rmSync(beside, { force: true });
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no reason is given';
    throw new CommandError(`${path} cannot be written: ${code}. Name a file in a folder that can be written.`, {
      cause,
    });
  }
}

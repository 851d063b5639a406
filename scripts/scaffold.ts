import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Ids are file names, and words of the sources file. */
const ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u;

/** One thing of an indexed folder that is to be laid out. */
export interface Plan {
  /** Root of the checkout. */
  readonly root: string;
  readonly id: string;
  /** Files to write, by path from the root. */
  readonly files: Readonly<Record<string, string>>;
  readonly index: string;
  /** Name of the exported array. */
  readonly list: string;
  /** New entries go to their sorted place, or before this entry. */
  readonly before?: string;
}

/** Lays out the files and adds the line to the index. Throws an `Error` that says what to do when something is there already. */
export function layOut(plan: Plan): readonly string[] {
  const paths = Object.keys(plan.files);
  const taken = paths.find((path) => existsSync(join(plan.root, path)));
  if (taken !== undefined) throw new Error(`${taken} is there already: choose another id, or edit it`);
  const index = join(plan.root, plan.index);
  const text = withLine(readFileSync(index, 'utf8'), plan);
  for (const [path, content] of Object.entries(plan.files)) {
    mkdirSync(dirname(join(plan.root, path)), { recursive: true });
    writeFileSync(join(plan.root, path), content);
  }
  writeFileSync(index, text);
  return [...paths, plan.index];
}

/** Reads the id from the command line. Throws an `Error` that shows how to call the script. */
export function idFrom(argument: string | undefined, script: string): string {
  if (argument === undefined || !ID.test(argument)) {
    throw new Error(`Name it in lower-case words with dashes: npm run ${script} my-catalogue`);
  }
  return argument;
}

/** `my-catalogue` as an identifier: `myCatalogue`. */
export function camelCase(id: string): string {
  return id.replace(/-([a-z0-9])/gu, (_, letter: string) => letter.toUpperCase());
}

function withLine(text: string, plan: Plan): string {
  const name = camelCase(plan.id);
  const lines = text.split('\n');
  const line = `import { ${name} } from './${plan.id}.ts';`;
  const imports = lines.findIndex(
    (one) => one.startsWith('import') && one.replace(/.*from/u, 'from') > line.replace(/.*from/u, 'from'),
  );
  lines.splice(imports < 0 ? lines.findLastIndex((one) => one.startsWith('import')) + 1 : imports, 0, line);
  const start = lines.findIndex((one) => one.includes(`export const ${plan.list}`));
  const end = lines.findIndex((one, i) => i > start && one.startsWith('];'));
  if (start < 0 || end < 0) throw new Error(`${plan.index} has no list ${plan.list}, one entry a line`);
  const entries = lines.slice(start + 1, end);
  const at = entries.findIndex((one) =>
    plan.before === undefined ? one.trim() > `${name},` : one.trim() === `${plan.before},`,
  );
  lines.splice(at < 0 ? end : start + 1 + at, 0, `  ${name},`);
  return lines.join('\n');
}

/** Runs a script's `main`: an error is one line and exit code 2. */
export function run(main: () => readonly string[], next: string): void {
  try {
    for (const path of main()) console.log(path);
    console.log(next);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}

// The generated blocks of README.md, each from the fields that the program itself uses.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { classify } from '../src/classify/index.ts';
import { drawVerdict } from '../src/commands/draw.ts';
import { allCommands } from '../src/commands/index.ts';
import { loadRuleset, readRuleFiles } from '../src/data/load.ts';
import { openDocument } from '../src/extract/edge/document.ts';
import { extractDocument, extractors } from '../src/extract/index.ts';
import { LIMITS } from '../src/model/limits.ts';
import type { Expressiveness } from '../src/model/policy.ts';
import { CATEGORIES, SEVERITIES } from '../src/model/verdict.ts';
import { OUTCOME_INFO, OUTCOMES } from '../src/model/visit.ts';
import { formats } from '../src/policy/formats/index.ts';
import { sources } from '../src/sources/index.ts';
import { VIEWS } from '../src/store/views.ts';
import { accuracyBlock, speedBlock } from './readme-figures.ts';
import { table } from './readme-table.ts';

const DATA = fileURLToPath(new URL('../data', import.meta.url));
const EXPLAIN_WIDTH = 100;

/** Every block by its name in README.md. */
export async function blocks(): Promise<Readonly<Record<string, string>>> {
  return {
    explain: explainBlock(),
    categories: categoriesBlock(),
    commands: table(
      ['command', 'what it does'],
      (await allCommands()).map(({ name, summary }) => [`\`${name}\``, summary]),
    ),
    sources: table(
      ['source', 'what it is'],
      sources.map(({ id, title, homepage }) => [`\`${id}\``, `[${title}](${homepage})`]),
    ),
    shapes: extractors.map(({ title, homepage }) => `- [${title}](${homepage})`).join('\n'),
    outcomes: table(
      ['outcome', 'meaning'],
      OUTCOMES.map((outcome) => [`\`${outcome}\``, OUTCOME_INFO[outcome].text]),
    ),
    views: table(
      ['view', 'one row is', 'columns'],
      VIEWS.map(({ name, text, columns }) => [`\`${name}\``, text, columns.map((one) => `\`${one.name}\``).join(', ')]),
    ),
    formats: table(
      ['id', 'enforcer', 'file', 'can say', 'checked by'],
      formats.map(({ id, title, homepage, fileName, expresses }) => [
        `\`${id}\``,
        `[${title}](${homepage})`,
        `\`${fileName}\``,
        sayable(expresses),
        expresses.checkedBy,
      ]),
    ),
    accuracy: accuracyBlock(),
    speed: speedBlock(),
    limits: limitsBlock(),
  };
}

/** The seed of the project, judged and drawn as the program draws it. */
function explainBlock(): string {
  const location = 'file:manifests/python-packaging.json';
  const opened = openDocument(
    readFileSync(`${DATA}/manifests/python-packaging.json`),
    location,
    'python-packaging.json',
  );
  if (opened.kind === 'failed') throw new Error(opened.message);
  const tools = extractDocument(opened.document)?.servers[0]?.tools ?? [];
  const tool = tools.find((one) => one.definition.name === 'pip-install');
  if (tool === undefined) throw new Error('data/manifests/python-packaging.json has no tool pip-install');
  const verdict = classify({ server: location, ...tool.definition }, loadRuleset(DATA));
  return `\`\`\`text\n${drawVerdict(tool.definition, verdict, EXPLAIN_WIDTH).trimEnd()}\n\`\`\``;
}

function categoriesBlock(): string {
  const { categories, severities } = readRuleFiles(DATA);
  return [
    table(
      ['category', 'a call', 'begins at'],
      CATEGORIES.map((name) => [name, categories.categories[name].text, severities.start[name]]),
    ),
    '',
    table(
      ['severity', 'meaning'],
      SEVERITIES.map((name) => [name, severities.severities[name].text]),
    ),
  ].join('\n');
}

function sayable(expresses: Expressiveness): string {
  const said = [
    expresses.allow ? 'allow' : '',
    expresses.ask ? 'ask' : '',
    expresses.deny ? 'deny' : '',
    expresses.hide ? 'hide' : '',
    expresses.rateLimits ? 'rates' : '',
    expresses.constraints.length > 0 ? 'arguments' : '',
    expresses.operations ? 'operations' : '',
  ];
  return said.filter((one) => one !== '').join(', ');
}

function limitsBlock(): string {
  const mib = (bytes: number) => `${bytes / (1 << 20)} MiB`;
  const seconds = (ms: number) => `${ms / 1000} s`;
  return `- Bounds: a package archive ${mib(LIMITS.archiveBytes)} (${mib(LIMITS.archiveUnpackedBytes)} unpacked, ${LIMITS.archiveEntries.toLocaleString('en-US')} entries), a source file ${mib(LIMITS.sourceFileBytes)}, a manifest ${mib(LIMITS.manifestBytes)}, ${LIMITS.toolsPerServer.toLocaleString('en-US')} tools a server, ${seconds(LIMITS.requestMs)} a request, ${seconds(LIMITS.parsePackageMs)} a package. Going over one is an outcome, never a shorter list.`;
}

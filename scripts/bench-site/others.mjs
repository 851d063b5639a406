// The same pages for other generators: the data of each tool with as much text as our page of it has.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rows } from './rows.mjs';

const SCRIPTS = join(import.meta.dirname, '..');
/** Pages that are measured to find out how much text brings both to the same weight. */
const SAMPLE = 50;

const SECTIONS = [
  'Description',
  'Why',
  'Control',
  'Operations',
  'Parameters',
  'Annotations',
  'Threats',
  'Attacks',
  'Related',
  'Questions',
  'Origin',
  'History',
  'Dispute',
];

/** What a template is given of each tool; `size` is how many characters of plain text the rest of the page has. */
export function* contents(tools, size) {
  const input = rows(tools);
  const filler = 'An agent may call it without asking, and each call is counted; what is not listed is denied. '.repeat(
    400,
  );
  for (const server of input.servers()) {
    for (const tool of input.toolsOf(server.id)) {
      const { definition, verdict } = tool;
      const policy = (n) => ({
        name: `settings-${n}.json`,
        text: JSON.stringify(
          {
            version: n,
            default: 'deny',
            tools: { [definition.name]: { decision: 'ask', limit: '10/minute', note: verdict.category } },
          },
          null,
          2,
        ),
        notes: ['What the format cannot say is tightened.', 'What no rule of it can enforce is named.'],
      });
      const related = [...input.toolsOf(server.id)].slice(0, 8);
      yield {
        title: definition.name,
        server: server.name,
        summary: `${definition.name} is a tool of ${server.name}`,
        category: verdict.category,
        severity: verdict.severity,
        quote: definition.description,
        facts: ['Server', 'Version', 'Severity', 'Category', 'Parameters', 'Token cost', 'Read by', 'Observed'].map(
          (name) => ({ name, text: definition.title }),
        ),
        sections: SECTIONS.map((label) => ({ id: label.toLowerCase(), label })),
        findings: verdict.findings.map(({ rule, capability, path, text }, i) => ({
          id: `finding-${i}`,
          rule,
          capability,
          place: path,
          text,
          why: 'What the rule says about why it matters to the reader.',
        })),
        files: [1, 2, 3, 4].map(policy),
        parameters: Object.entries(definition.inputSchema.properties).map(([name, { type, description }]) => ({
          name,
          type,
          text: description,
        })),
        hints: ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'].map((key) => ({
          key,
          label: key,
          author: 'yes',
          ours: 'no',
        })),
        attacks: SECTIONS.slice(0, 6).map((title) => ({
          id: title.toLowerCase(),
          title,
          summary: definition.description.slice(0, 140),
        })),
        related: related.map((one) => ({
          server: server.name,
          name: one.definition.name,
          category: one.verdict.category,
          severity: one.verdict.severity,
        })),
        answers: Array.from({ length: 8 }, (_, i) => ({
          question: `Question ${i} about ${definition.name}?`,
          answer: definition.description.slice(0, 160),
        })),
        rest: filler.slice(0, size),
      };
    }
  }
}

/** Mean size of the HTML files below a folder, bytes. */
export function meanSize(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.html'));
  return {
    pages: files.length,
    bytes: files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / Math.max(1, files.length),
  };
}

function prepareHugo(folder, tools, size) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'content'), { recursive: true });
  cpSync(join(SCRIPTS, 'hugo'), folder, { recursive: true });
  let n = 0;
  for (const page of contents(tools, size))
    writeFileSync(join(folder, 'content', `${page.title}-${n++}.md`), `${JSON.stringify(page)}\n`);
}

function runHugo(folder) {
  rmSync(join(folder, 'public'), { recursive: true, force: true });
  return timed('hugo', ['--quiet'], folder);
}

function prepareEleventy(folder, tools, size) {
  mkdirSync(join(folder, 'pages'), { recursive: true });
  mkdirSync(join(folder, 'data'), { recursive: true });
  for (const name of ['package.json', 'eleventy.config.js'])
    cpSync(join(SCRIPTS, 'eleventy', name), join(folder, name));
  cpSync(join(SCRIPTS, 'eleventy', 'page.njk'), join(folder, 'pages', 'page.njk'));
  writeFileSync(join(folder, 'data', 'tools.json'), JSON.stringify([...contents(tools, size)]));
  const installed = timed('npm', ['install', '--silent', '--no-audit', '--no-fund'], folder);
  if (!installed.ok) throw new Error('Eleventy could not be installed');
}

function runEleventy(folder) {
  rmSync(join(folder, 'public'), { recursive: true, force: true });
  return timed('node', [join('node_modules', '@11ty', 'eleventy', 'cmd.cjs'), '--quiet'], folder);
}

function timed(command, args, cwd) {
  const began = performance.now();
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) process.stderr.write(`${command}: ${error?.message ?? stderr.slice(0, 500)}\n`);
  return { ok: status === 0, seconds: (performance.now() - began) / 1000 };
}

export const GENERATORS = {
  hugo: { prepare: prepareHugo, run: runHugo },
  eleventy: { prepare: prepareEleventy, run: runEleventy },
};

/** Finds how much text gives pages of so many bytes, by building a few. */
export function fit({ prepare, run }, folder, bytes) {
  prepare(folder, SAMPLE, 0);
  if (!run(folder).ok) return undefined;
  return Math.max(0, Math.round(bytes - meanSize(join(folder, 'public')).bytes));
}

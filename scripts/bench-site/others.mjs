// The same site for other generators: the data of each tool, server and policy with as much text as our page of it has.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rows } from './rows.mjs';

const SCRIPTS = join(import.meta.dirname, '..');
/** Tools of the site that is built to find out how much text brings all pages to the same weight. */
const SAMPLE = 60;
/** Kinds of pages. Each page of the whole site has a twin for programs. */
export const KINDS = ['tool', 'server', 'policy'];
const STRENGTHS = ['permissive', 'recommended', 'strict'];
/** Formats on a page of policies: 20 on one of ours and 6 on two. */
const FORMATS = 8;

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

const FILLER = 'An agent may call it without asking, and each call is counted; what is not listed is denied. ';
/** Plain text of so many characters. */
function filler(size) {
  return FILLER.repeat(Math.ceil(Math.max(0, size) / FILLER.length)).slice(0, Math.max(0, size));
}

const fileOf = (name, value) => ({
  name,
  text: JSON.stringify(value, null, 2),
  notes: ['What the format cannot say is tightened.', 'What no rule of it can enforce is named.'],
});

const ruleOf = ({ definition, verdict }) => ({
  tool: definition.name,
  decision: 'ask',
  limits: [{ max: 10, window: 'minute', per: 'tool' }],
  category: verdict.category,
  severity: verdict.severity,
});

const decisionsFile = (version, tools) =>
  fileOf(`settings-${version}.json`, {
    version,
    tools: Object.fromEntries(tools.map(({ definition }) => [definition.name, 'ask'])),
  });

function toolContent(server, tools, tool, size) {
  const { definition, verdict } = tool;
  const findings = verdict.findings.map(({ rule, capability, path, text }, i) => ({
    id: `finding-${i}`,
    rule,
    capability,
    place: path,
    text,
    why: 'What the rule says about why it matters to the reader.',
  }));
  const parameters = Object.entries(definition.inputSchema.properties).map(([name, { type, description }]) => ({
    name,
    type,
    text: description,
  }));
  return {
    kind: 'tool',
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
    findings,
    files: [1, 2, 3, 4].map((version) => fileOf(`settings-${version}.json`, { version, tools: [ruleOf(tool)] })),
    parameters,
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
    related: tools.slice(0, 8).map((one) => ({
      server: server.name,
      name: one.definition.name,
      category: one.verdict.category,
      severity: one.verdict.severity,
    })),
    answers: Array.from({ length: 8 }, (_, i) => ({
      question: `Question ${i} about ${definition.name}?`,
      answer: definition.description.slice(0, 160),
    })),
    rest: filler(size.html),
    twin: {
      v: 1,
      kind: 'tool',
      server: server.name,
      tool: definition.name,
      ...ruleOf(tool),
      quotedDescription: definition.description.slice(0, 300),
      findings: findings.map(({ rule, capability, place, text }) => ({ rule, capability, place, text })),
      parameters: parameters.map(({ name, type }) => ({ name, type, required: true })),
      rest: filler(size.json),
    },
  };
}

function serverContent(server, tools, size) {
  return {
    kind: 'server',
    title: server.name,
    server: server.id,
    quote: server.description,
    facts: ['Tools', 'Version', 'Licence', 'Home page', 'Source', 'Listed by', 'Observed', 'Token cost'].map(
      (name) => ({
        name,
        text: server.homepage,
      }),
    ),
    tools: tools.map(({ definition, verdict }) => ({
      name: definition.name,
      category: verdict.category,
      severity: verdict.severity,
    })),
    files: [1, 2, 3, 4].map((version) => decisionsFile(version, tools)),
    answers: [1, 2, 3].map((i) => ({ question: `Question ${i} about ${server.name}?`, answer: server.description })),
    rest: filler(size.html),
    twin: {
      v: 1,
      kind: 'server',
      id: server.id,
      name: server.name,
      tools: tools.map(({ definition, verdict }) => ({
        name: definition.name,
        category: verdict.category,
        severity: verdict.severity,
        confidence: verdict.confidence,
      })),
      rest: filler(size.json),
    },
  };
}

function policyContent(server, tools, strength, size) {
  return {
    kind: 'policy',
    title: `${strength} policy for ${server.name}`,
    server: server.name,
    strength,
    files: Array.from({ length: FORMATS }, (_, version) => decisionsFile(version, tools)),
    rest: filler(size.html),
    twin: { v: 1, kind: 'policy', server: server.name, strength, policy: tools.map(ruleOf), rest: filler(size.json) },
  };
}

/**
 * What the templates are given of each page. `sizes` is how many characters of plain text the rest of a page and of its
 * twin have, by kind.
 */
export function* contents(tools, sizes, kinds = KINDS) {
  const input = rows(tools);
  for (const server of input.servers()) {
    const own = [...input.toolsOf(server.id)];
    if (kinds.includes('tool')) for (const tool of own) yield toolContent(server, own, tool, sizes.tool);
    if (kinds.includes('server')) yield serverContent(server, own, sizes.server);
    if (kinds.includes('policy'))
      for (const strength of STRENGTHS) yield policyContent(server, own, strength, sizes.policy);
  }
}

/** Number and mean size of the files below a folder whose names end so, bytes. */
export function meanSize(folder, ending) {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(ending));
  return {
    files: files.length,
    bytes: files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / Math.max(1, files.length),
  };
}

/** The same of each kind of page and of its twin. */
export function weights(htmlOf, jsonOf) {
  return Object.fromEntries(
    KINDS.map((kind) => [kind, { html: meanSize(htmlOf(kind), '.html'), json: meanSize(jsonOf(kind), '.json') }]),
  );
}

function prepareHugo(folder, tools, sizes, whole) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(SCRIPTS, 'hugo'), folder, { recursive: true });
  const kinds = whole ? KINDS : ['tool'];
  for (const kind of kinds) mkdirSync(join(folder, 'content', kind), { recursive: true });
  let n = 0;
  for (const { kind, twin, ...page } of contents(tools, sizes, kinds)) {
    const front = { ...page, layout: kind, ...(whole ? { outputs: ['HTML', 'JSON'], twin } : { outputs: ['HTML'] }) };
    writeFileSync(join(folder, 'content', kind, `${n++}.md`), `${JSON.stringify(front)}\n`);
  }
}

function runHugo(folder) {
  rmSync(join(folder, 'public'), { recursive: true, force: true });
  return timed('hugo', ['--quiet'], folder);
}

/** Names of the data files, which the templates say too. */
const DATA_NAMES = { tool: 'tools', server: 'servers', policy: 'policies' };

function prepareEleventy(folder, tools, sizes, whole) {
  rmSync(join(folder, 'pages'), { recursive: true, force: true });
  rmSync(join(folder, 'data'), { recursive: true, force: true });
  mkdirSync(join(folder, 'data'), { recursive: true });
  for (const name of ['package.json', 'eleventy.config.js'])
    cpSync(join(SCRIPTS, 'eleventy', name), join(folder, name));
  for (const kind of whole ? KINDS : ['tool']) {
    for (const name of whole ? [`${kind}.njk`, `${kind}-twin.njk`] : [`${kind}.njk`])
      cpSync(join(SCRIPTS, 'eleventy', 'pages', name), join(folder, 'pages', name));
    const pages = [];
    for (const { twin, ...page } of contents(tools, sizes, [kind])) pages.push(whole ? { ...page, twin } : page);
    writeFileSync(join(folder, 'data', `${DATA_NAMES[kind]}.json`), JSON.stringify(pages));
  }
  const installed = timed('npm', ['install', '--silent', '--no-audit', '--no-fund'], folder);
  if (!installed.ok) throw new Error('Eleventy could not be installed');
}

function runEleventy(folder) {
  rmSync(join(folder, 'public'), { recursive: true, force: true });
  return timed('node', [HEAP, join('node_modules', '@11ty', 'eleventy', 'cmd.cjs'), '--quiet'], folder);
}

/** Eleventy holds all pages at once: more than Node gives a program by itself. */
const HEAP = '--max-old-space-size=12288';

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

/** What a generator made. */
export function made(folder) {
  const kindIn = (kind) => join(folder, 'public', kind);
  return weights(kindIn, kindIn);
}

const NONE = Object.fromEntries(KINDS.map((kind) => [kind, { html: 0, json: 0 }]));

/** Finds how much text gives pages and twins of the same weight as `ours`, by building a few. */
export function fit({ prepare, run }, folder, ours) {
  prepare(folder, SAMPLE, NONE, true);
  if (!run(folder).ok) return undefined;
  const bare = made(folder);
  const missing = (kind, form) => Math.max(0, Math.round(ours[kind][form].bytes - bare[kind][form].bytes));
  return Object.fromEntries(KINDS.map((kind) => [kind, { html: missing(kind, 'html'), json: missing(kind, 'json') }]));
}

import { ADVISORY_STATE } from '../../model/advisory.ts';
import { CATEGORIES, type Category, type Severity } from '../../model/verdict.ts';
import { OUTCOME_INFO } from '../../model/visit.ts';
import { externalLink, type Html, html, join, NOTHING } from '../html.ts';
import type { Answer } from '../layout.ts';
import { severityBadge, toolLine } from '../parts/badges.ts';
import { countBars } from '../parts/bars.ts';
import { codeHead, table } from '../parts/table.ts';
import { rootOf, urls } from '../urls.ts';
import { isHostile, type ManifestView, type ServerPages, type ServerView, type ToolRow } from '../view.ts';
import { capital, count, date, list, number, SEVERITY_WORDS, WORST_FIRST } from '../words.ts';
import type { Page, ServerPageInput } from './context.ts';
import { instructionApi, instructionSection } from './server-instructions.ts';
import type { ServerPolicy } from './server-policy.ts';
import { changeSection, tokenFact, tokensOf } from './server-slots.ts';
import { shownName } from './tool-answers.ts';
import { sanitised } from './tool-api.ts';

/** The page of one server. `serverSlots` makes what may change of it most often. */
export function serverPage(input: ServerPageInput, policy: ServerPolicy): Page {
  const { pages, lookup, baseUrl } = input;
  const { server, rows } = pages;
  const path = urls.server(server.slug);
  const root = rootOf(path);
  const name = shownName(server.name);
  const worst = worstOf(rows);
  const faq = answers(pages, worst, policy);
  const tokens = tokensOf(rows);
  const affected = isConcerned(server);
  const body = html`<h1><bdi>${name}</bdi></h1>
<p class="soft">MCP server <code><bdi>${server.id}</bdi></code>${server.deprecated !== undefined && html` · <strong>deprecated</strong>`}</p>
${profile(rows, worst, root)}${hostileNote(rows)}${isHostile(server.instructions?.threats ?? []) && html`<p class="note"><strong>Its <a href="#instructions">instructions show signs of an attack</a>.</strong></p>\n`}${server.deprecated !== undefined && html`<p class="note">Deprecated, its publisher says: <q><bdi>${server.deprecated}</bdi></q></p>\n`}<div class="grid">
<aside class="side" aria-label="Facts"><div>${facts(server, rows, tokens, root)}</div></aside>
<div class="main">
${
  server.description !== undefined &&
  server.description !== '' &&
  html`<h2>What the publisher says</h2>
<blockquote class="quote"><bdi>${server.description}</bdi></blockquote>
<p class="source">Quoted as data. It is not checked and not ours.</p>\n`
}${server.instructions !== undefined && instructionSection(server.instructions, lookup, root)}${affected && advisorySection(server)}${toolSection(pages, root)}${policy.section}${!affected && advisorySection(server)}${coverageSection(server)}${changeSection(pages, root)}<h2 id="questions">Questions and answers</h2>
${faq.map(({ question, answer }) => html`<details><summary><bdi>${question}</bdi></summary><p><bdi>${answer}</bdi></p></details>\n`)}${identitySection(server, root)}</div>
</div>`;
  return {
    parts: {
      path,
      title: `${name}: ${rows.length === 0 ? 'no tools known' : `${count(rows.length, 'tool')}, worst ${worst ?? 'low'}`}`,
      description: `The MCP server ${name} has ${rows.length === 0 ? 'no tools that we know of' : `${count(rows.length, 'tool')}: ${profileText(rows)}`}. What each can do, and the policy to put on it.`,
      body,
      crumbs: [
        { label: 'Home', path: urls.home() },
        { label: 'Servers', path: urls.servers() },
        { label: name, path },
      ],
      section: 'servers',
      card: urls.siteCard(),
      faq,
      script: 'copy',
    },
    api: serverApi(pages, tokens, worst, policy, baseUrl),
  };
}

/** The worst severity among tools; undefined without tools, since nothing known is not low. */
export function worstOf(rows: readonly ToolRow[]): Severity | undefined {
  return WORST_FIRST.find((severity) => rows.some((row) => row.severity === severity));
}

function profile(rows: readonly ToolRow[], worst: Severity | undefined, root: string): Html {
  if (worst === undefined) {
    return html`<section class="verdict" aria-label="Risk profile"><p class="grade">Unknown</p>
<p>We know no tool of this server. That says nothing about what it can do.</p></section>\n`;
  }
  return html`<section class="verdict ${worst}" aria-label="Risk profile">
<p class="grade">${severityBadge(worst)} <span class="kind">is the worst of ${count(rows.length, 'tool')}</span></p>
<p>${capital(profileText(rows))}. ${SEVERITY_WORDS[worst].meaning} <a href="${root}${urls.methodology()}">How we judge</a></p>
</section>
`;
}

/** `3 critical, 1 high and 12 low`. */
function profileText(rows: readonly ToolRow[]): string {
  const parts = WORST_FIRST.map((severity) => ({
    severity,
    n: rows.filter((row) => row.severity === severity).length,
  }));
  return list(parts.filter(({ n }) => n > 0).map(({ severity, n }) => `${number(n)} ${severity}`));
}

function facts(server: ServerView, rows: readonly ToolRow[], tokens: number, root: string): Html {
  return html`<dl class="facts">
<dt>Tools</dt><dd>${rows.length === 0 ? 'unknown' : number(rows.length)}</dd>
<dt>Version</dt><dd>${server.version ?? 'not known'}</dd>
<dt>Licence</dt><dd>${server.license ?? 'not said'}</dd>
${server.homepage !== undefined && html`<dt>Home page</dt><dd>${externalLink(server.homepage)}</dd>\n`}${server.repository !== undefined && html`<dt>Source</dt><dd>${externalLink(server.repository)}</dd>\n`}<dt>Listed by</dt><dd>${list(server.sources)}</dd>
<dt>Observed</dt><dd>since <time datetime="${date(server.firstSeen)}">${date(server.firstSeen)}</time></dd>
<dt>Token cost</dt><dd>${tokenFact(server, rows, tokens, root)}</dd>
</dl>
<p><a href="${root}${urls.badge(server.slug)}">Badge for a README</a></p>
<nav class="toc" aria-labelledby="toc"><h2 id="toc">On this page</h2><ul>
${server.instructions !== undefined && html`<li><a href="#instructions">Instructions</a></li>\n`}${isConcerned(server) && ADVISORY_ENTRY}<li><a href="#tools">Tools</a></li>
<li><a href="#policy">Policy</a></li>
${server.advisories.length > 0 && !isConcerned(server) && ADVISORY_ENTRY}<li><a href="#coverage">What was read</a></li>
<li><a href="#changes">Changes</a></li>
<li><a href="#questions">Questions</a></li>
<li><a href="#identity">Identity</a></li>
</ul></nav>
`;
}

const ADVISORY_ENTRY = html`<li><a href="#advisories">Known vulnerabilities</a></li>\n`;

/** Whether a known vulnerability may be in the version that was read: then they come first. */
function isConcerned({ advisories }: ServerView): boolean {
  return advisories.some(({ state }) => state !== 'not-affected');
}

const SIGNS = html`<strong>signs of an attack</strong>`;

/** Tools that a note names. */
const NAMED = 5;

/** The tools whose definitions show strong signs of an attack, whatever their severity. */
function hostileNote(rows: readonly ToolRow[]): Html {
  const names = rows.filter(({ threats }) => threats === 'strong').map(({ name }) => shownName(name));
  if (names.length === 0) return NOTHING;
  const more = names.length - NAMED;
  const shown = more > 0 ? [...names.slice(0, NAMED), `${more} more`] : names;
  return html`<p class="note"><strong>${count(names.length, 'tool')} ${names.length === 1 ? 'shows' : 'show'} signs of an attack:</strong> <bdi>${list(shown)}</bdi>.</p>\n`;
}

function toolSection({ server, rows }: ServerPages, root: string): Html {
  if (rows.length === 0)
    return html`<h2 id="tools">Tools</h2>\n<p class="text">Unknown: no tool of it could be read. See <a href="#coverage">what was read</a> for the reason.</p>\n`;
  const matrix = CATEGORIES.map((category) => ({
    category,
    n: rows.filter((row) => row.category === category).length,
  }));
  const groups = WORST_FIRST.map((severity) => {
    const own = rows.filter((row) => row.severity === severity);
    return own.length === 0
      ? NOTHING
      : html`<h3 id="${severity}">${severityBadge(severity)} · ${count(own.length, 'tool')}</h3>
<ul class="rows">
${own.map((row) => toolLine(server.slug, row, root, row.threats === 'strong' ? SIGNS : undefined))}</ul>
`;
  });
  return html`<h2 id="tools">${count(rows.length, 'tool')}</h2>
${countBars(
  matrix
    .filter(({ n }) => n > 0)
    .map(({ category, n }) => ({ label: category, href: root + urls.category(category), n })),
  rows.length,
)}${groups}`;
}

const MANIFEST_WORDS = (outcome: ManifestView['outcome']): string =>
  outcome === 'read' ? 'read' : OUTCOME_INFO[outcome].text;

/** Whether a manifest never said which tools there are: what it listed before it failed is known. */
function isUnknown(tools: number, outcome: ManifestView['outcome']): boolean {
  return tools === 0 && outcome !== 'read' && !OUTCOME_INFO[outcome].answered;
}

function coverageSection(server: ServerView): Html {
  const rows = server.manifests.map(
    ({ locator, source, outcome, message, tools, dropped }) =>
      html`<tr>${codeHead(locator)}<td>${source}</td><td>${MANIFEST_WORDS(outcome)}${message !== undefined && html`<br><span class="small soft"><bdi>${message}</bdi></span>`}</td><td class="num">${isUnknown(tools, outcome) ? 'unknown' : number(tools)}</td><td class="num">${number(dropped.length)}</td></tr>
`,
  );
  return html`<h2 id="coverage">What was read</h2>
${
  rows.length === 0
    ? html`<p class="text">Nothing yet.</p>\n`
    : table('Manifests', ['Manifest', 'Listed by', 'Outcome'], ['Tools', 'Left out'], rows)
}`;
}

function advisorySection(server: ServerView): Html {
  if (server.advisories.length === 0) return NOTHING;
  const items = server.advisories.map(
    ({ id, title, url, affected, fixed, severity, state }) =>
      html`<li><span class="what">${externalLink(url, id)}</span> ${title}${severity !== undefined && html` <span class="soft">(${severity})</span>`}
<p class="small">${ADVISORY_STATE[state]}${affected !== undefined && html` Affected: <code>${affected}</code>.`}${fixed !== undefined && html` Fixed in <code>${fixed}</code>.`}</p></li>
`,
  );
  return html`<h2 id="advisories">Known vulnerabilities of this package</h2>\n<ul class="why">\n${items}</ul>\n`;
}

function identitySection(server: ServerView, root: string): Html {
  const notes = server.notes.map((note) => html`<li>${note.replaceAll('-', ' ')}</li>`);
  return html`<h2 id="identity">Identity</h2>
<p class="text">Known as <code><bdi>${server.id}</bdi></code>${
    server.aliases.length > 0 &&
    html`, and by declared ties as ${join(
      server.aliases.map((alias) => html`<code><bdi>${alias}</bdi></code>`),
      ', ',
    )}`
  }. Ids are joined only where one side declares the other, never because names look alike. <a href="${root}${urls.api(urls.server(server.slug))}">This page as JSON</a></p>
${notes.length > 0 && html`<ul>${notes}</ul>\n`}`;
}

function answers({ server, rows }: ServerPages, worst: Severity | undefined, policy: ServerPolicy): readonly Answer[] {
  const name = shownName(server.name);
  const readers = rows.filter((row) => row.category === 'Read').length;
  const named = (severity: Severity) =>
    rows
      .filter((row) => row.severity === severity)
      .slice(0, 5)
      .map((row) => shownName(row.name));
  return [
    {
      question: `What can ${name} do?`,
      answer:
        rows.length === 0
          ? 'Unknown: no tool of it could be read.'
          : `It has ${count(rows.length, 'tool')}: ${byCategory(rows)}.${readers === rows.length ? ' By their definitions all of them only read.' : ''}`,
    },
    {
      question: `What is the most dangerous tool of ${name}?`,
      answer:
        worst === undefined
          ? 'Unknown: no tool of it could be read.'
          : `The worst severity is ${worst}: ${list(named(worst))}${rows.filter((row) => row.severity === worst).length > 5 ? ' and others' : ''}.`,
    },
    { question: `What does the recommended policy for ${name} do?`, answer: policy.effect },
  ];
}

function byCategory(rows: readonly ToolRow[]): string {
  const counts = new Map<Category, number>();
  for (const row of rows) counts.set(row.category, (counts.get(row.category) ?? 0) + 1);
  return list(
    CATEGORIES.flatMap((category) =>
      counts.has(category) ? [`${number(counts.get(category) ?? 0)} ${category}`] : [],
    ),
  );
}

function serverApi(
  { server, rows }: ServerPages,
  tokens: number,
  worst: Severity | undefined,
  policy: ServerPolicy,
  baseUrl: string | undefined,
): unknown {
  return {
    v: 1,
    kind: 'server',
    ...(baseUrl === undefined ? {} : { page: baseUrl + urls.server(server.slug) }),
    id: shownName(server.id),
    aliases: server.aliases.map(shownName),
    name: shownName(server.name),
    quotedDescription: server.description === undefined ? undefined : sanitised(server.description),
    ...(server.instructions === undefined ? {} : instructionApi(server.instructions)),
    version: server.version === undefined ? undefined : shownName(server.version),
    deprecated: server.deprecated !== undefined,
    toolsKnown: rows.length > 0,
    worstSeverity: worst,
    tokens: rows.length > 0 ? tokens : null,
    tools: rows.map((row) => ({
      name: shownName(row.name),
      category: row.category,
      severity: row.severity,
      confidence: row.confidence,
      capabilities: row.capabilities,
      threats: row.threats,
      api: urls.api(urls.tool(server.slug, row.slug)),
    })),
    policy: { default: policy.default, effect: policy.effect },
    manifests: server.manifests.map(({ locator, source, outcome, tools }) => ({
      locator: shownName(locator),
      source,
      outcome,
      tools: isUnknown(tools, outcome) ? null : tools,
    })),
    advisories: server.advisories,
    firstObserved: date(server.firstSeen),
  };
}

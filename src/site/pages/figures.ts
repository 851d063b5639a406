import { CATEGORIES } from '../../model/verdict.ts';
import { HEAVIEST } from '../heavy.ts';
import { type Html, html, raw, withCode } from '../html.ts';
import type { AccuracyInfo } from '../input.ts';
import { categoryLink, severityBadge } from '../parts/badges.ts';
import { countBars, stackedBars } from '../parts/bars.ts';
import { groupedTable, groupHead, nameHead, table } from '../parts/table.ts';
import { TOKENIZER } from '../tokens.ts';
import { DAY_MS, type ListedServer, serversWithTools, type Totals } from '../totals.ts';
import { rootOf, urls } from '../urls.ts';
import { capital, count, date, list, number, WORST_FIRST } from '../words.ts';
import type { Page } from './context.ts';
import { namesOfFailed } from './coverage.ts';
import { crumbsTo, type SiteContext } from './site-context.ts';
import { sanitised } from './tool-api.ts';

/** How often the verdicts are right. Without measured figures the page says so, and shows none. */
export function accuracyPage({ lookup }: SiteContext): Page {
  const path = urls.accuracy();
  const { accuracy } = lookup.tables;
  const samples = bySample(accuracy?.rows ?? []);
  return {
    parts: {
      path,
      title: 'Accuracy: how often the verdicts are right',
      description: 'Measured accuracy of categories and severities, with the method and the samples.',
      body: html`<h1>Accuracy</h1>
<p class="lead">A verdict that nobody checked is an opinion. These figures compare verdicts with what people say of the same tools: their authors, or somebody who read them. Each names its sample.</p>
${samples.length === 0 ? html`<p class="note">No figures were given to this build. That says nothing about how often the verdicts are right.</p>` : html`${groupedTable('Accuracy', ['What was compared'], ACCURACY_NUMBERS, samples)}<h2>Method</h2>\n<p class="text">${withCode(accuracy?.method ?? '')}</p>`}
<h2>What is not measured</h2>
<p class="text">A definition can lie or leave things out. A verdict judges what a definition says, so a tool that does more than it says is judged too low, and no figure on this page shows it.</p>`,
      crumbs: crumbsTo(['Accuracy', path]),
      card: urls.siteCard(),
    },
    api: { v: 1, kind: 'accuracy', ...(accuracy ?? { rows: [] }) },
  };
}

const ACCURACY_NUMBERS = ['Count', 'Share', '95 % interval'];

/** The figures of each sample under its name: a column for the names would push the numbers off a phone. */
function bySample(rows: AccuracyInfo['rows']): readonly (readonly Html[])[] {
  const samples: Html[][] = [];
  for (const [i, { sample, measure, right, of, low, high }] of rows.entries()) {
    if (sample !== rows[i - 1]?.sample) samples.push([groupHead(sample, 1 + ACCURACY_NUMBERS.length)]);
    samples
      .at(-1)
      ?.push(
        html`<tr><th scope="row">${measure}</th><td class="num">${number(right)} of ${number(of)}</td><td class="num">${percent(right / of)}</td><td class="num">${bare(low)} to ${percent(high)}</td></tr>\n`,
      );
  }
  return samples;
}

/** A weak sign is no attack, so the two are never one number. */
function threatText({ threats, strong }: Totals): string {
  if (threats === 0) return 'No definition shows a sign of an attack.';
  const weak = threats - strong;
  const parts = [
    `${count(strong, 'definition')} ${strong === 1 ? 'shows' : 'show'} strong signs of an attack`,
    ...(weak === 0 ? [] : [`${number(weak)} only weak ones, which honest definitions show too`]),
  ];
  return `${list(parts)}.`;
}

/** A share in per cent, as the README prints it: rounding up to 100 would hide the ones that are wrong. */
function bare(part: number): string {
  return (100 * part).toFixed(1);
}

function percent(part: number): string {
  return `${bare(part)}\u00a0%`;
}

/** The catalogue in pictures, each with its numbers beside it. */
export function statePage({ totals, input }: SiteContext): Page {
  const path = urls.state();
  const root = rootOf(path);
  const rows = CATEGORIES.map(
    (category) =>
      html`<tr><th scope="row">${categoryLink(category, root)}</th>${WORST_FIRST.map((severity) => html`<td class="num">${number(totals.matrix.get(category)?.get(severity) ?? 0)}</td>`)}<td class="num">${number(totals.byCategory.get(category)?.total ?? 0)}</td></tr>\n`,
  );
  const largest = Math.max(1, ...CATEGORIES.map((category) => totals.byCategory.get(category)?.total ?? 0));
  const days = [...totals.byDay].sort(([a], [b]) => a - b);
  const failed = namesOfFailed(input.sources());
  return {
    parts: {
      path,
      title: `State of the catalogue: ${count(totals.tools, 'tool')}`,
      description: `Category and severity of ${count(totals.tools, 'MCP tool')}, sources and growth.`,
      body: html`<h1>State of the catalogue</h1>
<p class="lead">${count(totals.tools, 'tool')} of ${count(serversWithTools(totals), 'server')}. ${threatText(totals)}</p>
<h2>Category and severity</h2>
${stackedBars(
  CATEGORIES.map((category) => ({
    label: category,
    href: root + urls.category(category),
    bySeverity: totals.matrix.get(category) ?? new Map(),
  })),
  largest,
)}${table('Category and severity', ['Category'], [...WORST_FIRST.map(severityBadge), 'All'], rows)}<h2>Sources</h2>
${countBars(
  [...totals.bySource]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([source, n]) => ({ label: source, href: root + urls.coverage(), n })),
  totals.servers.length,
)}${failed.length > 0 && html`<p class="note">Not listed, so what is there is unknown: ${list(failed)}. <a href="${root}${urls.coverage()}#sources">Why</a></p>\n`}<h2>Growth</h2>
<p class="text">Current tools by the day on which each was first observed.</p>
${days.length > 1 && growthChart(days, totals.tools)}${table('Growth', ['Day'], ['First observed', 'All so far'], growthRows(days))}`,
      crumbs: crumbsTo(['State of the catalogue', path]),
      card: urls.siteCard(),
    },
    api: {
      v: 1,
      kind: 'state',
      tools: totals.tools,
      servers: totals.servers.length,
      serversWithTools: serversWithTools(totals),
      sourcesNotListed: failed,
      matrix: Object.fromEntries(
        CATEGORIES.map((category) => [category, Object.fromEntries(totals.matrix.get(category) ?? [])]),
      ),
      growth: days.map(([day, n]) => ({ date: date(day * DAY_MS), firstObserved: n })),
    },
  };
}

const CHART_WIDTH = 720;
const CHART_HEIGHT = 160;
/** Days in the table of growth. */
const SHOWN_DAYS = 30;

function growthChart(days: readonly (readonly [number, number])[], all: number): Html {
  const first = days[0]?.[0] ?? 0;
  const span = Math.max(1, (days.at(-1)?.[0] ?? 0) - first);
  let sum = 0;
  const points = days.flatMap(([day, n]) => {
    const x = Math.round(((day - first) / span) * CHART_WIDTH);
    const before = `${x},${heightOf(sum, all)}`;
    sum += n;
    return [before, `${x},${heightOf(sum, all)}`];
  });
  points.push(`${CHART_WIDTH},${heightOf(sum, all)}`);
  return raw(
    `<svg class="chart" viewBox="0 -4 ${CHART_WIDTH} ${CHART_HEIGHT + 8}" role="img" aria-label="Tools over time; the table below has the numbers"><line class="axis" x1="0" y1="${CHART_HEIGHT}" x2="${CHART_WIDTH}" y2="${CHART_HEIGHT}"/><polyline class="line" points="${points.join(' ')}"/></svg>\n`,
  );
}

function heightOf(n: number, all: number): number {
  return Math.round(CHART_HEIGHT * (1 - (all === 0 ? 0 : n / all)));
}

function growthRows(days: readonly (readonly [number, number])[]): readonly Html[] {
  let sum = 0;
  const rows = days.map(([day, n]) => {
    sum += n;
    return html`<tr><th scope="row">${date(day * DAY_MS)}</th><td class="num">${number(n)}</td><td class="num">${number(sum)}</td></tr>\n`;
  });
  return rows.slice(-SHOWN_DAYS).reverse();
}

/** The servers whose definitions cost most. */
export function heaviestServers({ servers }: Totals): readonly ListedServer[] {
  return servers
    .filter(({ tokens }) => tokens > 0)
    .sort((a, b) => b.tokens - a.tokens || (a.slug < b.slug ? -1 : 1))
    .slice(0, HEAVIEST);
}

/** What definitions cost before anything is called. */
export function tokensPage({ totals }: SiteContext): Page {
  const path = urls.tokens();
  const root = rootOf(path);
  const servers = heaviestServers(totals);
  const tools = totals.heaviestTools();
  const serverRows = servers.map(
    ({ slug, name, tokens, bySeverity }) =>
      html`<tr>${nameHead(name, html`<a href="${root}${urls.server(slug)}"><bdi>${name}</bdi></a>`)}<td class="num">${number(bySeverity.reduce((sum, n) => sum + n, 0))}</td><td class="num">${number(tokens)}</td></tr>\n`,
  );
  const toolRows = tools.map(
    ({ server, serverName, row, tokens }) =>
      html`<tr>${nameHead(row.name, html`<a class="name" href="${root}${urls.tool(server, row.slug)}"><bdi>${row.name}</bdi></a>`)}<td><a href="${root}${urls.server(server)}"><bdi>${serverName}</bdi></a></td><td class="num">${number(tokens)}</td></tr>\n`,
  );
  const mean = totals.tools === 0 ? 0 : Math.round(totals.tokens / totals.tools);
  return {
    parts: {
      path,
      title: 'Token cost: what definitions cost before anything is called',
      description: `Tokens of the definitions of ${count(totals.tools, 'MCP tool')}, per server and per tool.`,
      body: html`<h1>Token cost</h1>
<p class="lead">A client sends the definition of every tool to the model with each request. ${capital(count(totals.tools, 'tool'))} take ${number(totals.tokens)} tokens, ${number(mean)} each on average.</p>
<p class="text">Counted with the tokenizer <code>${TOKENIZER}</code> over the JSON of name, description and parameters. Clients wrap it in words of their own, and other models count otherwise.</p>
<h2>Servers</h2>
${table('Servers', ['Server'], ['Tools', 'Tokens'], serverRows)}<h2>Tools</h2>
${table('Tools', ['Tool', 'Server'], ['Tokens'], toolRows)}`,
      crumbs: crumbsTo(['Token cost', path]),
      card: urls.siteCard(),
    },
    api: {
      v: 1,
      kind: 'tokens',
      tokenizer: TOKENIZER,
      tokens: totals.tokens,
      servers: servers.map(({ id, tokens }) => ({ id: sanitised(id), tokens })),
      tools: tools.map(({ serverName, row, tokens }) => ({
        server: sanitised(serverName),
        tool: sanitised(row.name),
        tokens,
      })),
    },
  };
}

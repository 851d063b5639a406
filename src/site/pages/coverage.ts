import { METHODS } from '../../model/tool.ts';
import { OUTCOME_INFO, OUTCOMES } from '../../model/visit.ts';
import { type Html, html, NOTHING } from '../html.ts';
import type { OutcomeSummary, RunSummary, SiteInput, SourceSummary } from '../input.ts';
import { table } from '../parts/table.ts';
import { serversWithTools, type Totals } from '../totals.ts';
import { urls } from '../urls.ts';
import { count, date, list, longDate, number, share } from '../words.ts';
import type { Page } from './context.ts';
import { crumbsTo, type SiteContext } from './site-context.ts';
import { sanitised } from './tool-api.ts';
import { METHOD_WORDS } from './tool-origin.ts';

/** Runs on the page about coverage. */
const SHOWN_RUNS = 30;

/** What is looked at when we last looked, for the one page that says so. */
export interface Looked {
  readonly sources: readonly SourceSummary[];
  readonly endings: readonly Ending[];
  /** Sources of which a manifest did not answer, sorted. */
  readonly unanswered: readonly string[];
  readonly runs: readonly RunSummary[];
}

/** Manifests with one outcome, and how many of them for each reason that is known. */
interface Ending {
  readonly outcome: Shown;
  readonly manifests: number;
  readonly reasons: readonly (readonly [reason: string, manifests: number])[];
}

/** What became of a manifest; the three ways to answer without news are one. */
type Shown = ReturnType<typeof shownOutcome>;

/** Reads it from the input. */
export function lookedAt(input: SiteInput): Looked {
  const outcomes = new Map<Shown, { manifests: number; readonly reasons: Map<string, number> }>();
  const unanswered = new Set<string>();
  for (const one of input.outcomes()) {
    const shown = shownOutcome(one.outcome);
    const known = outcomes.get(shown) ?? { manifests: 0, reasons: new Map() };
    outcomes.set(shown, known);
    known.manifests += one.manifests;
    if (one.reason !== undefined) known.reasons.set(one.reason, (known.reasons.get(one.reason) ?? 0) + one.manifests);
    if (one.outcome === undefined || !OUTCOME_INFO[one.outcome].answered) unanswered.add(one.source);
  }
  const runs: RunSummary[] = [];
  for (const run of input.runs()) {
    runs.push(run);
    if (runs.length === SHOWN_RUNS) break;
  }
  return {
    sources: [...input.sources()],
    endings: [...outcomes]
      .map(([outcome, { manifests, reasons }]): Ending => ({ outcome, manifests, reasons: [...reasons].sort(byCount) }))
      .sort((a, b) => byCount([a.outcome, a.manifests], [b.outcome, b.manifests])),
    unanswered: [...unanswered].sort(),
    runs,
  };
}

/** The most frequent first. */
function byCount([a, m]: readonly [string, number], [b, n]: readonly [string, number]): number {
  return n - m || (a < b ? -1 : 1);
}

/** Current tools by how their definition was obtained, the strongest way first. */
function methodsOf({ byMethod, incomplete }: Totals) {
  return METHODS.filter((method) => byMethod.has(method)).map((method) => {
    return { method, tools: byMethod.get(method) ?? 0, incomplete: incomplete.get(method) ?? 0 };
  });
}

/** Names of the sources of which the newest listing failed. */
export function namesOfFailed(sources: Iterable<SourceSummary>): readonly string[] {
  return [...sources].filter(({ whole }) => !whole).map(({ source }) => source);
}

/** What was read and what was not: the only page that says when we last looked. */
export function coveragePage({ totals }: SiteContext, looked: Looked): Page {
  const path = urls.coverage();
  const { sources, endings, runs } = looked;
  const methods = methodsOf(totals);
  const failed = namesOfFailed(sources);
  const withTools = serversWithTools(totals);
  const bySource = [...totals.bySource].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    parts: {
      path,
      title: 'Coverage: what was read, and what was not',
      description: 'Which manifests of MCP servers could be read, and why others could not.',
      body: html`<h1>Coverage</h1>
<p class="lead">${count(totals.servers.length, 'server')} are known; of ${number(withTools)} at least one tool is. What could not be read is unknown, and unknown is never counted as safe.</p>
${
  failed.length > 0 &&
  html`<p class="note"><strong>Not listed: ${list(failed)}.</strong> What is only there is missing from this catalogue; why, the table of sources says.</p>
`
}<h2>Manifests by outcome</h2>
${
  endings.length === 0
    ? html`<p>No manifest has been visited.</p>
`
    : outcomeTable(endings)
}<h2>Tools by how they were read</h2>
${methodTable(methods)}<h2 id="sources">Sources</h2>
${sourceTable(looked, totals.bySource)}<h2>Runs</h2>
${
  runs.length === 0
    ? html`<p>No run is recorded.</p>
`
    : table('Runs', ['Day (UTC)', 'Ended', 'Sources not listed'], ['Visits', 'Answered'], runs.map(runRow))
}`,
      crumbs: crumbsTo(['Coverage', path]),
      card: urls.siteCard(),
    },
    api: {
      v: 1,
      kind: 'coverage',
      servers: totals.servers.length,
      serversWithTools: withTools,
      manifests: Object.fromEntries(endings.map(({ outcome, manifests }) => [outcome, manifests])),
      reasons: Object.fromEntries(
        endings.flatMap(({ outcome, reasons }) =>
          reasons.length === 0 ? [] : [[outcome, Object.fromEntries(reasons)]],
        ),
      ),
      methods: Object.fromEntries(methods.map(({ method, ...counts }) => [method, counts])),
      sources: Object.fromEntries(bySource),
      listings: sources.map(({ source, at, whole, reason, message, lastWholeAt }) => ({
        source,
        at: instant(at),
        whole,
        ...(reason === undefined ? {} : { reason }),
        ...(message === undefined ? {} : { quotedMessage: sanitised(message) }),
        ...(lastWholeAt === undefined ? {} : { lastWholeAt: instant(lastWholeAt) }),
      })),
    },
  };
}

function shownOutcome(outcome: OutcomeSummary['outcome']) {
  if (outcome === undefined) return 'not visited';
  return OUTCOME_INFO[outcome].answered && outcome !== 'partial' ? 'read' : outcome;
}

function outcomeText(shown: Shown): string {
  if (shown === 'read') return 'answered, and read to its end';
  return shown === 'not visited' ? 'listed, and never visited' : OUTCOME_INFO[shown].text;
}

function outcomeTable(endings: Looked['endings']): Html {
  const all = endings.reduce((sum, { manifests }) => sum + manifests, 0);
  const rows = endings.map(
    ({ outcome, manifests, reasons }) =>
      html`<tr><th scope="row">${outcome}</th><td>${outcomeText(outcome)}${reasons.map(([reason, n]) => html`<br><span class="small soft"><bdi>${reason}</bdi>: ${number(n)}</span>`)}</td><td class="num">${number(manifests)}</td><td class="num">${share(manifests, all)}</td></tr>\n`,
  );
  return table('Manifests by outcome', ['Outcome', 'Meaning'], ['Manifests', 'Share'], rows);
}

function methodTable(methods: ReturnType<typeof methodsOf>): Html {
  if (methods.length === 0) return html`<p>No tool is known.</p>\n`;
  const rows = methods.map(
    ({ method, tools, incomplete }) =>
      html`<tr><th scope="row">${method}</th><td>${METHOD_WORDS[method]}</td><td class="num">${number(tools)}</td><td class="num">${number(incomplete)}</td></tr>\n`,
  );
  return html`<p class="text">A schema is incomplete where a part of it could not be determined without running the server: that part is unknown, not absent.</p>\n${table('Tools by how they were read', ['Method', 'Meaning'], ['Tools', 'Schema incomplete'], rows)}`;
}

/** Every source that was listed or of which a server is known, with the servers known of it. */
function sourceTable({ sources, unanswered }: Looked, servers: ReadonlyMap<string, number>): Html {
  const listings = new Map(sources.map((one) => [one.source, one]));
  const rows = [...new Set([...listings.keys(), ...servers.keys()])].sort().map((source) => {
    const listing = listings.get(source);
    const known = servers.get(source) ?? 0;
    // What could not be listed, and a document that did not answer, may speak of any number.
    const isUnknown = known === 0 && (listing?.whole !== true || unanswered.includes(source));
    const shown = isUnknown ? 'unknown' : number(known);
    return html`<tr><th scope="row">${source}</th><td>${listing === undefined ? 'not known' : listingText(listing)}</td><td>${listing !== undefined && time(listing.at)}</td><td class="num">${shown}</td></tr>\n`;
  });
  return table('Sources', ['Source', 'Last listing', 'When (UTC)'], ['Servers known'], rows);
}

function listingText({ whole, reason, message, lastWholeAt }: SourceSummary): Html {
  if (whole) return html`whole`;
  return html`<strong>failed</strong>${reason !== undefined && html` (${reason})`}${message !== undefined && html`<br><span class="small soft"><bdi>${message}</bdi></span>`}<br><span class="small soft">${lastWholeAt === undefined ? 'Never listed whole.' : html`Last listed whole ${time(lastWholeAt)}.`}</span>`;
}

function runRow({ at, ended, outcomes, failedSources: failed }: RunSummary): Html {
  const total = Object.values(outcomes).reduce((sum, n) => sum + n, 0);
  const answered = OUTCOMES.filter((one) => OUTCOME_INFO[one].answered).reduce(
    (sum, one) => sum + (outcomes[one] ?? 0),
    0,
  );
  return html`<tr><th scope="row"><time datetime="${date(at)}">${longDate(at)}</time></th><td>${ended}</td><td>${failed.length > 0 ? list(failed) : NOTHING}</td><td class="num">${number(total)}</td><td class="num">${number(answered)}</td></tr>\n`;
}

function time(at: number): Html {
  const text = instant(at);
  return html`<time datetime="${text}">${text.slice(0, 16).replace('T', ' ')}</time>`;
}

function instant(at: number): string {
  return new Date(at).toISOString();
}

import type { CrawlEvent, RunReport } from '../crawl/world.ts';
import { CATEGORIES, SEVERITIES } from '../model/verdict.ts';
import { OUTCOME_INFO, OUTCOMES } from '../model/visit.ts';
import { type Catalogue, catalogueBytes } from '../store/catalogue.ts';
import { type Out, programName, type World } from './command.ts';
import { count, extentText, oneLine, table, widthOf } from './print.ts';

/** A line of progress comes this often where nobody looks at a terminal, milliseconds … */
const LINE_EVERY_MS = 5_000;

/** … and the line of a terminal is drawn anew this often. */
const DRAW_EVERY_MS = 100;

const TOP_TOOLS = 10;

/** Shows how far a crawl is: one line that is drawn over and over on a terminal, a line every few seconds elsewhere. */
export class CrawlProgress {
  readonly #out: Out;
  readonly #now: () => number;
  #shownAt: number;
  #visits = 0;
  #tools = 0;
  #failed = 0;
  #listed = 0;
  #last = '';
  #isDrawn = false;

  constructor(out: Out, now: () => number) {
    this.#out = out;
    this.#now = now;
    this.#shownAt = now();
  }

  show(event: CrawlEvent): void {
    switch (event.kind) {
      case 'reclassified':
        this.#say(
          `${count(event.result.judged, 'tool')} judged by new rules, ${event.result.changed} with another verdict`,
        );
        return;
      case 'listed': {
        const { source, listed, whole, message } = event.listing;
        this.#listed += listed;
        if (!whole) this.#say(`source ${source} failed after ${count(listed, 'manifest')}: ${message}`);
        return;
      }
      case 'visited':
        this.#last = event.visit.locator;
        this.#visits += 1;
        this.#tools += event.visit.tools;
        if (!OUTCOME_INFO[event.visit.outcome].answered) this.#failed += 1;
        this.#draw();
    }
  }

  /** Clears the drawn line. */
  end(): void {
    if (this.#isDrawn) this.#out.write('\r\u001b[K');
    this.#isDrawn = false;
  }

  /** A line that stays. */
  #say(text: string): void {
    this.end();
    this.#out.write(`${oneLine(text)}\n`);
  }

  #draw(): void {
    const since = this.#now() - this.#shownAt;
    if (since >= 0 && since < (this.#out.isTTY ? DRAW_EVERY_MS : LINE_EVERY_MS)) return;
    this.#shownAt = this.#now();
    const text = `${this.#visits} of ${Math.max(this.#listed, this.#visits)} visited, ${count(this.#tools, 'tool')}, ${this.#failed} failed · ${this.#last}`;
    if (!this.#out.isTTY) {
      this.#out.write(`${oneLine(text)}\n`);
      return;
    }
    this.#out.write(`\r\u001b[K${oneLine(text, this.#out.columns - 1)}`);
    this.#isDrawn = true;
  }
}

/** Prints what a run came to: visits by outcome, tools by category and severity, the worst tools, and where to look next. */
export function printSummary(
  { stdout: out, env }: Pick<World, 'stdout' | 'env'>,
  catalogue: Catalogue,
  report: RunReport,
): void {
  printVisits(out, report);
  printTools(out, catalogue);
  printWorst(out, catalogue);
  const megabytes = (catalogueBytes(catalogue.path) / 1e6).toFixed(1);
  out.write(`\n${catalogue.path} (${megabytes} MB) after ${(report.durationMs / 1_000).toFixed(1)} s.\n`);
  const name = programName(env);
  out.write(
    `Next: ${name} search TEXT, ${name} show SERVER, ${name} explain SERVER#TOOL, ${name} build for the pages.\n`,
  );
}

function printVisits(out: Out, report: RunReport): void {
  const ended = report.ended === 'interrupted' ? ' before it was stopped; what was visited is stored' : '';
  out.write(`\n${count(report.visits, 'visit')}${ended}\n`);
  const rows = OUTCOMES.flatMap((outcome) => {
    const visits = report.outcomes[outcome];
    return visits === undefined ? [] : [{ outcome, visits }];
  });
  if (rows.length > 0) {
    out.write(
      table(
        rows,
        [
          { title: 'outcome', value: (row) => row.outcome },
          { title: 'visits', value: (row) => row.visits, right: true },
          { title: 'meaning', value: (row) => OUTCOME_INFO[row.outcome].text, flexible: true },
        ],
        widthOf(out),
      ),
    );
  }
  const reused = (report.outcomes.unchanged ?? 0) + (report.outcomes['not-modified'] ?? 0);
  if (reused > 0)
    out.write(`${count(reused, 'manifest')} had not changed since the last visit: what was known is reused.\n`);
  if (report.waiting > 0) out.write(`${count(report.waiting, 'manifest')} not due yet: what was known is kept.\n`);
  if (report.dropped > 0)
    out.write(`${count(report.dropped, 'thing')} looked like a tool and was left out; show SERVER says why.\n`);
  for (const source of report.sources) {
    if (!source.whole) out.write(`source ${source.source}: ${oneLine(source.message ?? source.reason ?? 'failed')}\n`);
  }
}

function printTools(out: Out, catalogue: Catalogue): void {
  const { servers, withTools, tools, judged } = catalogue.counts();
  out.write(`\nIn the catalogue: ${extentText(servers, withTools, tools)}\n`);
  if (tools === 0) return;
  const of = (category: string, severity: string) =>
    judged.find((row) => row.category === category && row.severity === severity)?.tools ?? 0;
  const rows = CATEGORIES.filter((category) => judged.some((row) => row.category === category));
  out.write(
    table(
      rows,
      [
        { title: 'category', value: (category) => category },
        ...SEVERITIES.toReversed().map((severity) => ({
          title: severity,
          value: (category: string) => of(category, severity),
          right: true,
        })),
      ],
      widthOf(out),
    ),
  );
}

function printWorst(out: Out, catalogue: Catalogue): void {
  const worst = catalogue.mostSevere(TOP_TOOLS);
  if (worst.length === 0) return;
  out.write('\nMost severe\n');
  out.write(
    table(
      worst,
      [
        { title: 'severity', value: (tool) => tool.verdict.severity },
        { title: 'category', value: (tool) => tool.verdict.category },
        { title: 'tool', value: (tool) => `${tool.serverId}#${tool.definition.name}`, flexible: true },
      ],
      widthOf(out),
    ),
  );
}

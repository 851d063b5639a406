import { distinct } from '../../model/declared.ts';
import { list } from '../../policy/wording.ts';
import type { Out } from '../command.ts';
import type { SarifFinding, SarifRule } from '../export/sarif.ts';
import { count, oneLine, pad } from '../print.ts';
import { markdownCell } from '../rows.ts';
import { ratingOf, type ScannedAdvisory, worstFirst } from './advisories.ts';
import type { ScannedServer } from './servers.ts';

interface Row {
  readonly server: ScannedServer;
  readonly advisory: ScannedAdvisory;
}

/** What is known of the servers that are switched on, in one state, worst first. */
function rowsOf(servers: readonly ScannedServer[], state: ScannedAdvisory['state']): readonly Row[] {
  return servers
    .filter(({ disabled }) => !disabled)
    .flatMap((server) => (server.advisories ?? []).map((advisory) => ({ server, advisory })))
    .filter(({ advisory }) => advisory.state === state)
    .sort((a, b) => worstFirst(a.advisory, b.advisory));
}

/** `mcp-remote 0.1.0`, as far as it is known. */
function packageOf({ package: id, version }: ScannedAdvisory): string {
  return `${id.slice(id.indexOf(':') + 1)}${version === undefined ? '' : ` ${version}`}`;
}

/** How many there are, in a sentence that follows another; empty where there are none. */
export function advisorySummary(servers: readonly ScannedServer[]): string {
  const number = (state: ScannedAdvisory['state']) =>
    groupsOf(rowsOf(servers, state)).reduce((sum, { advisories }) => sum + advisories.length, 0);
  const affected = number('affected');
  const unknown = number('unknown');
  const vulnerabilities = (n: number) => count(n, 'known vulnerability', 'known vulnerabilities');
  if (affected + unknown === 0) return '';
  if (affected === 0) return ` What runs here has perhaps ${vulnerabilities(unknown)}.`;
  return ` What runs here has ${vulnerabilities(affected)}${unknown === 0 ? '' : `, and perhaps ${unknown} more`}.`;
}

/** Whether there is something to update. */
export function hasUpdates(servers: readonly ScannedServer[]): boolean {
  return rowsOf(servers, 'affected').some(({ advisory }) => advisory.fixed !== undefined);
}

/** What to do with each package and why, worst first, and a sentence where it is not known. */
export function printAdvisories(servers: readonly ScannedServer[], out: Out): void {
  const line = (text: string) => out.write(`${text}\n`);
  const groups = groupsOf(rowsOf(servers, 'affected'));
  const questions = questionsOf(servers, { id: ({ id }) => id, text: (text) => text });
  if (groups.length + questions.length > 0) line('');
  for (const { what, names, advice, advisories } of groups) {
    line(oneLine(`${what} (${list(names)}): ${advice}`));
    for (const one of advisories) line(`  ${pad(severityOf(one), SEVERITY)}  ${pad(one.id, ID)}  ${one.title}`);
  }
  for (const question of questions) line(oneLine(question));
}

/** Columns for a severity, and for an id. */
const SEVERITY = 9;
const ID = 14;

function severityOf({ severity }: ScannedAdvisory): string {
  return severity ?? 'not rated';
}

/** One package in one version, with what is to be done there for one reason. */
interface Group {
  readonly what: string;
  readonly advice: string;
  /** Servers that start it, by their names in the clients. */
  readonly names: readonly string[];
  readonly advisories: readonly ScannedAdvisory[];
}

function groupsOf(rows: readonly Row[]): readonly Group[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.advisory.package} ${packageOf(row.advisory)}: ${row.advisory.advice}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const advisories = new Map(members.map(({ advisory }) => [advisory.id, advisory]));
    return {
      what: packageOf(first.advisory),
      advice: first.advisory.advice,
      names: distinct(members.map(({ server }) => server.name)),
      advisories: [...advisories.values()],
    };
  });
}

/** The same in Markdown, with links. */
export function markdownAdvisories(servers: readonly ScannedServer[], out: Out): void {
  const rows = rowsOf(servers, 'affected');
  const questions = questionsOf(servers, { id: linked, text: markdownCell });
  const line = (cells: readonly string[]) => out.write(`| ${cells.join(' | ')} |\n`);
  if (rows.length > 0) {
    line(['severity', 'vulnerability', 'server', 'package', 'what to do']);
    line(['---', '---', '---', '---', '---']);
  }
  for (const { server, advisory } of rows) {
    const after = [server.name, packageOf(advisory), `${advisory.advice}: ${advisory.title}`].map(markdownCell);
    line([severityOf(advisory), linked(advisory), ...after]);
  }
  if (rows.length > 0) out.write('\n');
  for (const question of questions) out.write(`- ${question}\n`);
  if (questions.length > 0) out.write('\n');
}

/** Both parts are our own data. */
function linked({ id, url }: ScannedAdvisory): string {
  return `[${id}](${url})`;
}

/** How the parts of a sentence are written. */
interface Writing {
  id(advisory: ScannedAdvisory): string;
  text(text: string): string;
}

/** One sentence for everything that is not known of a package for one reason. */
function questionsOf(servers: readonly ScannedServer[], { id, text }: Writing): readonly string[] {
  return groupsOf(rowsOf(servers, 'unknown')).map(({ what, names, advice, advisories }) => {
    const start = text(`Not known whether ${what} (${list(names)}) has`);
    return `${start} ${list(advisories.map(id), 'or')}${text(`: ${advice}.`)}`;
  });
}

/** A rule for each vulnerability that was found. */
export function advisoryRules(servers: readonly ScannedServer[]): readonly SarifRule[] {
  const rules = new Map<string, SarifRule>();
  const rows = [...rowsOf(servers, 'affected'), ...rowsOf(servers, 'unknown')];
  for (const { id, title, url, affected, fixed } of rows.map(({ advisory }) => advisory)) {
    rules.set(id, {
      id,
      title,
      kind: 'vulnerability',
      why: affected === undefined ? 'Which versions are affected is not known.' : `Affected: ${affected}.`,
      remediation: fixed === undefined ? 'No fixed version is known.' : `Fixed in ${fixed}.`,
      references: [],
      url,
    });
  }
  return [...rules.values()];
}

/** The known vulnerabilities of a server at a line of a configuration. What is not known is a note. */
export function* advisoryFindings(
  server: ScannedServer,
  file: { readonly uri: string; readonly line: number },
): Generator<SarifFinding> {
  for (const advisory of server.advisories ?? []) {
    const { id, state, advice, severity, version } = advisory;
    const isAffected = state === 'affected';
    const what = `${oneLine(server.name)} starts ${packageOf(advisory)}`;
    yield {
      rule: id,
      severity: isAffected ? ratingOf(advisory) : 'low',
      message: isAffected
        ? `${what}, which has ${id} (${advisory.title}): ${advice}.`
        : `${what}, and it is not known whether it has ${id} (${advisory.title}): ${advice}.`,
      place: file.uri,
      line: file.line,
      tool: server.id,
      name: server.name,
      text: advisory.package,
      properties: {
        package: advisory.package,
        ...(version === undefined ? {} : { version }),
        state,
        ...(severity === undefined ? {} : { published: severity }),
      },
    };
  }
}

import { CATEGORIES, SEVERITIES, severityRank } from '../../model/verdict.ts';
import type { Out } from '../command.ts';
import { findingsOf, instructionFindings, neighbourFindings } from '../export/findings.ts';
import { type SarifFinding, type SarifRule, writeSarif } from '../export/sarif.ts';
import { count, jsonDocument, oneLine, table, widthOf } from '../print.ts';
import { markdownCell } from '../rows.ts';
import type { Advice } from './advise.ts';
import {
  advisoryFindings,
  advisoryRules,
  advisorySummary,
  hasUpdates,
  markdownAdvisories,
  printAdvisories,
} from './advisory-report.ts';
import type { ScannedServer, ScannedTool } from './servers.ts';
import { withoutTokens } from './tokens.ts';

/** Everything that a scan found. */
export interface ScanReport {
  readonly version: string;
  readonly files: readonly string[];
  readonly servers: readonly ScannedServer[];
  readonly advice?: Advice;
  /** Words for capabilities, as the end of "it …". */
  readonly words: Readonly<Record<string, string>>;
  /** Read only where they are printed. */
  rules(): readonly SarifRule[];
}

/** The ways to print a scan. */
export const SCAN_FORMATS: Readonly<Record<string, (report: ScanReport, out: Out) => void>> = {
  table: printTable,
  json: printJson,
  sarif: printSarif,
  markdown: printMarkdown,
};

/** Rows of a comment on a pull request; the whole list is in the other formats. */
const MARKDOWN_ROWS = 40;

interface Row {
  readonly server: ScannedServer;
  readonly tool: ScannedTool;
}

/** Every tool, worst first: severity, threats, category, confidence, then name. */
function rowsOf(servers: readonly ScannedServer[]): readonly Row[] {
  const threats = ({ tool }: Row) => tool.verdict.threats.filter(({ strength }) => strength === 'strong').length;
  const text = ({ server, tool }: Row) => `${server.name} ${tool.definition.name} ${server.file}`;
  return servers
    .filter(({ disabled }) => !disabled)
    .flatMap((server) => server.tools.map((tool) => ({ server, tool })))
    .sort(
      (a, b) =>
        severityRank(b.tool.verdict.severity) - severityRank(a.tool.verdict.severity) ||
        threats(b) - threats(a) ||
        CATEGORIES.indexOf(a.tool.verdict.category) - CATEGORIES.indexOf(b.tool.verdict.category) ||
        b.tool.verdict.confidence - a.tool.verdict.confidence ||
        (text(a) < text(b) ? -1 : 1),
    );
}

/** What a tool says of itself stands behind what it does. */
const CLAIMS = ['claims-destruction', 'claims-writing', 'contradicts-itself', 'stated-read-only'];

const SIGNS = 'its own text shows signs of an attack';
const WEAK_SIGNS = 'its own text shows weak signs of an attack, which honest tools show too';

/** What an agent can do with a tool, in words. */
function canOf({ tool }: Row, words: ScanReport['words']): string {
  const said = (id: string) => (CLAIMS.includes(id) ? 1 : 0);
  const can = tool.verdict.capabilities.toSorted((a, b) => said(a) - said(b)).map((id) => words[id] ?? id);
  const { threats: signs } = tool.verdict;
  const threats = signs.length === 0 ? [] : [signs.some(({ strength }) => strength === 'strong') ? SIGNS : WEAK_SIGNS];
  const beside = tool.neighbours === undefined ? [] : ['it shows signs of an attack beside other tools'];
  return [...can, ...threats, ...beside].join('; ') || 'our rules cannot tell from its definition';
}

/** Said of a server by its instructions. */
function told({ instructionThreats: signs = [] }: ScannedServer): readonly string[] {
  if (signs.length === 0) return [];
  return [
    signs.some(({ strength }) => strength === 'strong')
      ? 'its instructions show signs of an attack'
      : 'its instructions show weak signs of an attack, which honest servers show too',
  ];
}

function printTable(report: ScanReport, out: Out): void {
  const rows = rowsOf(report.servers);
  if (rows.length > 0) {
    const columns = [
      { title: 'severity', value: ({ tool }: Row) => tool.verdict.severity },
      { title: 'category', value: ({ tool }: Row) => tool.verdict.category },
      { title: 'server', value: ({ server }: Row) => server.name },
      { title: 'tool', value: ({ tool }: Row) => tool.definition.name },
      { title: 'what an agent can do today', value: (row: Row) => canOf(row, report.words), flexible: true },
    ];
    out.write(`${table(rows, columns, widthOf(out))}\n`);
  }
  for (const server of report.servers) {
    const where = `${server.file}:${server.line}`;
    const state = server.disabled
      ? 'disabled'
      : server.known === 'unknown'
        ? 'unknown'
        : count(server.tools.length, 'tool');
    const notes = [...(server.note === undefined ? [] : [server.note]), ...told(server)];
    const note = notes.length === 0 ? '' : `: ${notes.join('; ')}`;
    out.write(`${oneLine(`${server.name} (${server.id}, ${where}) ${state}${note}`)}\n`);
  }
  printAdvisories(report.servers, out);
  out.write(`\n${summaryOf(report)}\n`);
  if (report.advice !== undefined) out.write(`\n${adviceLead(report)} ${adviceText(report.advice)}\n`);
}

function summaryOf({ servers, files }: ScanReport): string {
  const tools = rowsOf(servers);
  const levels = SEVERITIES.toReversed().flatMap((severity) => {
    const number = tools.filter(({ tool }) => tool.verdict.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}`];
  });
  const unknown = servers.filter(({ known, disabled }) => known === 'unknown' && !disabled).length;
  const rest = unknown === 0 ? '' : ` Of ${count(unknown, 'server')} nothing is known, which is not the same as safe.`;
  return `${count(servers.length, 'server')} in ${count(files.length, 'configuration')}, ${count(tools.length, 'tool')}${levels.length === 0 ? '' : `: ${levels.join(', ')}`}.${advisorySummary(servers)}${rest}`;
}

function adviceLead({ servers }: ScanReport): string {
  return hasUpdates(servers) ? 'What would help most after the updates:' : 'What would help most:';
}

function adviceText({ server, effect, command }: Advice): string {
  return `the recommended policy on ${oneLine(server.name)}. ${oneLine(effect)}\n  ${oneLine(command)}`;
}

function printJson({ version, files, servers, advice, words }: ScanReport, out: Out): void {
  jsonDocument(out, {
    v: 1,
    version,
    files,
    servers: servers.map(({ tools, ...server }) => ({
      ...server,
      tools: rowsOf([{ ...server, tools, disabled: false }]).map((row) => ({
        name: row.tool.definition.name,
        category: row.tool.verdict.category,
        severity: row.tool.verdict.severity,
        confidence: row.tool.verdict.confidence,
        capabilities: row.tool.verdict.capabilities,
        can: canOf(row, words),
        threats: row.tool.verdict.threats,
        ...(row.tool.neighbours === undefined ? {} : { neighbours: row.tool.neighbours }),
        provenance: row.tool.provenance,
      })),
    })),
    advice:
      advice === undefined
        ? null
        : {
            server: advice.server.name,
            id: advice.server.id,
            effect: advice.effect,
            command: advice.command,
            policy: advice.policy,
          },
  });
}

function printSarif({ version, rules, servers }: ScanReport, out: Out): void {
  writeSarif(out, version, [...rules(), UNKNOWN_SERVER, ...advisoryRules(servers)], findings(servers));
}

const UNKNOWN_SERVER: SarifRule = {
  id: 'unknown-server',
  title: 'Nothing is known of a server',
  kind: 'capability',
  why: 'What nobody looked at may do anything: unknown is not safe.',
  remediation: 'Deny it, or let toolrisk list its tools with --execute.',
  references: [],
};

/** One result per finding of a tool of medium severity or worse, at the line of the configuration that lets it in. */
function* findings(servers: readonly ScannedServer[]): Generator<SarifFinding> {
  for (const server of servers) {
    if (server.disabled) continue;
    const file = { uri: server.file.replaceAll('\\', '/'), line: server.line };
    yield* advisoryFindings(server, file);
    if (server.known === 'unknown') {
      yield {
        rule: UNKNOWN_SERVER.id,
        severity: 'medium',
        message: `Nothing is known of ${oneLine(server.name)} (${server.id}): ${oneLine(server.note ?? '')}.`,
        place: file.uri,
        line: file.line,
        tool: server.id,
        name: server.name,
      };
    }
    for (const tool of server.tools) {
      const place = { ...tool, serverId: server.id, provenance: withoutTokens(tool.provenance), file };
      yield* findingsOf(place, 'medium');
      yield* neighbourFindings(place, tool.neighbours ?? []);
    }
    yield* instructionFindings(server.id, server.instructionThreats ?? [], file);
  }
}

function printMarkdown(report: ScanReport, out: Out): void {
  const rows = rowsOf(report.servers);
  const line = (cells: readonly string[]) => out.write(`| ${cells.join(' | ')} |\n`);
  out.write(`### What agents can do here\n\n${markdownCell(summaryOf(report))}\n\n`);
  markdownAdvisories(report.servers, out);
  if (rows.length > 0) {
    line(['severity', 'category', 'server', 'tool', 'what an agent can do today']);
    line(['---', '---', '---', '---', '---']);
    for (const row of rows.slice(0, MARKDOWN_ROWS)) {
      const { verdict, definition } = row.tool;
      const cells = [
        verdict.severity,
        verdict.category,
        row.server.name,
        definition.name,
        oneLine(canOf(row, report.words), 120),
      ];
      line(cells.map(markdownCell));
    }
    out.write('\n');
    if (rows.length > MARKDOWN_ROWS) out.write(`and ${count(rows.length - MARKDOWN_ROWS, 'tool')} more\n\n`);
  }
  for (const server of report.servers.filter(({ disabled }) => !disabled)) {
    for (const text of told(server)) out.write(`- ${markdownCell(`${server.name} (${server.id}): ${text}`)}\n`);
  }
  for (const server of report.servers.filter(({ known, disabled }) => known === 'unknown' && !disabled)) {
    out.write(`- ${markdownCell(`${server.name} (${server.id}): nothing is known; ${server.note ?? ''}`)}\n`);
  }
  if (report.advice !== undefined)
    out.write(`\n**${adviceLead(report)}** ${markdownCell(adviceText(report.advice))}\n`);
}

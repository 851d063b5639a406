import type { Json, ToolDefinition } from '../model/tool.ts';
import { whyUnknown } from '../model/unknown.ts';
import type { Finding, Threat, Verdict } from '../model/verdict.ts';
import { columnsOf, oneLine, printable } from './print.ts';

/** Narrower terminals are drawn as if they had this many columns. */
const MINIMUM_WIDTH = 40;
const INDENT = '  ';

/** A part of a text as it is drawn: `columns[i]` is where the code unit `start + i` stands, one more for the end. */
interface Line {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly columns: readonly number[];
}

/** Something to underline. */
interface Mark {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/**
 * Draws a verdict for a terminal of `width` columns: what was decided, every finding under the text that it points at,
 * what moved the severity, and the verdict on each operation. Crawled text is escaped.
 */
export function drawVerdict(tool: ToolDefinition, verdict: Verdict, width: number): string {
  const room = Math.max(MINIMUM_WIDTH, width);
  const sections = [drawHead(tool, verdict, room), ...drawEvidence(tool, verdict, room)];
  if (verdict.moves.length > 0) sections.push(drawMoves(verdict, room));
  if (verdict.operations.length > 0) sections.push(drawOperations(verdict, room));
  return `${sections.join('\n\n')}\n`;
}

function drawHead(tool: ToolDefinition, verdict: Verdict, room: number): string {
  const lines = [
    oneLine(`${verdict.server}#${verdict.name}`, room),
    `${verdict.category}, ${verdict.severity}, confidence ${verdict.confidence.toFixed(2)} (rules ${verdict.ruleset})`,
  ];
  if (verdict.capabilities.length > 0) lines.push(oneLine(`can: ${verdict.capabilities.join(', ')}`, room * 2));
  if (verdict.override !== undefined) {
    const { reason, link, expires } = verdict.override;
    lines.push(oneLine(`corrected by a person until ${expires}: ${reason} (${link})`, room * 3));
  }
  if (verdict.category === 'Unknown' || verdict.findings.length === 0) lines.push(whyUnknown(tool));
  return lines.join('\n');
}

/** One block per text that has findings or threats, in the order of the definition. */
function drawEvidence(tool: ToolDefinition, verdict: Verdict, room: number): readonly string[] {
  const blocks = new Map<string, { raw: string; title: string; marks: Mark[] }>();
  const add = (path: string, on: 'key' | 'value' | undefined, mark: Mark) => {
    const value = valueAt(tool, path);
    const inKey = on === 'key' || (on === undefined && typeof value !== 'string');
    const raw = inKey ? lastKey(path) : typeof value === 'string' ? value : '';
    const id = `${path} ${inKey ? 'key' : 'value'}`;
    const block = blocks.get(id) ?? { raw, title: inKey ? `${path} (its name)` : path, marks: [] };
    block.marks.push(mark);
    blocks.set(id, block);
  };
  for (const finding of verdict.findings) add(finding.path, finding.on, { ...finding, label: labelOf(finding) });
  for (const threat of verdict.threats) add(threat.path, undefined, { ...threat, label: threatLabel(threat) });
  return [...blocks.values()].map(({ raw, title, marks }) => drawBlock(raw, title, marks, room));
}

function labelOf(finding: Finding): string {
  const { rule, capability, discounted } = finding;
  return discounted === undefined ? `${rule} (${capability})` : `${rule}: does not count, ${discounted}`;
}

const threatLabel = ({ rule, strength }: Threat) => `${strength} threat: ${rule}`;

function drawBlock(raw: string, title: string, marks: readonly Mark[], room: number): string {
  const drawn = [oneLine(title, room)];
  let skipped = false;
  for (const line of linesOf(raw, room - INDENT.length)) {
    const here = marks.filter(({ start, end }) => start < line.end && end > line.start);
    if (here.length === 0) {
      skipped = true;
      continue;
    }
    if (skipped) drawn.push(`${INDENT}…`);
    skipped = false;
    drawn.push(`${INDENT}${line.text}`.trimEnd());
    for (const mark of here) drawn.push(drawMark(line, mark, room));
  }
  if (skipped) drawn.push(`${INDENT}…`);
  return drawn.join('\n');
}

/** Carets under the marked part with the label behind them, or before them where it does not fit. */
function drawMark(line: Line, mark: Mark, room: number): string {
  const at = (offset: number) => line.columns[Math.min(Math.max(offset, line.start), line.end) - line.start] ?? 0;
  const from = at(mark.start);
  const carets = '^'.repeat(Math.max(1, at(mark.end) - from));
  const behind = `${INDENT}${' '.repeat(from)}${carets} ${mark.label}`;
  if (columnsOf(behind) <= room) return behind;
  const before = room - INDENT.length - mark.label.length - 1;
  if (from > mark.label.length) return `${INDENT}${' '.repeat(from - mark.label.length - 1)}${mark.label} ${carets}`;
  return before >= 0
    ? `${INDENT}${' '.repeat(from)}${carets}\n${INDENT}${mark.label}`
    : oneLine(`${INDENT}${carets} ${mark.label}`, room);
}

/** Cuts a text into lines of at most `width` columns, at spaces where it can, and keeps where every code unit stands. */
function* linesOf(raw: string, width: number): Generator<Line> {
  let start = 0;
  while (start < raw.length) {
    if (/\s/u.test(raw.charAt(start))) {
      start++;
      continue;
    }
    const line = lineFrom(raw, start, width);
    yield line;
    start = line.end;
  }
}

function lineFrom(raw: string, start: number, width: number): Line {
  const columns: number[] = [];
  let text = '';
  let used = 0;
  let offset = start;
  let space: { offset: number; chars: number } | undefined;
  while (offset < raw.length) {
    const character = String.fromCodePoint(raw.codePointAt(offset) ?? 0);
    if (character === '\n' && used > 0) return finished(offset + 1);
    const shown = /\s/u.test(character) ? ' ' : printable(character);
    const wide = columnsOf(shown);
    if (used + wide > width && used > 0) {
      if (space === undefined) return finished(offset);
      text = text.slice(0, space.chars);
      return finished(space.offset);
    }
    for (let unit = 0; unit < character.length; unit++) columns.push(used);
    text += shown;
    used += wide;
    offset += character.length;
    if (shown === ' ') space = { offset, chars: text.length };
  }
  return finished(offset);

  function finished(end: number): Line {
    columns.length = Math.min(columns.length, end - start);
    const last = columnsOf(text);
    while (columns.length <= end - start) columns.push(last);
    return { start, end, text, columns };
  }
}

function drawMoves(verdict: Verdict, room: number): string {
  const lines = verdict.moves.map(({ from, to, reason, rule }) =>
    oneLine(`${INDENT}${from} → ${to}: ${reason} (${rule})`, room),
  );
  return `Severity\n${lines.join('\n')}`;
}

function drawOperations(verdict: Verdict, room: number): string {
  const lines = verdict.operations.map(({ value, category, severity, path }) =>
    oneLine(`${INDENT}${value}: ${category}, ${severity} (${path})`, room),
  );
  return `Operations\n${lines.join('\n')}`;
}

/** The value that a JSON Pointer leads to in a definition, undefined where it leads nowhere. */
export function valueAt(tool: ToolDefinition, path: string): Json | undefined {
  let value: unknown = tool;
  for (const part of path.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === unescapePart(part))?.[1];
  }
  return isJson(value) ? value : undefined;
}

function isJson(value: unknown): value is Json {
  return value === null || ['string', 'number', 'boolean', 'object'].includes(typeof value);
}

const lastKey = (path: string) => unescapePart(path.slice(path.lastIndexOf('/') + 1));
const unescapePart = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');

import { LIMITS } from '../../model/limits.ts';
import type { ObservedTool } from '../../model/tool.ts';
import type { Block, Piece } from './blocks.ts';

/** A tool that a page speaks of. */
interface Mention {
  readonly name: string;
  readonly description?: string;
  readonly line: number;
}

/** Headings of sections that list tools, and those that only sound like it. */
const TOOLS = /\b(?:tools?|functions)\b/iu;
const NOT_TOOLS =
  /\btoolsets?\b|debug|develop|install|prerequisite|configur|enabl|disabl|filter|example|usage|test|adding|custom|build|third.party|permission|annotation|error|loading|invocation|result|object|calling|safety|security|selection/iu;
/** Sections inside a list of tools that list other things. */
const OTHER =
  /\b(?:prompts?|resources?|examples?|usage|installation|configuration|parameters?|arguments?|returns?|outputs?|inputs?|environment|settings|options|licen[cs]e|security|troubleshooting)\b/iu;
/** Texts after which a list is one of parameters. */
const PARAMETERS =
  /^(?:\W*)(?:(?:input|optional|required|request)\s+)?(?:parameters?|arguments?|args|inputs?|returns?|outputs?|options?|examples?|notes?|response|features|supported|available|use (?:this|when|it)|when to)\b/iu;

/** Names of columns that hold a tool's name, or what it does. */
const NAME_COLUMN = /^(?:mcp )?(?:tools?|functions?|commands?)?\s*(?:names?|ids?)?$/iu;
const TEXT_COLUMN = /desc|purpose|what|does|function|action|summary|operation|notes/iu;

/** An identifier: no spaces, and no sentence. */
const IDENTIFIER = /^[A-Za-z][\w./-]{1,79}$/u;
/** An identifier that is no plain word. */
const COMPOUND = /^[a-z][a-z0-9]*[./-][a-z0-9]|[A-Za-z0-9]_[A-Za-z0-9]|[a-z][A-Z]/u;

/**
 * Finds the tools that a page lists: tables with a column of tools, and lists or headings of names in a section about
 * tools. A page repeats itself, so the first mention of a name counts. A lower bound, and prose: method `readme`.
 */
export function proseTools(blocks: readonly Block[], location: string): readonly ObservedTool[] {
  const mentions = [...inTables(blocks), ...inSections(blocks)].sort((a, b) => a.line - b.line);
  const tools = new Map<string, ObservedTool>();
  for (const mention of mentions) {
    const known = tools.get(mention.name);
    if (known?.definition.description !== undefined || (known !== undefined && mention.description === undefined))
      continue;
    if (tools.size >= LIMITS.toolsPerServer) break;
    const description = mention.description?.slice(0, LIMITS.descriptionChars);
    tools.set(mention.name, {
      definition: { name: mention.name, ...(description === undefined ? {} : { description }) },
      method: 'readme',
      provenance: `${location}:${mention.line}`,
      schemaComplete: false,
      dynamic: false,
      gated: false,
      notes: ['read from prose'],
    });
  }
  return [...tools.values()];
}

/** Tables whose first column is headed by a word for tools, wherever they stand. */
function inTables(blocks: readonly Block[]): readonly Mention[] {
  const found: Mention[] = [];
  let columns: Columns | undefined;
  let previous: Block | undefined;
  let section = '';
  for (const block of blocks) {
    if (block.kind === 'heading') section = block.piece.text;
    if (block.kind !== 'row') {
      columns = undefined;
      previous = block;
      continue;
    }
    if (block.header || previous?.kind !== 'row') {
      columns = columnsOf(block.cells, TOOLS.test(section) && !NOT_TOOLS.test(section));
    } else if (columns !== undefined) {
      const name = nameOf(block.cells[columns.name], true);
      const description = block.cells[columns.text]?.text;
      if (name !== undefined) found.push({ name, ...described(description), line: block.line });
    }
    previous = block;
  }
  return found;
}

interface Columns {
  readonly name: number;
  readonly text: number;
}

/** The columns of names and texts of a table about tools; in a section about tools a column of names is enough. */
function columnsOf(cells: readonly Piece[], inSection: boolean): Columns | undefined {
  const named = cells.findIndex(({ text }) => NAME_COLUMN.test(text) && /tool|function/iu.test(text));
  const name = named >= 0 || !inSection ? named : cells.findIndex(({ text }) => text !== '' && NAME_COLUMN.test(text));
  if (name < 0) return undefined;
  const text = cells.findIndex((cell, index) => index !== name && TEXT_COLUMN.test(cell.text));
  return { name, text: text < 0 ? name + 1 : text };
}

interface Section {
  readonly level: number;
  /** Headings inside name tools, so that lists under them are parameters. */
  readonly byHeading: boolean;
}

/** Lists and headings of names in sections about tools. */
function inSections(blocks: readonly Block[]): readonly Mention[] {
  const found: Mention[] = [];
  let section: Section | undefined;
  let hiddenFrom: number | undefined;
  let parameters = false;
  for (const [index, block] of blocks.entries()) {
    if (block.kind === 'heading') {
      const { level, piece } = block;
      if (section !== undefined && level <= section.level) section = undefined;
      if (hiddenFrom !== undefined && level <= hiddenFrom) hiddenFrom = undefined;
      parameters = false;
      const name = nameOf(headingName(piece), false);
      if (section === undefined && isToolsHeading(piece.text)) {
        section = { level, byHeading: hasHeadingNames(blocks, index, level) };
      } else if (section !== undefined && hiddenFrom === undefined && name !== undefined && !OTHER.test(piece.text)) {
        found.push({ name, ...described(restOf(piece) || textAfter(blocks, index)), line: block.line });
      } else if (section !== undefined && OTHER.test(piece.text)) {
        hiddenFrom ??= level;
      }
      continue;
    }
    if (section === undefined || hiddenFrom !== undefined) continue;
    if (block.kind === 'text') {
      parameters = PARAMETERS.test(block.piece.text);
    } else if (block.kind === 'row') {
      // A table of another form: cells that are entries themselves.
      found.push(
        ...block.cells.flatMap((cell) => mentionOf(cell, block.line, undefined)).filter((one) => one.description),
      );
    } else if (block.depth === 0 && !parameters && !section.byHeading) {
      found.push(...mentionOf(block.piece, block.line, () => nestedText(blocks, index)));
    }
  }
  return found;
}

function isToolsHeading(text: string): boolean {
  return TOOLS.test(text) && !NOT_TOOLS.test(text) && text.length <= 60;
}

/** `1. name:` and `name(args)` are headings of the tool `name`. */
function headingName(piece: Piece): Piece {
  if (piece.isCode === true) return piece;
  const match = /^(?:\d+[.)]\s*)?([A-Za-z][\w./-]*)\s*(?:\([\w?]*(?:\s*[,:=]\s*[\w?]+)*\))?\s*(?::.*|[-–—].*)?$/u.exec(
    piece.text,
  );
  return match?.[1] === undefined ? { text: '' } : { text: match[1] };
}

function hasHeadingNames(blocks: readonly Block[], from: number, level: number): boolean {
  for (const block of blocks.slice(from + 1)) {
    if (block.kind !== 'heading') continue;
    if (block.level <= level) return false;
    if (nameOf(headingName(block.piece), false) !== undefined) return true;
  }
  return false;
}

/** `name - text`, `name: text`, `name (text)`, or the name alone. */
function mentionOf(piece: Piece, line: number, nested: (() => string | undefined) | undefined): readonly Mention[] {
  const name = nameOf(piece, piece.label !== undefined && /^[a-z]/u.test(piece.label));
  const rest = restOf(piece);
  if (name === undefined || rest === undefined) return [];
  return [{ name, ...described(rest === '' ? nested?.() : rest), line }];
}

/** What follows the label after a separator; undefined when the label runs on into a sentence. */
function restOf(piece: Piece): string | undefined {
  if (piece.label === undefined) return undefined;
  const rest = piece.text.slice(piece.label.length).trim();
  if (rest === '') return '';
  const match = /^(?:\([^)]*\)\s*)?(?::|[-–—]+|→|=>)\s*(.*)$/su.exec(rest);
  if (match !== null) return match[1];
  return /^\([^)]*\)$/u.test(rest) ? '' : undefined;
}

/** The name that a piece consists of or begins with; `plain` accepts a single word. */
function nameOf(piece: Piece | undefined, plain: boolean): string | undefined {
  const name = (piece?.label ?? piece?.text ?? '').replace(/\(.*\)$|:$/u, '').trim();
  if (!IDENTIFIER.test(name) || /^https?:|\.(?:md|json|ya?ml|ts|js|py|com)$/iu.test(name)) return undefined;
  return plain || COMPOUND.test(name) || piece?.isCode === true ? name : undefined;
}

/** The text directly below a heading. */
function textAfter(blocks: readonly Block[], index: number): string | undefined {
  const next = blocks[index + 1];
  return (next?.kind === 'text' || next?.kind === 'item') && !PARAMETERS.test(next.piece.text)
    ? next.piece.text
    : undefined;
}

/** The first nested item: `Description: …`, or what stands there. */
function nestedText(blocks: readonly Block[], index: number): string | undefined {
  for (const block of blocks.slice(index + 1, index + 4)) {
    if (block.kind !== 'item' || block.depth === 0) return undefined;
    const text = block.piece.text;
    if (/^title:/iu.test(text)) continue;
    return PARAMETERS.test(text) ? undefined : text.replace(/^description:\s*/iu, '');
  }
  return undefined;
}

function described(text: string | undefined): { readonly description?: string } {
  return text === undefined || text === '' ? {} : { description: text };
}

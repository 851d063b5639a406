import { LIMITS } from '../../model/limits.ts';
import type {
  Annotations,
  DroppedTool,
  Json,
  JsonObject,
  Method,
  ObservedTool,
  ToolDefinition,
} from '../../model/tool.ts';
import { hintsOf } from './annotations.ts';
import { schemaOf } from './schema.ts';
import { field, listOf, objectOf, pointer, textOf } from './value.ts';

/** The tools of one list, and what had to be left out. */
export interface ToolList {
  readonly tools: readonly ObservedTool[];
  readonly dropped: readonly DroppedTool[];
}

/** Where a list stands and how it was obtained. */
export interface ListContext {
  /** Location of the document; each provenance is it, `#`, and the JSON Pointer of the tool. */
  readonly location: string;
  readonly pointer: string;
  readonly method: Method;
  /** Characters that no part of the list goes beyond as JSON, where that is known. */
  readonly jsonChars?: number | undefined;
  /** The format has no place for schemas: a tool without one is not incomplete by fault of its author. */
  readonly namesOnly?: boolean;
}

export const NO_TOOLS: ToolList = { tools: [], dropped: [] };

/**
 * Reads a list of tools as a server or a catalogue gives it. One bad entry is dropped, counted and named; the rest stays.
 * Schemas stay as they were sent. The first of two tools of one name is kept.
 */
export function toolsFrom(list: Json | undefined, context: ListContext): ToolList {
  const entries = listOf(list) ?? [];
  const tools: ObservedTool[] = [];
  const dropped: DroppedTool[] = [];
  const seen = new Set<string>();
  for (const entry of entries) {
    const index = tools.length + dropped.length;
    const provenance = `${context.location}#${pointer(context.pointer, index)}`;
    const read = readTool(entry, provenance, context);
    if ('reason' in read) {
      dropped.push(read);
    } else if (seen.has(read.definition.name)) {
      dropped.push({
        name: read.definition.name,
        reason: 'duplicate',
        message: 'the list has a tool of this name already; the first one is kept',
        provenance,
      });
    } else if (tools.length >= LIMITS.toolsPerServer) {
      const message = `the list has more than ${LIMITS.toolsPerServer} tools`;
      dropped.push({ name: read.definition.name, reason: 'over-limit', message, provenance });
    } else {
      seen.add(read.definition.name);
      tools.push(read);
    }
  }
  return { tools, dropped };
}

/** Joins lists of one server in their order: pages, or groups of tools. A name that was there already is dropped as duplicate. */
export function joinLists(lists: readonly ToolList[]): ToolList {
  const [first, ...others] = lists;
  if (first === undefined || others.length === 0) return first ?? NO_TOOLS;
  const tools: ObservedTool[] = [];
  const dropped: DroppedTool[] = lists.flatMap((list) => list.dropped);
  const seen = new Set<string>();
  for (const tool of lists.flatMap((list) => list.tools)) {
    const { name } = tool.definition;
    if (seen.has(name)) {
      const message = 'an earlier part of the list has a tool of this name; that one is kept';
      dropped.push({ name, reason: 'duplicate', message, provenance: tool.provenance });
      continue;
    }
    seen.add(name);
    tools.push(tool);
  }
  return { tools, dropped };
}

function readTool(entry: Json, provenance: string, context: ListContext): ObservedTool | DroppedTool {
  const named = typeof entry === 'string' ? { name: entry } : objectOf(entry);
  if (named === undefined) {
    return { reason: 'malformed', message: 'the entry is neither an object nor a name', provenance };
  }
  const { name } = named;
  if (typeof name !== 'string' || name.trim() === '') {
    return { reason: 'no-name', message: 'the entry has no name', provenance };
  }
  if (name.length > LIMITS.nameChars) {
    const message = `the name has ${name.length} characters; the limit is ${LIMITS.nameChars}`;
    return { name: name.slice(0, LIMITS.nameChars), reason: 'over-limit', message, provenance };
  }
  if (looksLikePrompt(named)) {
    return { name, reason: 'not-a-tool', message: 'the entry is a prompt: its arguments have no types', provenance };
  }
  return readNamed(name, named, provenance, context);
}

function readNamed(
  name: string,
  entry: JsonObject,
  provenance: string,
  context: ListContext,
): ObservedTool | DroppedTool {
  const notes: string[] = [];
  const description = field(entry, 'description');
  if (typeof description === 'string' && description.length > LIMITS.descriptionChars) {
    const message = `the description has ${description.length} characters; the limit is ${LIMITS.descriptionChars}`;
    return { name, reason: 'over-limit', message, provenance };
  }
  if (description !== undefined && description !== null && typeof description !== 'string') {
    notes.push('the description is not a text');
  }
  const input = schemaOf(entry);
  const output = objectOf(field(entry, 'outputSchema') ?? field(entry, 'output_schema'));
  const size = isShort(context) ? 0 : JSON.stringify([input?.schema, output]).length;
  if (size > LIMITS.schemaBytes) {
    const message = `the schemas have ${size} characters; the limit is ${LIMITS.schemaBytes}`;
    return { name, reason: 'over-limit', message, provenance };
  }
  const hints = hintsOf(entry);
  if (hints.note !== undefined) notes.push(hints.note);
  if (input === undefined && context.namesOnly !== true) notes.push('the list gives no input schema');
  if (input?.note !== undefined) notes.push(input.note);
  return {
    definition: definitionOf(name, entry, {
      description: typeof description === 'string' ? description : undefined,
      inputSchema: input?.schema,
      outputSchema: output,
      annotations: hints.annotations,
    }),
    method: context.method,
    provenance,
    schemaComplete: input?.complete ?? false,
    dynamic: false,
    gated: false,
    notes: notes.sort(),
  };
}

/** Whether no schema of the list can be too long, also one that was made from a list of arguments. */
function isShort({ jsonChars }: ListContext): boolean {
  return jsonChars !== undefined && jsonChars < LIMITS.schemaBytes / 2;
}

interface Parts {
  readonly description: string | undefined;
  readonly inputSchema: Json | undefined;
  readonly outputSchema: Json | undefined;
  readonly annotations: Annotations | undefined;
}

function definitionOf(name: string, entry: JsonObject, parts: Parts): ToolDefinition {
  const title = textOf(field(entry, 'title'));
  const definition: { -readonly [Key in keyof ToolDefinition]: ToolDefinition[Key] } = { name };
  if (title !== undefined) definition.title = title;
  if (parts.description !== undefined) definition.description = parts.description;
  if (parts.inputSchema !== undefined) definition.inputSchema = parts.inputSchema;
  if (parts.outputSchema !== undefined) definition.outputSchema = parts.outputSchema;
  if (parts.annotations !== undefined) definition.annotations = parts.annotations;
  return definition;
}

/** Prompts are listed as `{name, description, arguments: [{name, description, required}]}`; a tool's arguments have types. */
function looksLikePrompt(entry: JsonObject): boolean {
  const argumentsList = listOf(field(entry, 'arguments'));
  if (argumentsList === undefined || argumentsList.length === 0) return false;
  if (schemaOf({ ...entry, arguments: null }) !== undefined) return false;
  return argumentsList.every((one) => field(one, 'type') === undefined && field(one, 'desc') === undefined);
}

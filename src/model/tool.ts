import * as z from 'zod';
import { METHODS } from './method.ts';

/** The note of a tool whose author may state hints that are only known at run time. */
export const OPEN_HINTS_NOTE = 'hints are made at run time';

/** A JSON value. What is crawled is parsed into this and stays it; nothing casts it to a wished shape. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** The four hints of the MCP specification, as a server claims them. They are untrusted. */
export const Annotations = z.object({
  title: z.string().optional(),
  readOnlyHint: z.boolean().optional(),
  destructiveHint: z.boolean().optional(),
  idempotentHint: z.boolean().optional(),
  openWorldHint: z.boolean().optional(),
});
export type Annotations = z.infer<typeof Annotations>;

/**
 * What a server says about one tool. Schemas are kept as they were sent, however broken; `undefined` is unknown, and
 * never the same as empty.
 */
export interface ToolDefinition {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema?: Json;
  readonly outputSchema?: Json;
  readonly annotations?: Annotations;
}

export { METHODS } from './method.ts';

export const Method = z.enum(METHODS);
export type Method = z.infer<typeof Method>;

/** One tool as one manifest shows it. */
export interface ObservedTool {
  readonly definition: ToolDefinition;
  readonly method: Method;
  /** `npm:NAME@VERSION!path:line`, or a URL or path with a JSON Pointer (`file:x.json#/tools/3`). Never a registry's address. */
  readonly provenance: string;
  /** False when a part of the schema could not be determined: that part is unknown, not absent. */
  readonly schemaComplete: boolean;
  /** True when a text holds run-time values, shown as `⟨?⟩`. */
  readonly dynamic: boolean;
  /** True when the tool is registered only behind a flag, a setting or a client capability. */
  readonly gated: boolean;
  /** Prose why, for `gated`, `dynamic` or an incomplete schema. Sorted. */
  readonly notes: readonly string[];
}

/** A thing that looked like a tool and was left out, with the reason. It is counted and named, never silently lost. */
export interface DroppedTool {
  readonly name?: string;
  readonly reason: 'no-name' | 'duplicate' | 'malformed' | 'over-limit' | 'not-a-tool';
  readonly message: string;
  readonly provenance: string;
}

import * as z from 'zod';
import { Policy } from '../model/policy.ts';
import { Category, Severity } from '../model/verdict.ts';
import { API_KINDS, urls } from './urls.ts';

const text = z.string();
const date = z.iso.date();
const Strength = z.enum(['strong', 'weak']);
const optional = <T extends z.ZodType>(schema: T) => schema.optional();

/** The twin of a tool's page. `quoted…` fields hold text of strangers, cut short, with invisible characters shown. */
export const ToolFile = z.object({
  v: z.literal(1),
  kind: z.literal('tool'),
  page: optional(z.url()),
  server: z.object({ id: text, name: text }),
  tool: text,
  category: Category,
  severity: Severity,
  confidence: z.number().min(0).max(1),
  capabilities: z.array(text),
  /** Said instead of quoted text where the definition shows a strong sign of an attack. */
  withheld: optional(text),
  quotedDescription: optional(text),
  findings: z.array(
    z.object({
      rule: text,
      capability: text,
      path: optional(text),
      on: z.enum(['key', 'value']),
      start: z.int(),
      end: z.int(),
      quotedText: optional(text),
    }),
  ),
  moves: z.array(z.object({ from: Severity, to: Severity, reason: text, rule: text })),
  operations: z.array(
    z.object({ path: optional(text), value: optional(text), category: Category, severity: Severity }),
  ),
  /** Strongest sign of an attack in what the server tells the model about itself; absent where there is none. */
  instructionThreats: optional(Strength),
  threats: z.array(
    z.object({
      rule: text,
      strength: Strength,
      /** The tool beside which alone it shows. `api` is its own file; absent where it is gone. */
      beside: optional(z.object({ server: text, tool: text, api: optional(text) })),
    }),
  ),
  parameters: z.union([
    z.object({ known: z.literal(false) }),
    z.object({
      known: z.literal(true),
      complete: z.boolean(),
      list: z.array(z.object({ name: optional(text), type: optional(text), required: z.boolean() })),
    }),
  ]),
  annotations: optional(z.record(text, z.boolean())),
  policy: z.object({ rule: z.enum(['allow', 'ask', 'deny']), effect: text }),
  tokens: z.int(),
  ruleset: text,
  provenance: z.object({
    method: text,
    place: text,
    packageVersion: optional(text),
    firstObserved: date,
    definitionHash: text,
  }),
});

/** The twin of a server's page. */
export const ServerFile = z.object({
  v: z.literal(1),
  kind: z.literal('server'),
  page: optional(z.url()),
  id: text,
  aliases: z.array(text),
  name: text,
  quotedDescription: optional(text),
  /** What the server tells the model about itself; withheld where it shows a strong sign of an attack. */
  quotedInstructions: optional(text),
  withheld: optional(text),
  instructionThreats: optional(z.array(z.object({ rule: text, strength: Strength }))),
  version: optional(text),
  deprecated: z.boolean(),
  /** Whether any tool of it is known. Where none is, an empty list of tools says nothing about what it can do. */
  toolsKnown: z.boolean(),
  /** Absent where no tool is known. */
  worstSeverity: optional(Severity),
  /** Null where no tool is known. */
  tokens: z.int().nullable(),
  tools: z.array(
    z.object({
      name: text,
      category: Category,
      severity: Severity,
      confidence: z.number(),
      capabilities: z.array(text),
      threats: z.enum(['none', 'weak', 'strong']),
      api: text,
    }),
  ),
  policy: z.object({ default: z.enum(['allow', 'ask', 'deny']), effect: text }),
  /** Tools are null where the manifest never answered. */
  manifests: z.array(z.object({ locator: text, source: text, outcome: text, tools: z.int().nullable() })),
  advisories: z.array(
    z.object({ id: text, title: text, url: text, state: z.enum(['affected', 'not-affected', 'unknown']) }),
  ),
  firstObserved: date,
});

/** The policy files of a server in one strength. */
export const PolicyFile = z.object({
  v: z.literal(1),
  kind: z.literal('policy'),
  page: optional(z.url()),
  strength: z.enum(['permissive', 'recommended', 'strict']),
  policy: Policy,
  /** Formats on the page, and what each could not say. `toolrisk policy` writes the files. */
  formats: z.array(z.object({ format: text, fileName: text, tightened: z.array(text), unenforced: z.array(text) })),
});

/** Any other twin: it says what it is, and its fields are those of its page. */
export const OtherFile = z.looseObject({ v: z.literal(1), kind: text });

export const API_SCHEMAS = {
  tool: ToolFile,
  server: ServerFile,
  policy: PolicyFile,
  other: OtherFile,
} as const satisfies Readonly<Record<(typeof API_KINDS)[number], z.ZodType>>;

/** The JSON Schema (2020-12) of each kind of file, with its path. */
export function schemaFiles(): readonly (readonly [path: string, text: string])[] {
  return API_KINDS.map((kind) => [
    urls.apiSchema(kind),
    `${JSON.stringify(z.toJSONSchema(API_SCHEMAS[kind], { io: 'input' }), null, 1)}\n`,
  ]);
}

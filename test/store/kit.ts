import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Listed, Reading, ReadResult, ServerReading } from '../../src/model/manifest.ts';
import type { ObservedTool, ToolDefinition } from '../../src/model/tool.ts';
import type { Category, Severity, Verdict } from '../../src/model/verdict.ts';
import { openCatalogue, type WritableCatalogue } from '../../src/store/catalogue.ts';
import type { Plan } from '../../src/store/frontier.ts';
import type { Judge } from '../../src/store/verdicts.ts';
import type { Recorded, RunWriter } from '../../src/store/writer.ts';

/** A folder of its own for one test. */
export function folder(): { readonly path: string; file(name: string): string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'toolrisk-'));
  return { path, file: (name) => join(path, name), remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A clock that a test sets. */
export function clock(start = Date.UTC(2026, 0, 1)) {
  let at = start;
  return {
    now: () => at,
    pass: (ms: number) => {
      at += ms;
    },
  };
}

/** A small judge with rules of its own: what matters here is that verdicts are stored and compared. */
export function judgeBy(ruleset: string, severityOfDelete: Severity = 'high'): Judge {
  return (definition, server) => verdictOf(ruleset, server, definition, severityOfDelete);
}

function verdictOf(ruleset: string, server: string, definition: ToolDefinition, severityOfDelete: Severity): Verdict {
  const at = definition.name.indexOf('delete');
  const isDelete = at >= 0;
  const category: Category = isDelete ? 'Destructive' : definition.description === undefined ? 'Unknown' : 'Read';
  return {
    v: 1,
    ruleset,
    server,
    name: definition.name,
    category,
    severity: isDelete ? severityOfDelete : 'low',
    confidence: 0.9,
    capabilities: isDelete ? ['deletes-data'] : [],
    findings: isDelete
      ? [
          {
            rule: 'name-delete',
            capability: 'deletes-data',
            path: '/name',
            on: 'value',
            start: at,
            end: at + 6,
            text: 'delete',
          },
        ]
      : [],
    moves: [],
    operations: [],
    threats: [],
  };
}

export function tool(name: string, more: Partial<ObservedTool> & { readonly description?: string } = {}): ObservedTool {
  const { description = `Does ${name}`, ...rest } = more;
  return {
    definition: { name, description, inputSchema: { type: 'object' } },
    method: 'static',
    provenance: `npm:x@1.0.0!index.js:${name.length}`,
    schemaComplete: true,
    dynamic: false,
    gated: false,
    notes: [],
    ...rest,
  };
}

export function serverReading(
  id: string,
  tools: readonly ObservedTool[],
  facts: Partial<ServerReading['facts']> = {},
): ServerReading {
  return {
    facts: { id, aliases: [], notes: [], ...facts },
    tools,
    dropped: [],
    complete: false,
    listsTools: true,
  };
}

/** A good answer; its content hash follows from what is in it. */
export function reading(servers: readonly ServerReading[], more: Partial<Reading> = {}): Reading {
  const contentHash = createHash('sha256').update(JSON.stringify(servers)).digest('hex');
  return { kind: 'read', servers, problems: [], leads: [], contentHash, ...more };
}

export function listed(locator: string, more: Partial<Listed> = {}): Listed {
  return { locator, source: 'test', aliases: [], ...more };
}

const DAY = 86_400_000;

/** Lists, leases and records manifests in one run, in the given order; every visit is due again at once. */
export async function visitAll(
  catalogue: WritableCatalogue,
  results: Readonly<Record<string, ReadResult>>,
  options: {
    readonly judge?: Judge;
    readonly ruleset?: string;
    readonly extractor?: string;
    readonly lines?: readonly Listed[];
  } = {},
): Promise<readonly Recorded[]> {
  const { ruleset = 'rules-1', extractor = 'extract-1' } = options;
  const run = catalogue.begin({ ruleset, extractor, judge: options.judge ?? judgeBy(ruleset) });
  for (const line of options.lines ?? Object.keys(results).map((locator) => listed(locator))) run.list(line);
  run.callAll(['test']);
  const recorded = await recordLeases(run, results, Object.keys(results));
  await run.finish('done');
  return recorded;
}

async function recordLeases(run: RunWriter, results: Readonly<Record<string, ReadResult>>, order: readonly string[]) {
  const leases = run.lease(['test'], 1_000, 60_000);
  const waiting: Promise<Recorded | undefined>[] = [];
  for (const locator of order) {
    const lease = leases.find((one) => one.locator === locator);
    const result = results[locator];
    if (lease === undefined || result === undefined) continue;
    waiting.push(run.record({ lease, result, durationMs: 5, plan: () => laterPlan(lease.failures) }));
  }
  for (const lease of leases) if (results[lease.locator] === undefined) run.release(lease);
  const done = await Promise.all(waiting);
  return done.filter((one) => one !== undefined);
}

function laterPlan(failures: number): Plan {
  return { priority: 1, dueAt: Date.UTC(2026, 0, 1) + DAY, failures };
}

/** A catalogue in a folder of its own, with a clock. */
export function scratchCatalogue() {
  const place = folder();
  const time = clock();
  const path = place.file('catalogue.db');
  const catalogue = openCatalogue(path, { mode: 'write', now: time.now });
  return {
    catalogue,
    path,
    time,
    place,
    end: () => {
      if (catalogue.sql.handle.open) catalogue.close();
      place.remove();
    },
  };
}

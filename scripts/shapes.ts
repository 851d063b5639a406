import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { Annotations, type ToolDefinition } from '../src/model/tool.ts';

const Shape = z.object({
  name: z.string().min(1),
  title: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  inputSchema: z.json().optional(),
  annotations: Annotations.optional().catch(undefined),
});

/** Definitions to make a catalogue of. */
export interface Shapes {
  readonly shapes: readonly ToolDefinition[];
  /** Of real servers; else the frozen ones of the tests. */
  readonly real: boolean;
}

/** Reads tools.jsonl of TOOLRISK_CORPORA (else ../shared/corpora) or, where there is none, the frozen shapes of the tests. */
export function readShapes(): Shapes {
  const root = join(import.meta.dirname, '..');
  const corpus = join(process.env.TOOLRISK_CORPORA ?? join(root, '../shared/corpora'), 'tools.jsonl');
  const real = existsSync(corpus);
  const shapes = readFileSync(real ? corpus : join(root, 'test/classify/frozen.jsonl'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const read = line === '' ? undefined : Shape.safeParse(JSON.parse(line));
      return read?.success === true ? [JSON.parse(JSON.stringify(read.data)) satisfies ToolDefinition] : [];
    });
  console.log(`${shapes.length} ${real ? 'real' : 'frozen'} shapes`);
  return { shapes, real };
}

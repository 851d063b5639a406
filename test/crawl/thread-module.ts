// A thread that reads made-up things: what a locator says is what becomes of the visit.
import { parentPort, workerData } from 'node:worker_threads';
import { judge } from '../../scripts/torture/judge.ts';
import type { ThreadStart } from '../../src/crawl/thread-protocol.ts';
import { serveVisits } from '../../src/crawl/thread-serve.ts';
import type { ReadResult } from '../../src/model/manifest.ts';

const FATES: Readonly<Record<string, (signal: AbortSignal) => Promise<ReadResult>>> = {
  throws: () => Promise.reject(new Error('on purpose')),
  exits: () => process.exit(1),
  crashes: () => {
    setImmediate(() => {
      throw new Error('outside of every promise');
    });
    return new Promise(() => {});
  },
  hoards: () => {
    const hoard: string[][] = [];
    for (;;) hoard.push(new Array(100_000).fill('x'));
  },
  hangs: async () => {
    // What was said before is sent.
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (;;);
  },
  waits: (signal) =>
    new Promise((resolve) => {
      const end = () =>
        resolve({ kind: 'failed', outcome: 'unreachable', reason: 'aborted', message: 'was called off' });
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
    }),
  slow: async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return readingOf('slow');
  },
};

function readingOf(name: string): ReadResult {
  return {
    kind: 'read',
    servers: [
      {
        facts: { id: `npm:${name}`, aliases: [], notes: [] },
        tools: [
          {
            definition: {
              name: 'look',
              description: 'Looks \ud83d\ude00 at \0 things',
              inputSchema: { type: 'object' },
            },
            method: 'live',
            provenance: `npm:${name}!a:1`,
            schemaComplete: true,
            dynamic: false,
            gated: false,
            notes: [],
          },
        ],
        dropped: [],
        complete: true,
        listsTools: true,
      },
    ],
    problems: [],
    leads: [],
    contentHash: `hash of ${name}`,
    body: { name, ü: 'ö'.repeat(name.length) },
  };
}

/** Fates that have begun, and who wants to know of one. */
const begun = new Set<string>();
const waiting = new Map<string, () => void>();

function begin(fate: string): void {
  begun.add(fate);
  waiting.get(fate)?.();
}

/** Answers `{ begun: FATE }` when a visit of that fate has begun. */
async function answerTo(question: unknown): Promise<unknown> {
  if (question === 'die') process.exit(4);
  if (typeof question === 'object' && question !== null && 'begun' in question) {
    const fate = String(question.begun);
    if (!begun.has(fate)) await new Promise<void>((resolve) => waiting.set(fate, resolve));
  }
  return { question };
}

const port = parentPort;
if (port === null) throw new Error('this module is a thread');
const start: ThreadStart<unknown> = workerData;
if (start.setup === 'dies at once') process.exit(3);
serveVisits(port, start, {
  read: (locator, _previous, signal) => {
    const name = locator.slice('npm:'.length);
    const fate = name.replace(/-\d+$/u, '');
    begin(fate);
    return FATES[fate]?.(signal) ?? Promise.resolve(readingOf(name));
  },
  judge: () => judge,
  answer: answerTo,
  close: () => Promise.resolve(),
});

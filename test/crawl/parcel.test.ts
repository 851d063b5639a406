import { describe, expect, test } from 'vitest';
import { judge } from '../../scripts/torture/judge.ts';
import { isLarge, pack, type Told, unpack } from '../../src/crawl/parcel.ts';
import type { ServerReading } from '../../src/model/manifest.ts';
import { prepareResult } from '../../src/store/prepare.ts';

const SERVER: ServerReading = {
  facts: { id: 'npm:a', aliases: ['remote:https://a.example/', 'oci:a'], notes: ['n'], title: '\u{1f600} \0 \ud800' },
  tools: ['look', 'delete_all'].map((name) => ({
    definition: { name, description: `Will ${name} "everything" – é`, inputSchema: { type: 'object' } },
    method: 'live',
    provenance: 'npm:a!x:1',
    schemaComplete: true,
    dynamic: false,
    gated: false,
    notes: [],
  })),
  dropped: [{ name: 'x', reason: 'duplicate', message: 'twice', provenance: 'npm:a!x:2' }],
  complete: true,
  listsTools: true,
};
const READING = { kind: 'read', servers: [SERVER], problems: ['p'], leads: ['npm:b'], contentHash: 'h' } as const;
const visited = (result: Parameters<typeof prepareResult>[0], judged = true): Told['visited'] => ({
  result: prepareResult(result, judged ? judge : undefined),
  durationMs: 1.5,
});

const CASES: Readonly<Record<string, Told['visited']>> = {
  'a visit that was called off': undefined,
  'a reading': visited(READING),
  'a reading with a body': visited({ ...READING, body: { name: 'ü'.repeat(3_000) } }),
  'a reading whose tools are not judged': visited(READING, false),
  'a reading of no server': visited({ ...READING, servers: [], leads: [], problems: [] }),
  'a reading of several servers': visited({
    ...READING,
    servers: ['npm:a', 'npm:b'].map((id) => ({ ...SERVER, facts: { ...SERVER.facts, id } })),
  }),
  'validators that are none': visited({ ...READING, validators: {} }),
  'one validator': visited({ ...READING, validators: { lastModified: 'Mon' } }),
  'two validators': visited({ ...READING, validators: { etag: '"e"', lastModified: 'Mon' } }),
  'what has not changed': visited({ kind: 'not-modified', validators: { etag: '"e"' } }),
  'a failure': visited({ kind: 'failed', outcome: 'gated', reason: 'http-401', message: 'no', notBefore: 7 }),
};

describe('a parcel gives back what went in', () => {
  const told = Object.values(CASES).map(
    (one, number): Told => (one === undefined ? { number } : { number, visited: one }),
  );

  test.each(Object.entries(CASES))('%s', (_, one) => {
    const all: Told[] = [one === undefined ? { number: 3 } : { number: 3, visited: one }];
    expect(unpack(structuredClone(pack(all)))).toStrictEqual(all.map(asSent));
  });

  test('all of them together, in their order', () => {
    expect(unpack(structuredClone(pack(told)))).toStrictEqual(told.map(asSent));
  });

  test('nothing', () => {
    expect(unpack(structuredClone(pack([])))).toEqual([]);
  });
});

test('a parcel is large by the characters and bytes in it', () => {
  const parcel = pack([{ number: 1, visited: { durationMs: 1, result: failed('x'.repeat(1 << 18)) } }]);
  expect(isLarge(parcel)).toBe(true);
  expect(isLarge(pack([{ number: 1, visited: { durationMs: 1, result: failed('x') } }]))).toBe(false);
});

function failed(message: string) {
  return { kind: 'failed', outcome: 'malformed', reason: 'r', message } as const;
}

/** Bytes come as a view of the parcel's block, never as a `Buffer`. */
function asSent(told: Told): Told {
  const result = told.visited?.result;
  if (told.visited === undefined || result?.kind !== 'prepared' || result.body === null) return told;
  return { ...told, visited: { ...told.visited, result: { ...result, body: new Uint8Array(result.body) } } };
}

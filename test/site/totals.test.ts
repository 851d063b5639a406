import { describe, expect, it } from 'vitest';
import { CATEGORIES, SEVERITIES } from '../../src/model/verdict.ts';
import { HEAVIEST, HeavyTools } from '../../src/site/heavy.ts';
import { compareIds } from '../../src/site/ids.ts';
import { countBySeverity, type ServerState } from '../../src/site/state.ts';
import { type ListedTool, Tally } from '../../src/site/tally.ts';
import { Totals } from '../../src/site/totals.ts';
import type { ToolRow } from '../../src/site/view.ts';
import { fc } from '../helpers/fc.ts';

const IDS = ['npm:a', 'npm:b', 'npm:c', 'npm:d', 'npm:\uff5e', 'npm:\u{1f600}'];

const tools = fc.array(
  fc.record({
    severity: fc.constantFrom(...SEVERITIES),
    category: fc.constantFrom(...CATEGORIES),
    tokens: fc.integer({ min: 0, max: 9 }),
    rules: fc.subarray(['r1', 'r2', 'r3']),
    capabilities: fc.subarray(['c1', 'c2']),
    day: fc.integer({ min: 0, max: 2 }),
    method: fc.constantFrom('static', 'readme'),
    schemaComplete: fc.boolean(),
  }),
  { maxLength: 6 },
);
/** Each step says what the tools of one server are from now on. */
const steps = fc.array(fc.record({ id: fc.constantFrom(...IDS), tools, name: fc.constantFrom('one', 'two') }), {
  minLength: 1,
  maxLength: 25,
});

function stateOf({
  id,
  tools: given,
  name,
}: {
  id: string;
  tools: typeof tools extends fc.Arbitrary<infer T> ? T : never;
  name: string;
}): ServerState {
  const rows = given.map(
    ({ day, ...rest }, i): ToolRow => ({
      ...rest,
      name: `tool${i}`,
      slug: `tool${i}`,
      confidence: 1,
      threats: rest.tokens > 7 ? 'weak' : 'none',
      firstSeen: day * 86_400_000,
    }),
  );
  const empty = {
    print: '',
    frame: '',
    policyPrint: '',
    stamp: '',
    own: '',
    facts: '',
    relating: '',
    content: '',
    addresses: '',
  };
  return {
    ...empty,
    id,
    slug: `s-${IDS.indexOf(id)}`,
    name,
    bySeverity: countBySeverity(rows),
    tokens: rows.reduce((sum, { tokens }) => sum + tokens, 0),
    sources: [name],
    gone: [],
    rows,
    prints: rows.map(() => ({ page: '', stamp: '', body: '', judged: '', schemaTokens: 0 })),
  };
}

const inOrder = (servers: ReadonlyMap<string, ServerState>) =>
  [...servers.values()].sort((a, b) => compareIds(a.id, b.id));
const listed = ({ id, slug, name, rows }: ServerState): readonly (ListedTool & { row: ToolRow })[] =>
  rows.map((row) => ({ id, server: slug, serverName: name, row }));

describe('a list that follows what changes', () => {
  it.each([1, 3, 8])('of the %i worst tools is that of all tools, or says that it is short', (most) => {
    fc.assert(
      fc.property(steps, (all) => {
        const servers = new Map<string, ServerState>();
        let tally = new Tally(most);
        for (const step of all) {
          const after = stateOf(step);
          const before = servers.get(step.id);
          servers.set(step.id, after);
          tally.replace(step.id, before === undefined ? [] : listed(before), listed(after));
          const anew = new Tally(most);
          for (const tool of inOrder(servers).flatMap(listed)) anew.add(tool);
          expect([...tally.bySeverity]).toEqual([...anew.bySeverity]);
          if (tally.isShort) tally = anew;
          expect(tally.print()).toBe(anew.print());
          expect(tally.worst().map(({ id, row }) => [id, row.name])).toEqual(
            anew.worst().map(({ id, row }) => [id, row.name]),
          );
          tally = new Tally(most, JSON.parse(JSON.stringify(tally.encode())));
        }
      }),
    );
  });

  it('of the heaviest tools is that of all tools, or says that it is short', () => {
    const heavy = fc.array(
      fc.tuple(fc.constantFrom(...IDS), fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 150, size: 'max' })),
      {
        maxLength: 12,
        size: 'max',
      },
    );
    fc.assert(
      fc.property(heavy, (all) => {
        const servers = new Map<string, readonly number[]>();
        const rowsOf = (id: string) =>
          (servers.get(id) ?? []).map((tokens, i): ToolRow => {
            const row = { name: `t${i}`, slug: `t${i}`, category: 'Read', severity: 'low' } as const;
            const read = { firstSeen: 0, method: 'static', schemaComplete: true } as const;
            return { ...row, tokens, confidence: 1, capabilities: [], rules: [], threats: 'none', ...read };
          });
        const listedIn = (id: string) => (row: ToolRow) => ({
          ...{ id, server: `s-${IDS.indexOf(id)}`, serverName: id },
          row: { name: row.name, slug: row.slug, category: row.category, severity: row.severity },
        });
        let list = new HeavyTools();
        for (const [id, tokens] of all) {
          const before = rowsOf(id).length;
          servers.set(id, tokens);
          list.replace(id, before, rowsOf(id), listedIn(id));
          const anew = new HeavyTools();
          for (const one of IDS) for (const row of rowsOf(one)) anew.add({ ...listedIn(one)(row), tokens: row.tokens });
          if (list.isShort) list = anew;
          expect(list.heaviest()).toEqual(anew.heaviest());
          expect(list.heaviest().length).toBeLessThanOrEqual(HEAVIEST);
          list = new HeavyTools(JSON.parse(JSON.stringify(list.encode())));
        }
      }),
    );
  });
});

describe('the list of the heaviest tools', () => {
  it('says that it is short when too many of those that it knows went', () => {
    const listedIn = (id: string) => (row: ListedTool['row']) => ({ id, server: id, serverName: id, row });
    const rows = Array.from({ length: HEAVIEST }, (_, i): ToolRow => {
      const row = { name: `t${i}`, slug: `t${i}`, category: 'Read', severity: 'low', threats: 'none' } as const;
      const read = { firstSeen: 0, method: 'static', schemaComplete: true } as const;
      return { ...row, tokens: 7, confidence: 1, capabilities: [], rules: [], ...read };
    });
    const all = new HeavyTools();
    for (const id of IDS) for (const row of rows) all.add({ ...listedIn(id)(row), tokens: row.tokens });
    const list = new HeavyTools(all.encode());
    const short = IDS.map((id) => {
      list.replace(id, rows.length, [], listedIn(id));
      return list.isShort;
    });
    // Four servers' tools are known: without three of them just enough are left, and in the end there is none to miss.
    expect(short).toEqual([false, false, false, true, true, false]);
  });
});

describe('totals that follow what changes', () => {
  it('are those of all servers', () => {
    fc.assert(
      fc.property(steps, fc.subarray(IDS), (all, gone) => {
        const servers = new Map<string, ServerState>();
        let kept: ReturnType<Totals['encode']> | undefined;
        const check = (change: (totals: Totals) => void) => {
          const totals = new Totals(kept);
          change(totals);
          totals.prune();
          const anew = new Totals();
          for (const state of inOrder(servers)) {
            totals.list(state);
            anew.list(state);
            anew.add(state);
          }
          expect(totals.isShort).toBe(false);
          const shown = (one: Totals) => ({
            ...{ ...one, byDay: [...one.byDay].sort(), bySource: [...one.bySource], matrix: [...one.matrix] },
            ...{ byMethod: [...one.byMethod].sort(), incomplete: [...one.incomplete].sort() },
            ...{ heavy: one.heaviestTools().map(({ id, row }) => [id, row.slug]) },
            ...Object.fromEntries(
              (['byCategory', 'bySeverity', 'byCapability', 'byRule'] as const).map((group) => [
                group,
                [...one[group]].map(([id, tally]) => [id, tally.print(), tally.total]).sort(),
              ]),
            ),
          });
          expect(shown(totals)).toEqual(shown(anew));
          kept = JSON.parse(JSON.stringify(totals.encode()));
        };
        for (const step of all) {
          const before = servers.get(step.id);
          const after = stateOf(step);
          servers.set(step.id, after);
          check((totals) => totals.replace(before, after));
        }
        for (const id of gone) {
          const before = servers.get(id);
          servers.delete(id);
          check((totals) => totals.replace(before, undefined));
        }
      }),
    );
  });
});

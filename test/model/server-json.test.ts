import { expect, it } from 'vitest';
import { readServerJson, ServerJson, tiesOf } from '../../src/model/server-json.ts';
import { fc } from '../helpers/fc.ts';

const KEYS = Object.keys(ServerJson.shape);
const text = fc.option(fc.constantFrom('', 'a', 'io.x/notes', 'https://a.example/mcp'), { nil: null });
const odd = fc.constantFrom<unknown>(1, true, [], {}, ['a'], { url: 1 }, { version: [] }, [null], undefined);
const object = fc.dictionary(
  fc.constantFrom('url', 'version', 'a', '__proto__'),
  fc.oneof({ weight: 4, arbitrary: text }, odd),
);
const member = fc.oneof(text, { weight: 2, arbitrary: text }, odd, object, fc.array(object, { maxLength: 2 }));
const value = fc.oneof(
  { weight: 8, arbitrary: fc.dictionary(fc.constantFrom(...KEYS, 'more', '__proto__'), member) },
  { weight: 1, arbitrary: fc.oneof(text, odd) },
);

/** One value for each key that is fit for it. */
const whole = fc.record(
  {
    name: fc.constantFrom('io.x/notes', 'a'),
    title: text,
    description: text,
    version: text,
    version_detail: fc.constantFrom<unknown>(null, {}, { version: '1', more: 1 }, { version: null }),
    websiteUrl: text,
    status: text,
    repository: fc.constantFrom<unknown>(null, 'a', {}, { url: null }, { url: 'b', source: 1 }),
    packages: fc.constantFrom<unknown>(null, [], [{ registryType: 'npm', identifier: 'a' }, 1, { version: 2 }]),
    remotes: fc.constantFrom<unknown>(null, [{ url: 'https://a.example/mcp' }, { url: 1 }, 'x', { url: 'a', type: 1 }]),
    _meta: fc.constantFrom<unknown>(null, {}, { a: 1 }),
    more: odd,
  },
  { requiredKeys: ['name'] },
);

it('reads a server.json as its schema does', () => {
  let both = 0;
  fc.assert(
    fc.property(fc.oneof(value, whole), fc.option(fc.tuple(fc.constantFrom(...KEYS), odd)), (given, spoilt) => {
      const one: unknown = spoilt === null || typeof given !== 'object' ? given : { ...given, [spoilt[0]]: spoilt[1] };
      const expected = ServerJson.safeParse(one).data;
      const read = readServerJson(one);
      expect(withoutProto(read)).toEqual(expected);
      if (read === undefined || expected === undefined) return;
      both += 1;
      expect(tiesOf(read)).toEqual(tiesOf(expected));
    }),
    { numRuns: 2_000 },
  );
  expect(both).toBeGreaterThan(200);
});

/** The schema leaves out a key `__proto__` of a record; nobody reads that one. */
function withoutProto(server: ServerJson | undefined): ServerJson | undefined {
  if (server === undefined || typeof server._meta !== 'object' || server._meta === null) return server;
  const kept = Object.entries(server._meta).filter(([key]) => key !== '__proto__');
  return { ...server, _meta: Object.fromEntries(kept) };
}

import { describe, expect, it } from 'vitest';
import { SAFE_PATH, serverSlug, slug, urls } from '../../src/site/urls.ts';
import { fc } from '../helpers/fc.ts';

const SEGMENT = /^[a-z0-9_-]{1,64}$/;

describe('slugs', () => {
  it.each([
    ['write_file', 'write_file'],
    ['pip-install', 'pip-install'],
    ['createIssue', /^create-issue-[0-9a-f]{12}$/],
    ['con', /^con-[0-9a-f]{12}$/],
    ['index', /^index-[0-9a-f]{12}$/],
    ['../../etc', /^etc-[0-9a-f]{12}$/],
    ['', /^x-[0-9a-f]{12}$/],
    ['你好', /^x-[0-9a-f]{12}$/],
    ['calendar.create', /^calendar-create-[0-9a-f]{12}$/],
    ['tool-0123456789ab', /^tool-0123456789ab-[0-9a-f]{12}$/],
  ])('%j', (name, expected) => {
    if (typeof expected === 'string') expect(slug(name)).toBe(expected);
    else expect(slug(name)).toMatch(expected);
  });

  it.each([
    ['npm:exa-mcp-server', 'npm-exa-mcp-server'],
    ['npm:0123456789ab', /^npm-0123456789ab-[0-9a-f]{12}$/],
    ['npm:@scope/name', /^npm-scope-name-[0-9a-f]{12}$/],
    ['remote:https://a.example/mcp', /^remote-https-a-example-mcp-[0-9a-f]{12}$/],
  ])('of the server %s', (id, expected) => {
    if (typeof expected === 'string') expect(serverSlug(id)).toBe(expected);
    else expect(serverSlug(id)).toMatch(expected);
  });

  it('never meet, never leave their folder, whatever the name is', () => {
    const seen = new Map<string, string>();
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.constantFrom('a b', 'a-b', 'A-B', 'a.b', 'a_b', 'a/b', 'ａ-ｂ'),
      fc.stringMatching(/^[a-z]{1,3}-[0-9a-f]{12}$/),
    );
    fc.assert(
      fc.property(name, (text) => {
        const made = slug(text);
        expect(made).toMatch(SEGMENT);
        expect(seen.get(made) ?? text).toBe(text);
        seen.set(made, text);
        expect(SAFE_PATH.test(urls.tool(serverSlug(`file:${text}`), made))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

it.each(['../x', '/x', 'a//b', 'a/../b', 'a/./b', '.hidden', 'A.html', 'a b', 'a\0b', 'a.html/..'])(
  '%j is no path',
  (path) => {
    expect(SAFE_PATH.test(path)).toBe(false);
  },
);

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { explain } from '../../src/model/explain.ts';
import { Look } from '../../src/model/rule.ts';
import { ThreatLook } from '../../src/model/threat.ts';

const Scalar = z.strictObject({ is: z.union([z.string(), z.number(), z.boolean()]) });

describe('what is wrong with a value, and where', () => {
  test.each<readonly [string, z.ZodType, unknown, readonly string[]]>([
    ['one of several types', Scalar, { is: [] }, ['expected string or number or boolean', 'at is']],
    [
      'a place of a look for verbs',
      Look,
      { verb: ['delete'], in: ['nmae'] },
      ['expected one of "operation"', 'at in[0]'],
    ],
    ['a field too many', Look, { phrase: ['x'], in: ['name'], head: true }, ['Unrecognized key: "head"']],
    ['a kind that is not there', ThreatLook, { kind: 'frases', phrases: ['a'] }, ["'phrases'", 'at kind']],
    ['a field of a kind', ThreatLook, { kind: 'tags', tags: [{ shape: 'oval', names: [] }] }, ['at tags[0].shape']],
    ['a check that is not there', ThreatLook, { kind: 'neighbours', check: 'x' }, ["'names-other-tool'", 'at check']],
  ])('%s', (_, shape, value, parts) => {
    const parsed = shape.safeParse(value);
    const message = parsed.success ? '' : explain(parsed.error);
    expect(parts.filter((part) => !message.includes(part))).toEqual([]);
    expect(message.split('\n').filter((line) => line.startsWith('✖'))).toHaveLength(1);
  });
});

import type { Column } from '../describe.ts';

/** What every value must have. */
export const required = 'NOT NULL';
export const flag = (name: string, text: string): Column => ({
  name,
  type: 'INTEGER',
  text,
  unit: '0 or 1',
  sql: `NOT NULL CHECK (${name} IN (0, 1))`,
});
export const instant = (name: string, text: string, sql = required): Column => ({
  name,
  type: 'INTEGER',
  text,
  unit: 'epoch milliseconds',
  sql,
});
export const prose = (name: string, text: string): Column => ({ name, type: 'TEXT', text });
export const count = (name: string, text: string): Column => ({
  name,
  type: 'INTEGER',
  text,
  sql: 'NOT NULL DEFAULT 0',
});

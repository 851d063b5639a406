import type { Table } from '../describe.ts';
import { count, flag, instant, prose, required } from './columns.ts';

const LISTINGS_BY_PARENT = 'CREATE INDEX listings_by_parent ON listings (parent) WHERE parent IS NOT NULL';

export const LISTINGS: Table = {
  name: 'listings',
  text: 'Where each manifest is listed: by a source, or by another manifest',
  columns: [
    { name: 'source', type: 'TEXT', text: 'Source', sql: required },
    { name: 'locator', type: 'TEXT', text: 'Locator of the manifest', sql: required },
    {
      name: 'aliases',
      type: 'JSON',
      text: 'Ids that the source declares for the same server',
      unit: 'array of strings',
      sql: required,
    },
    prose('name', 'Name in the listing'),
    prose('description', 'Description in the listing'),
    flag('deleted', 'The source says that it is gone'),
    prose('parent', 'Locator of the manifest that named it; null when the source itself did'),
  ],
  constraints: ['PRIMARY KEY (locator, source)'],
  withoutRowid: true,
  indexes: [LISTINGS_BY_PARENT],
};

/** As the first version had it. */
export const LISTINGS_1: Table = {
  ...LISTINGS,
  constraints: ['PRIMARY KEY (source, locator)'],
  indexes: ['CREATE INDEX listings_by_locator ON listings (locator)', LISTINGS_BY_PARENT],
};

/**
 * `last_visit` is no foreign key: it is written beside its visit, and every return of a lease would be checked, which
 * makes SQLite keep copies of the pages that it touches.
 */
export const FRONTIER: Table = {
  name: 'frontier',
  text: 'What is due when: the schedule, with leases and validators',
  columns: [
    { name: 'locator', type: 'TEXT', text: 'Locator of the manifest', sql: 'PRIMARY KEY' },
    { name: 'source', type: 'TEXT', text: 'Source under which it is visited', sql: required },
    {
      name: 'priority',
      type: 'INTEGER',
      text: 'Lower goes first',
      unit: '0 never visited, 1 answered last, 2 failed last, 3 gone',
      sql: required,
    },
    instant('due_at', 'Next visit; while a lease is held, when the lease expires'),
    { name: 'lease', type: 'INTEGER', text: 'Token of the visit under way; null when there is none' },
    {
      name: 'interval_ms',
      type: 'INTEGER',
      text: 'Time between two visits, learned from its own changes; null before the first answer',
      unit: 'milliseconds',
    },
    count('failures', 'Visits in a row without an answer'),
    instant('not_before', 'Earliest next visit that the other side asked for', ''),
    prose('etag', 'ETag of the last good answer'),
    prose('last_modified', 'Last-Modified of the last good answer'),
    { name: 'last_visit', type: 'INTEGER', text: 'Last visit, a key of visits; null before the first' },
  ],
  withoutRowid: true,
  indexes: ['CREATE INDEX frontier_due ON frontier (source, priority, due_at)'],
};

/** As the first version had it. */
export const FRONTIER_1: Table = {
  ...FRONTIER,
  columns: FRONTIER.columns.map((column) =>
    column.name === 'last_visit' ? { ...column, sql: 'REFERENCES visits' } : column,
  ),
  withoutRowid: false,
};

import type { Table } from '../describe.ts';
import { flag, instant, prose, required } from './columns.ts';

export const MANIFESTS: Table = {
  name: 'manifests',
  text: 'One row per manifest: a document that says something about servers',
  columns: [
    { name: 'manifest', type: 'INTEGER', text: 'Key', sql: 'PRIMARY KEY' },
    { name: 'locator', type: 'TEXT', text: 'Where it is read: npm:NAME, file:PATH, …', sql: 'NOT NULL UNIQUE' },
    prose('content_hash', 'SHA-256 of the bytes of the last good answer, hex; null when it never answered'),
    prose('extractor', 'Version of the extractors that read it'),
    {
      name: 'body',
      type: 'BLOB',
      text: 'The document, for re-extraction; null when it is no JSON or too large',
      unit: 'JSON; from 2 kB on as a zlib stream, which begins with 0x78',
    },
    { name: 'body_bytes', type: 'INTEGER', text: 'Size of the document before compression', unit: 'bytes' },
    instant('first_seen', 'First good answer', ''),
    instant('last_seen', 'Last good answer, not-modified included', ''),
  ],
};

export const READINGS: Table = {
  name: 'readings',
  text: 'What one manifest says about one server',
  columns: [
    { name: 'manifest', type: 'INTEGER', text: 'Manifest', sql: 'NOT NULL REFERENCES manifests ON DELETE CASCADE' },
    { name: 'declared_id', type: 'TEXT', text: 'Id under which the manifest speaks of the server', sql: required },
    {
      name: 'server_id',
      type: 'TEXT',
      text: 'Canonical id of that server',
      sql: 'NOT NULL REFERENCES servers ON DELETE CASCADE',
    },
    {
      name: 'facts',
      type: 'JSON',
      text: 'Name, version, homepage, … as the manifest gives them',
      unit: 'object',
      sql: required,
    },
    flag('complete', 'The manifest says that it lists every tool'),
    flag('lists_tools', 'The format can name tools: 0 means that no tools there says nothing'),
    { name: 'tools', type: 'INTEGER', text: 'Tools read', sql: required },
    {
      name: 'dropped',
      type: 'JSON',
      text: 'What looked like a tool and was left out, with the reason',
      unit: 'array of objects',
      sql: required,
    },
    flag('placeholder', 'The manifest has not answered yet: only its source speaks of the server'),
  ],
  constraints: ['PRIMARY KEY (manifest, declared_id)'],
  withoutRowid: true,
  indexes: ['CREATE INDEX readings_by_server ON readings (server_id)'],
};

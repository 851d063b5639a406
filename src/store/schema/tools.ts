import type { Table } from '../describe.ts';
import { flag, instant, prose, required } from './columns.ts';

export const TOOLS: Table = {
  name: 'tools',
  text: 'One row per current tool; the view tool_risk shows it with its verdict',
  columns: [
    { name: 'tool', type: 'INTEGER', text: 'Key', sql: 'PRIMARY KEY' },
    { name: 'server_id', type: 'TEXT', text: 'Server', sql: 'NOT NULL REFERENCES servers ON DELETE CASCADE' },
    {
      name: 'name',
      type: 'TEXT',
      text: 'Name of the tool; NUL and lone surrogates are written as \\u{…}',
      sql: required,
    },
    {
      name: 'manifest',
      type: 'INTEGER',
      text: 'Manifest whose observation is the current one',
      sql: 'NOT NULL REFERENCES manifests',
    },
    { name: 'tool_version', type: 'INTEGER', text: 'Current definition', sql: 'NOT NULL REFERENCES tool_versions' },
    instant('first_seen', 'First time that the tool was observed'),
  ],
  constraints: ['UNIQUE (server_id, name)'],
  indexes: ['CREATE INDEX tools_by_manifest ON tools (manifest)'],
};

export const TOOL_VERSIONS: Table = {
  name: 'tool_versions',
  text: 'Every definition that was ever observed, also of tools that are gone',
  columns: [
    { name: 'tool_version', type: 'INTEGER', text: 'Key', sql: 'PRIMARY KEY' },
    { name: 'server_id', type: 'TEXT', text: 'Server', sql: 'NOT NULL REFERENCES servers ON DELETE CASCADE' },
    { name: 'name', type: 'TEXT', text: 'Name of the tool', sql: required },
    {
      name: 'method',
      type: 'TEXT',
      text: 'How it was obtained: live, executed, publisher-list, static or readme',
      sql: required,
    },
    {
      name: 'definition_hash',
      type: 'TEXT',
      text: 'SHA-256 of the canonical JSON of the definition, hex; compare within one method only',
      sql: required,
    },
    {
      name: 'definition',
      type: 'JSON',
      text: 'Name, title, description, inputSchema, outputSchema, annotations',
      unit: 'object',
      sql: required,
    },
    prose('package_version', 'Version of the package in which it was first observed'),
    instant('first_seen', 'First time that this definition was observed'),
  ],
  indexes: ['CREATE INDEX tool_versions_by_name ON tool_versions (server_id, name)'],
};

export const OBSERVATIONS: Table = {
  name: 'observations',
  text: 'A tool as one manifest shows it now. Where several do, the strongest method is the current one',
  columns: [
    {
      name: 'tool',
      type: 'INTEGER',
      text: 'Tool',
      sql: 'NOT NULL REFERENCES tools ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED',
    },
    { name: 'manifest', type: 'INTEGER', text: 'Manifest', sql: 'NOT NULL REFERENCES manifests ON DELETE CASCADE' },
    { name: 'tool_version', type: 'INTEGER', text: 'Definition', sql: 'NOT NULL REFERENCES tool_versions' },
    {
      name: 'provenance',
      type: 'TEXT',
      text: 'Place in the manifest: npm:NAME@VERSION!path:line, or a URL or path with a JSON Pointer',
      sql: required,
    },
    prose('package_version', 'Version of the package that was read'),
    flag('schema_complete', 'Every part of the schema could be determined'),
    flag('dynamic', 'A text holds run-time values'),
    flag('gated', 'Registered only behind a flag, a setting or a client capability'),
    {
      name: 'notes',
      type: 'JSON',
      text: 'Why it is gated, dynamic or incomplete',
      unit: 'sorted array of strings',
      sql: required,
    },
  ],
  constraints: ['PRIMARY KEY (tool, manifest)'],
  withoutRowid: true,
  indexes: ['CREATE INDEX observations_by_manifest ON observations (manifest)'],
};

import type { Column, Table } from '../describe.ts';
import { instant } from './columns.ts';

export const POLICY_VERSIONS: Table = {
  name: 'policy_versions',
  text: 'The tables from verdict to decision that stored decisions were made with',
  columns: [
    { name: 'policy_version', type: 'INTEGER', text: 'Key', sql: 'PRIMARY KEY' },
    { name: 'hash', type: 'TEXT', text: 'SHA-256 of the table in data/policy.yaml, hex', sql: 'NOT NULL UNIQUE' },
    instant('first_used', 'When a decision was first made with it'),
  ],
};

const decision = (name: string): Column => ({
  name,
  type: 'TEXT',
  text: `What the ${name} policy says of a call: allow, ask or deny`,
  sql: `NOT NULL CHECK (${name} IN ('allow', 'ask', 'deny'))`,
});

/** A decision goes with its verdict: when that is written anew, the row is deleted, and made again at the run's end. */
export const TOOL_DECISIONS: Table = {
  name: 'tool_decisions',
  text: 'What the policy of each strength says of each current tool; written at the end of a run',
  columns: [
    { name: 'tool', type: 'INTEGER', text: 'Tool', sql: 'PRIMARY KEY REFERENCES verdicts ON DELETE CASCADE' },
    {
      name: 'policy_version',
      type: 'INTEGER',
      text: 'Table that decided',
      sql: 'NOT NULL REFERENCES policy_versions',
    },
    decision('permissive'),
    decision('recommended'),
    decision('strict'),
  ],
};

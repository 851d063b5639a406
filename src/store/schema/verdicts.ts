import type { Table } from '../describe.ts';
import { prose, required } from './columns.ts';

export const VERDICTS: Table = {
  name: 'verdicts',
  text: 'The verdict on each current tool',
  columns: [
    { name: 'tool', type: 'INTEGER', text: 'Tool', sql: 'PRIMARY KEY REFERENCES tools ON DELETE CASCADE' },
    { name: 'ruleset', type: 'TEXT', text: 'Version of the rules that judged', sql: required },
    {
      name: 'category',
      type: 'TEXT',
      text: 'What a call does: Financial, Destructive, Execute, Communication, Write, Read or Unknown',
      sql: required,
    },
    { name: 'severity', type: 'TEXT', text: 'Impact of a call: low, medium, high or critical', sql: required },
    {
      name: 'severity_rank',
      type: 'INTEGER',
      text: 'The severity as a number',
      unit: '0 (low) to 3 (critical)',
      sql: 'NOT NULL CHECK (severity_rank BETWEEN 0 AND 3)',
    },
    {
      name: 'confidence',
      type: 'REAL',
      text: 'How sure the verdict is',
      unit: '0 to 1',
      sql: 'NOT NULL CHECK (confidence BETWEEN 0 AND 1)',
    },
    {
      name: 'capabilities',
      type: 'JSON',
      text: 'Ids of the capabilities that count',
      unit: 'sorted array of strings',
      sql: required,
    },
    {
      name: 'moves',
      type: 'JSON',
      text: 'Changes of severity with their reasons',
      unit: 'array of objects',
      sql: required,
    },
    {
      name: 'operations',
      type: 'JSON',
      text: 'Verdict for each value of a parameter that selects an operation',
      unit: 'array of objects',
      sql: required,
    },
    {
      name: 'threats',
      type: 'JSON',
      text: 'Signs of an attack in the definition',
      unit: 'array of objects',
      sql: required,
    },
    { name: 'override', type: 'JSON', text: "A person's correction; null without one", unit: 'object' },
  ],
  indexes: [
    'CREATE INDEX verdicts_by_severity ON verdicts (severity_rank, category)',
    'CREATE INDEX verdicts_by_category ON verdicts (category, severity_rank)',
  ],
};

export const VERDICT_FINDINGS: Table = {
  name: 'verdict_findings',
  text: 'Rules that fired for each current tool, and where',
  columns: [
    { name: 'tool', type: 'INTEGER', text: 'Tool', sql: 'NOT NULL REFERENCES tools ON DELETE CASCADE' },
    { name: 'position', type: 'INTEGER', text: 'Order within the verdict, from 0', sql: required },
    { name: 'rule', type: 'TEXT', text: 'Rule', sql: required },
    { name: 'capability', type: 'TEXT', text: 'Capability that the rule shows', sql: required },
    { name: 'path', type: 'TEXT', text: 'Field of the definition', unit: 'JSON Pointer', sql: required },
    {
      name: 'part',
      type: 'TEXT',
      text: 'Whether the span is in the value or in the last key of the path',
      unit: 'key or value',
      sql: required,
    },
    {
      name: 'span_start',
      type: 'INTEGER',
      text: 'Start of the span in the raw string',
      unit: 'UTF-16 offset',
      sql: required,
    },
    { name: 'span_end', type: 'INTEGER', text: 'End of the span, exclusive', unit: 'UTF-16 offset', sql: required },
    { name: 'text', type: 'TEXT', text: 'The text of the span', sql: required },
    prose('discounted', 'Id of the reason why it does not count; null when it counts'),
  ],
  constraints: ['PRIMARY KEY (tool, position)'],
  withoutRowid: true,
  indexes: ['CREATE INDEX verdict_findings_by_rule ON verdict_findings (rule)'],
};

export const TOOL_CAPABILITIES: Table = {
  name: 'tool_capabilities',
  text: 'Capabilities that count, one row per tool and capability',
  columns: [
    { name: 'capability', type: 'TEXT', text: 'Capability', sql: required },
    { name: 'tool', type: 'INTEGER', text: 'Tool', sql: 'NOT NULL REFERENCES tools ON DELETE CASCADE' },
  ],
  constraints: ['PRIMARY KEY (capability, tool)'],
  withoutRowid: true,
  indexes: ['CREATE INDEX tool_capabilities_by_tool ON tool_capabilities (tool)'],
};

/** Another tool may be gone before the next run: its address is kept as text and refers to nothing. */
export const CATALOGUE_THREATS: Table = {
  name: 'catalogue_threats',
  text: 'Signs of an attack that show only beside another tool of the catalogue; written at the end of a run',
  columns: [
    { name: 'tool', type: 'INTEGER', text: 'Tool', sql: 'NOT NULL REFERENCES tools ON DELETE CASCADE' },
    { name: 'position', type: 'INTEGER', text: 'Order among those of the tool, from 0', sql: required },
    { name: 'rule', type: 'TEXT', text: 'Threat rule', sql: required },
    {
      name: 'strength',
      type: 'TEXT',
      text: 'strong, or weak where honest servers do it too',
      sql: "NOT NULL CHECK (strength IN ('strong', 'weak'))",
    },
    { name: 'path', type: 'TEXT', text: 'Field of the definition', unit: 'JSON Pointer', sql: required },
    {
      name: 'span_start',
      type: 'INTEGER',
      text: 'Start of the span in the raw string',
      unit: 'UTF-16 offset',
      sql: required,
    },
    { name: 'span_end', type: 'INTEGER', text: 'End of the span, exclusive', unit: 'UTF-16 offset', sql: required },
    { name: 'text', type: 'TEXT', text: 'The text of the span', sql: required },
    {
      name: 'other_server_id',
      type: 'TEXT',
      text: 'Server of the tool that is imitated or steered; the first one by id where several have it',
      sql: required,
    },
    { name: 'other_tool', type: 'TEXT', text: 'Name of that tool', sql: required },
  ],
  constraints: ['PRIMARY KEY (tool, position)'],
  withoutRowid: true,
  indexes: ['CREATE INDEX catalogue_threats_by_rule ON catalogue_threats (rule)'],
};

import type { Judge } from '../../src/store/verdicts.ts';

/** Judges everything alike: what the torture is about is what becomes of a verdict. */
export const judge: Judge = (definition, server) => ({
  v: 1,
  ruleset: 'torture',
  server,
  name: definition.name,
  category: 'Read',
  severity: 'low',
  confidence: 1,
  capabilities: ['reads-data'],
  findings: [{ rule: 'r', capability: 'reads-data', path: '/name', on: 'value', start: 0, end: 1, text: 't' }],
  moves: [],
  operations: [],
  threats: [],
});

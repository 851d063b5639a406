import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/model/tool.ts';
import { policyFor, table, verdict } from './support/make.ts';

/** The arguments that `paths` binds in one tool, and whether something there stays asked for though it is set. */
function boundIn(name: string, description: string, properties: Record<string, Json>, required: string[]) {
  const inputSchema = { type: 'object', properties, required };
  const tool = {
    definition: { name, ...(description === '' ? {} : { description }), inputSchema },
    verdict: verdict(name, 'Write', 'medium'),
    schemaComplete: true,
  };
  const [rule] = policyFor([tool], 'recommended', { paths: ['/srv'] }).tools;
  return {
    bound: (rule?.constraints ?? []).map(({ argument }) => argument.join('.')),
    open: rule?.unset.includes('paths') ?? false,
  };
}

const text = { type: 'string' };
const said = (description: string): Json => ({ type: 'string', description });

describe('a path that no name tells', () => {
  const HELD: readonly {
    title: string;
    name: string;
    description?: string;
    properties: Record<string, Json>;
    required?: string[];
    bound: string[];
    open?: boolean;
  }[] = [
    {
      title: 'where a file is moved from and to',
      name: 'move_file',
      properties: { source: text, destination: text },
      bound: ['source', 'destination'],
    },
    {
      title: 'the same, of a tool whose description alone speaks of files',
      name: 'copy',
      description: 'Copy a file to another place.',
      properties: { from: text, to: text },
      bound: ['from', 'to'],
    },
    {
      title: 'the old and the new name of a folder',
      name: 'renameFolder',
      properties: { oldName: text, newName: text },
      bound: ['oldName', 'newName'],
    },
    {
      title: 'a destination beside a path',
      name: 'copy_file',
      properties: { path: text, destination: text },
      bound: ['path', 'destination'],
    },
    {
      title: 'what a description calls a path',
      name: 'move-note',
      properties: { source: said('Source path of the note'), destination: said('Destination path, relative') },
      required: ['source', 'destination'],
      bound: ['source', 'destination'],
    },
    {
      title: 'a word list by its description',
      name: 'brute_force',
      properties: { wordlist: said('Path to wordlist') },
      required: ['wordlist'],
      bound: ['wordlist'],
    },
    {
      title: 'a format of the schema',
      name: 'save',
      properties: { where: { type: 'string', format: 'directory-path' } },
      required: ['where'],
      bound: ['where'],
    },
    {
      title: 'one that calls may leave out stays asked for: to bind it would deny them',
      name: 'scan',
      properties: { output: said('Output file'), path: text },
      required: ['path'],
      bound: ['path'],
      open: true,
    },
    {
      title: 'one inside an object that calls may leave out',
      name: 'scan',
      properties: {
        options: { type: 'object', properties: { report: said('Path to the report') }, required: ['report'] },
      },
      bound: [],
      open: true,
    },
    {
      title: 'a list of paths',
      name: 'track',
      properties: { files: { type: 'array', description: 'Array of file paths to track' } },
      required: ['files'],
      bound: [],
      open: true,
    },
  ];
  for (const { title, name, description = '', properties, required = [], bound, open = false } of HELD) {
    it(title, () => expect(boundIn(name, description, properties, required)).toEqual({ bound, open }));
  }

  const NOT_HELD: readonly { title: string; name: string; description?: string; properties: Record<string, Json> }[] = [
    {
      title: 'languages of a translation',
      name: 'translate',
      description: 'Translate a text.',
      properties: { source: text, target: text },
    },
    {
      title: 'languages beside a file',
      name: 'translate_file',
      description: 'Translate a file.',
      properties: { source: said('Source language'), target: said('Target language') },
    },
    { title: 'a data source', name: 'get_prices', properties: { source: said('Data source'), symbol: text } },
    {
      title: 'databases that data is copied between',
      name: 'copy_between_databases',
      description: 'Copy data from one database to another, with a log in a file.',
      properties: { source: text, target: text },
    },
    {
      title: 'cells of a sheet',
      name: 'copy_range',
      description: 'Copy a range of cells to another place in an Excel file.',
      properties: { from: text, to: text },
    },
    {
      title: 'names of a variable',
      name: 'rename_variable',
      description: 'Rename a variable within a function.',
      properties: { old_name: text, new_name: text },
    },
    { title: 'dates', name: 'list_files', properties: { from: said('Start date'), to: said('End date') } },
    { title: 'one name without its pair', name: 'rename_file', properties: { file_id: text, new_name: text } },
    { title: 'a folder of a drive by its id', name: 'copy_file', properties: { from: said('ID of the file') } },
    { title: 'the path of a route', name: 'mock', properties: { endpoint_at: said('Endpoint path to mock') } },
    { title: 'a pattern of paths', name: 'filter', properties: { glob: said('File path pattern') } },
    {
      title: 'a path late in a description',
      name: 'plan',
      properties: { prompt: said('The text of a plan, or a file path') },
    },
    {
      title: 'a truth value',
      name: 'move_file',
      properties: { source: { type: 'boolean' }, destination: { type: 'boolean' } },
    },
    {
      title: 'an address that another rule knows',
      name: 'deploy',
      properties: { rootUri: said('Workspace root directory path') },
    },
  ];
  for (const { title, name, description = '', properties } of NOT_HELD) {
    it(`is not seen in ${title}`, () =>
      expect(boundIn(name, description, properties, Object.keys(properties))).toEqual({ bound: [], open: false }));
  }

  it('is told by words in lower case, which alone can match', () => {
    for (const { words, described, handled } of table.parameters) {
      const byDescription = [described?.phrases ?? [], described?.not ?? []];
      const byDeed = [handled?.words ?? [], handled?.deeds ?? [], handled?.things ?? []];
      for (const word of [words, ...byDescription, ...byDeed].flat(2)) expect(word).toMatch(/^[a-z]+$/u);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { classify, compileRuleset, type ServerTool } from '../../src/classify/index.ts';
import { valueAt } from '../../src/commands/draw.ts';
import { readRuleFiles } from '../../src/data/load.ts';
import type { Json } from '../../src/model/tool.ts';
import { type Category, type Severity, Verdict } from '../../src/model/verdict.ts';
import { fc } from '../helpers/fc.ts';
import { DATA, FROZEN, REFERENCE, RULESET } from './helpers.ts';

const judge = (name: string, description?: string, more: Partial<ServerTool> = {}) =>
  classify({ server: 'npm:x', name, ...(description === undefined ? {} : { description }), ...more }, RULESET);
const choice = (key: string, values: readonly string[]): Json => ({
  type: 'object',
  properties: { [key]: { type: 'string', enum: values } },
});

describe('definitions from raw JSON', () => {
  it('may have null where others have nothing', () => {
    const plain = judge('delete_user');
    const raw: ServerTool = JSON.parse(
      '{"server":"npm:x","name":"delete_user","title":null,"description":null,"inputSchema":null,"outputSchema":null,"annotations":null}',
    );
    expect(classify(raw, RULESET)).toEqual(plain);
  });
});

describe('category and severity', () => {
  const table: readonly (readonly [string, string | undefined, Category, Severity?])[] = [
    ['createIssue', undefined, 'Write', 'medium'],
    ['d1_database_delete', undefined, 'Destructive', 'critical'],
    ['API-patch-page', undefined, 'Write'],
    ['deploy_app_logs_get', undefined, 'Read'],
    ['company_esg', undefined, 'Unknown', 'medium'],
    ['order_history', undefined, 'Read'],
    ['place_order', undefined, 'Financial', 'critical'],
    ['chargebee_code', 'Search the documentation', 'Read', 'low'],
    ['manage_notification_subscription', 'Manage a notification subscription', 'Write', 'low'],
    ['delete_role', 'Delete a role.', 'Destructive', 'high'],
    ['get_secret', 'Read a secret value by name.', 'Read', 'high'],
    ['send_email', 'Send an email', 'Communication', 'high'],
    ['reply_to_issue', 'Adds a comment to an issue', 'Write'],
    ['simulate', 'Free dry-run of a transfer. Never broadcasts.', 'Read'],
    ['browser_evaluate', 'Evaluates arbitrary JavaScript', 'Execute', 'critical'],
    ['run_report', 'Run a report', 'Read', 'low'],
    ['clear_cache', 'Clear the cache.', 'Write', 'low'],
    ['cancel_job', 'Cancel a job', 'Execute', 'medium'],
    ['x', '删除所有文件', 'Destructive'],
    ['x', '查询天气', 'Read'],
    ['x', 'Envía un correo al cliente', 'Communication'],
    ['x', 'Löscht einen Datensatz', 'Destructive'],
    ['x', 'Affiche la liste', 'Read'],
    ['x', 'Cria um documento', 'Write'],
    ['x', 'データを削除します', 'Destructive'],
    ['x', '이메일을 보내기', 'Communication'],
    ['x', 'Manage shares including creating, updating, and deleting shares', 'Destructive', 'high'],
    ['x', 'Manage shares: upload files, download files, delete files', 'Destructive', 'high'],
    ['x', 'Manages shares. Supports creating, listing, and deleting them.', 'Destructive', 'high'],
    ['x', 'Manage shares. Operations: create, delete', 'Destructive', 'high'],
    ['x', 'Manage jobs including canceling and deleting them', 'Destructive', 'high'],
    ['x', '管理文件，支持上传文件、删除文件', 'Destructive', 'high'],
    ['x', 'Gestionar usuarios: crear, editar y eliminar', 'Destructive', 'high'],
    ['x', 'Manage alarms. Supports listing alarms and creating alarms.', 'Write', 'medium'],
    ['x', 'Manage rooms (share, record)', 'Write', 'medium'],
    ['x', 'Get advice on creating, updating and deleting shares', 'Read', 'low'],
    ['delete-serverless-cache', 'Delete a serverless cache', 'Destructive', 'high'],
    ['confirm_delete_group', undefined, 'Destructive', 'high'],
    ['ensure_directory', 'Ensure the directory exists', 'Write', 'medium'],
    ['get_file_styles', 'Get styles from a file', 'Read', 'low'],
    ['draft_email', 'Draft a new email', 'Write', 'low'],
    ['convert_lead', 'Convert a lead to an opportunity', 'Write', 'medium'],
    ['convert_markdown', 'Convert Markdown to HTML', 'Read', 'low'],
    ['play_jobs', 'Play manual pipeline jobs', 'Execute', 'high'],
    ['run_code_analyzer', undefined, 'Execute', 'high'],
    ['browser_drop', 'Drop files onto an element', 'Write', 'medium'],
    ['create_db_user', 'Create a database user', 'Write', 'high'],
    ['deploy_metadata', 'Deploy metadata to an org', 'Execute', 'high'],
    ['get_publishable_keys', 'Gets all publishable API keys', 'Read', 'low'],
  ];
  for (const [name, description, category, severity] of table) {
    it(`${name}: ${description ?? 'name only'}`, () => {
      const verdict = judge(name, description);
      expect(verdict.category).toBe(category);
      if (severity !== undefined) expect(verdict.severity).toBe(severity);
    });
  }
});

it('points at the very words of the page that started this project', () => {
  const description =
    'Runs pip install and returns a structured summary of installed packages. WARNING: may execute untrusted code.';
  const verdict = judge('pip-install', description);
  expect(verdict).toMatchObject({ category: 'Execute', severity: 'critical' });
  const quotes = verdict.findings.map(({ text }) => text);
  expect(quotes).toContain('Runs pip install');
  expect(quotes).toContain('may execute untrusted code');
});

describe('what is only mentioned does not count, and says why', () => {
  const table: readonly (readonly [string, string])[] = [
    ['Lists files. This cannot be undone is not what happens; never permanently deletes anything.', 'negated'],
    ['Lists files. Use another tool instead if all data will be lost.', 'condition'],
    ['Lists files.\n\nExamples:\n- this cannot be undone', 'example'],
    ['Lists files.\n\nArgs:\n    force: cannot be undone', 'argument'],
  ];
  for (const [description, reason] of table) {
    it(reason, () => {
      const verdict = judge('list_files', description);
      expect(verdict.category).toBe('Read');
      expect(verdict.findings.map(({ discounted }) => discounted)).toContain(reason);
    });
  }
});

describe('operations', () => {
  it('takes a method for a setting where the tool keeps what will be sent', () => {
    const kept = judge('update_monitor', 'Update a monitor', {
      inputSchema: choice('method', ['GET', 'POST', 'DELETE']),
    });
    expect([kept.category, kept.operations]).toEqual(['Write', []]);
    const sent = judge('call_api', 'Calls the API', { inputSchema: choice('method', ['GET', 'POST']) });
    expect(sent.category).toBe('Execute');
  });

  it('takes put and delete alone for what they say', () => {
    const store = judge('item_batch', 'Batch of items', { inputSchema: choice('operation', ['put', 'delete']) });
    expect(store.category).toBe('Destructive');
  });

  it('judges each value and rolls up to the worst', () => {
    const verdict = judge('manage_records', 'Manage records', {
      inputSchema: choice('action', ['list', 'update', 'delete']),
    });
    expect(verdict.operations.map(({ value, category }) => [value, category])).toEqual([
      ['list', 'Read'],
      ['update', 'Write'],
      ['delete', 'Destructive'],
    ]);
    expect(verdict.category).toBe('Destructive');
  });
  it('reads HTTP methods as such', () => {
    const verdict = judge('call_api', undefined, { inputSchema: choice('method', ['GET', 'POST', 'DELETE']) });
    expect(verdict.operations.map(({ category }) => category)).toEqual(['Read', 'Execute', 'Destructive']);
  });

  const ways: readonly (readonly [title: string, name: string, description: string, said: string])[] = [
    ['are ways to read in a tool that reads', 'get_route', 'Get a route', 'driving: Read low, walking: Read low'],
    ['are so beside values that read', 'query_items', 'Query items', 'get: Read low, list: Read low, wiql: Read low'],
    [
      'have the severity of the whole',
      'get_api_key',
      'Returns the secret API key',
      'plain: Read high, wrapped: Read high',
    ],
    [
      'stay unknown beside more',
      'get_records',
      'Get records',
      'get: Read low, zap: Unknown medium, delete: Destructive high',
    ],
    ['stay unknown in a tool that does more', 'update_it', 'Update a record', 'zap: Unknown medium'],
    ['stay unknown where reading is unsure', 'issue_history', '', 'zap: Unknown medium'],
    ['stay unknown where nothing is known', 'company_esg', '', 'zap: Unknown medium'],
  ];
  it.each(ways)('values that say nothing %s', (_, name, description, said) => {
    const values = Array.from(said.matchAll(/(\w+):/gu), ([, value = '']) => value);
    const { operations } = judge(name, description, { inputSchema: choice('mode', values) });
    expect(operations.map((one) => `${one.value}: ${one.category} ${one.severity}`).join(', ')).toBe(said);
  });
});

describe('hints tighten and never loosen', () => {
  it('not read-only makes Read a Write at little confidence', () => {
    const verdict = judge('get_report', 'Get a report', { annotations: { readOnlyHint: false } });
    expect(verdict).toMatchObject({ category: 'Write' });
    expect(verdict.confidence).toBeLessThanOrEqual(0.6);
  });
  it('destructive raises the severity by one step and not the category', () => {
    const verdict = judge('update_item', 'Update an item', { annotations: { destructiveHint: true } });
    expect(verdict).toMatchObject({ category: 'Write', severity: 'high' });
  });
  it('read-only does not loosen, and the contradiction is a finding', () => {
    const verdict = judge('delete_file', 'Delete a file', { annotations: { readOnlyHint: true } });
    expect(verdict.category).toBe('Destructive');
    expect(verdict.findings.map(({ rule }) => rule)).toContain('hint-contradicts-text');
  });
  it('the defaults of a framework say nothing', () => {
    const defaults = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true };
    expect(judge('get_report', 'Get a report', { annotations: defaults })).toEqual(judge('get_report', 'Get a report'));
  });
});

it('takes no evidence from the id of the server', () => {
  const server = 'npm:delete-everything';
  expect(classify({ server, name: 'delete_everything_list' }, RULESET).category).toBe('Read');
});

it('a correction decides, is shown, and leaves the findings as they are', () => {
  const override = {
    server: 'npm:x',
    tool: 'delete_draft',
    verdict: { category: 'Write', severity: 'low' },
    reason: 'Drafts are kept in the bin',
    link: 'https://example.org/1',
    expires: '2099-01-01',
  } as const;
  const ruleset = compileRuleset({ ...readRuleFiles(DATA), overrides: [override] });
  const verdict = classify({ server: 'npm:x', name: 'delete_draft' }, ruleset);
  expect(verdict).toMatchObject({ category: 'Write', severity: 'low', override: { expires: '2099-01-01' } });
  expect(verdict.findings).not.toEqual([]);
});

it('reads broken and double-wrapped schemas', () => {
  const properties = { command: { type: 'string' } };
  const shapes: readonly Json[] = [
    { type: 'object', properties },
    properties,
    { type: 'object', properties: { type: 'object', properties, required: ['command'] } },
    { $defs: { C: { type: 'string' } }, properties: { command: { $ref: '#/$defs/C' } } },
  ];
  for (const inputSchema of shapes)
    expect(judge('x', undefined, { inputSchema }).capabilities).toContain('accepts-code');
});

describe('for any tool', () => {
  const tool = fc.record({
    server: fc.string({ maxLength: 20 }),
    name: fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    description: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .array(fc.constantFrom(...FROZEN.flatMap(({ description }) => description?.split(' ') ?? [])), {
          maxLength: 40,
        })
        .map((words) => words.join(' ')),
    ),
    inputSchema: fc.jsonValue().map((value): Json => JSON.parse(JSON.stringify(value))),
  });
  it('every span is exact, the verdict is well formed and the same again', () => {
    fc.assert(
      fc.property(tool, (one) => {
        const verdict = classify(one, RULESET);
        Verdict.parse(verdict);
        expect(classify(one, RULESET)).toEqual(verdict);
        for (const { path, on, start, end, text } of verdict.findings) {
          const key = path
            .slice(path.lastIndexOf('/') + 1)
            .replaceAll('~1', '/')
            .replaceAll('~0', '~');
          const raw = on === 'key' ? key : valueAt(one, path);
          expect(typeof raw === 'string' ? raw.slice(start, end) : raw).toBe(text);
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** A verdict in a few lines; without `texts` it names the places alone, for definitions that others wrote. */
function verdictLines(one: ServerTool, texts: boolean): string {
  const { name, category, severity, confidence, findings, moves } = classify(one, RULESET);
  const head = `${name}: ${category}, ${severity}, ${confidence}`;
  const found = findings.map(({ rule, path, start, end, text, discounted }) => {
    const place = texts ? JSON.stringify(text) : `${start}-${end}`;
    return `  ${rule} ${path} ${place}${discounted === undefined ? '' : ` (${discounted})`}`;
  });
  return [head, ...found, ...moves.map(({ from, to, rule }) => `  ${from} > ${to}: ${rule}`)].join('\n');
}

it('keeps its findings on the frozen shapes', async () => {
  const lines = FROZEN.map((one) => verdictLines(one, true));
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('frozen.snap.txt');
});

it('keeps its findings on the tools of the reference server that the tests install', async () => {
  const lines = REFERENCE.map((one) => verdictLines(one, false));
  expect(lines.length).toBeGreaterThan(10);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('reference.snap.txt');
});

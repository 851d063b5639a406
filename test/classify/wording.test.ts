import { describe, expect, it } from 'vitest';
import { WORDINGS } from '../../scripts/evaluation/wordings.ts';
import { classify } from '../../src/classify/index.ts';
import type { ToolDefinition } from '../../src/model/tool.ts';
import { FROZEN, RULESET } from './helpers.ts';

const judged = (tool: ToolDefinition) => {
  const { category, severity } = classify({ ...tool, server: '' }, RULESET);
  return `${category}, ${severity}`;
};

/** Both descriptions of a tool lead to one verdict. */
const isJudgedAs = (description: string, plain: string) =>
  expect(judged({ name: 'acme', description })).toBe(judged({ name: 'acme', description: plain }));

/** Whole descriptions, each with its verdict. */
function haveVerdicts(title: string, rows: readonly (readonly [description: string, verdict: string])[]): void {
  it.each(rows)(`${title}: %s`, (description, verdict) => {
    expect(judged({ name: 'acme', description })).toBe(verdict);
  });
}

const schema = { type: 'object', properties: { first_one: { type: 'string' }, other: { type: 'string' } } };
/** Tools that are told by their descriptions alone, and by name and description. */
const TOLD: readonly ToolDefinition[] = [
  ['list_projects', 'List the projects of a workspace.'],
  ['search_archive', 'Search the archive for old tickets.'],
  ['create_ticket', 'Create a ticket in the tracker.'],
  ['update_page', 'Update a page of the wiki.'],
  ['delete_project', 'Delete a project for good.'],
  ['send_email', 'Send an email to a customer.'],
  ['execute_script', 'Execute a shell script on the host.'],
  ['pay_invoice', 'Pay an invoice with the card on file.'],
].flatMap(([name = '', description = '']) => [
  { name, description, inputSchema: schema },
  { name: 'acme_thing', description, inputSchema: schema },
]);

/** Wordings in which now and then another verdict comes out; `npm run evaluate:wording` says how often. */
const MOSTLY = 0.02;

describe('a verdict does not depend on how something is said', () => {
  it.each(WORDINGS.map(({ title, say }) => [title, say] as const))('%s', (_, say) => {
    const other = TOLD.flatMap((tool) => {
      const said = say(tool);
      return said === undefined || judged(said) === judged(tool)
        ? []
        : [`${said.name}: ${said.description}: ${judged(tool)} -> ${judged(said)}`];
    });
    expect(other).toEqual([]);
  });

  it('on real shapes', () => {
    let pairs = 0;
    const other: string[] = [];
    for (const tool of FROZEN) {
      const before = judged(tool);
      for (const { title, say } of WORDINGS) {
        const said = say(tool);
        if (said === undefined) continue;
        pairs++;
        if (judged(said) !== before) other.push(`${tool.name}, ${title}: ${before} -> ${judged(said)}`);
      }
    }
    expect(pairs).toBeGreaterThan(FROZEN.length);
    expect(other.length / pairs, other.slice(0, 10).join('\n')).toBeLessThan(MOSTLY);
  });
});

describe('what is said beside what a tool does', () => {
  it.each([
    ['Track a page view.', 'See the documentation for details.'],
    ['Reply to a comment.', 'Check the documentation for best practices on replies.'],
    ['推送文件。', 'Get an API key at https://acme.example.'],
  ])('%s %s', (description, aside) => {
    const { findings } = classify({ server: '', name: 'acme', description: `${description}\n\n${aside}` }, RULESET);
    const at = description.length;
    expect(findings.filter(({ start, discounted }) => start > at && discounted !== 'aside')).toEqual([]);
  });

  it('counts where it is all that is said', () => {
    expect(judged({ name: 'acme', description: 'See the documentation of a library.' })).toBe('Read, low');
  });
});

describe('what comes before the sentence that says what the tool does', () => {
  it.each([
    'Beta.',
    'Admin only.',
    'Requires OAuth.',
    'Files.',
    'Use with care.',
    'Scope: read:user.',
    'Deprecated: use the v2 tool instead.',
    'Important: call list_users first.',
    'Use list_users first.',
    'Use this when the user asks to change something.',
    'Use this tool when the user asks about their files.',
  ])('%s', (head) => {
    for (const description of [
      'Delete an uptime monitor.',
      'Add a team to a project.',
      'Lists the pods of a namespace.',
    ])
      isJudgedAs(`${head} ${description}`, description);
  });

  haveVerdicts('is what the tool does where it says so', [
    ['Email users. Returns the status.', 'Communication, medium'],
    ['Handle a payment. Shows the receipt.', 'Write, medium'],
    ['Run. Returns the output.', 'Execute, high'],
    ['Returns users. Set the limit to 10.', 'Read, low'],
    ['Call an endpoint. Returns its answer.', 'Execute, high'],
    ['Use my_db to delete users. Returns the count.', 'Destructive, high'],
    ['Call stored_procedure with arguments. Returns its rows.', 'Execute, high'],
    ['Purpose: delete users. Shows the result.', 'Destructive, high'],
    ['Permission: write. Lists the pods of a namespace.', 'Write, medium'],
    ['Send an e-mail with user_data. Shows the receipt.', 'Communication, high'],
  ]);
});

describe('what is said of something beside the tool', () => {
  it.each([
    ['Delete a user.', 'Does not send a notification.'],
    ['Delete a user.', 'Returns unsigned integers.'],
    ['Update a record.', 'Does not create new records.'],
    ['Delete a user.', 'No other data is modified.'],
    ['Create a user.', 'No existing records are changed.'],
    ['Delete a wallet.', 'No funds are moved.'],
    ['Update a record.', 'Nothing is sent.'],
    ['Update a record.', 'Nothing is written to the log.'],
    ['Update a record.', 'No side effects on other accounts.'],
    ['Execute a shell command.', 'If nothing matches, no changes are made.'],
    ['Pay an invoice.', 'The result is read-only.'],
    ['Send a message to a channel.', 'See the step by step guide at https://acme.example.'],
  ])('%s %s', (description, beside) => isJudgedAs(`${description} ${beside}`, description));

  haveVerdicts('is said of the tool', [
    ['Make a request to any endpoint. Only GET requests are allowed.', 'Read, low'],
    ['Pay an invoice. Dry run only.', 'Read, low'],
    ['Pay an invoice. No funds are moved.', 'Read, low'],
    ['Execute a query. This is a read-only operation.', 'Read, low'],
    ['Does not send a message.', 'Unknown, medium'],
    ['Do not use this without a backup. Delete the database.', 'Destructive, critical'],
    ['Makes no assumptions. Executes a shell command.', 'Execute, critical'],
    ['Do not call this lightly. Deletes all data.', 'Destructive, critical'],
    ['Analyze the value of a basket and transfer USDC to the seller.', 'Financial, critical'],
    ['List emails and SMS chats', 'Read, medium'],
    ['Immediately and permanently delete a message', 'Destructive, critical'],
  ]);
});

describe('a name whose verb has no category of its own', () => {
  it.each([
    ['mark_as_read', 'Write, low'],
    ['delete_permission_group', 'Write, high'],
    ['remove_record_from_list', 'Write, medium'],
    ['remove_document_from_collection', 'Destructive, high'],
  ])('%s', (name, verdict) => {
    expect(judged({ name })).toBe(verdict);
  });
});

describe('what the tool is called before it does something', () => {
  it.each([
    ['The server creates a ticket.', 'Create a ticket.'],
    ['Wrapper around the REST API to delete a project.', 'Delete a project.'],
    ['Makes it easy to send an email to a customer.', 'Send an email to a customer.'],
    ['Run the build command (seeds, tests and models).', 'Run the build command.'],
    ['NEW: list the tables.', 'List the tables.'],
  ])('%s', isJudgedAs);

  it.each([
    ['mcp_acme_create_ticket', 'create_ticket'],
    ['delete_project_v2', 'delete_project'],
    ['list_tables_beta', 'list_tables'],
  ])('%s is %s', (name, plain) => {
    expect(judged({ name })).toBe(judged({ name: plain }));
  });
});

describe('by which means a tool does something', () => {
  it.each([
    ['Calls the Acme API to delete a project for good.', 'Delete a project for good.'],
    ['Sends a request to the Acme API to create a ticket.', 'Create a ticket.'],
    ['Connects to PostgreSQL to list the tables.', 'List the tables.'],
    ['Enables AI assistants to send an email to a customer.', 'Send an email to a customer.'],
  ])('%s', isJudgedAs);

  it.each([
    ['Enable the user account.', 'Write, medium'],
    ['Enable logging for a cluster.', 'Write, medium'],
    ['Send a message to a customer to confirm the booking.', 'Communication, high'],
    ['Make a phone call to confirm the booking.', 'Communication, high'],
    ['Executes a command to list the files.', 'Execute, critical'],
  ])('is no means: %s', (description, verdict) => {
    expect(judged({ name: 'acme', description })).toBe(verdict);
  });
});

import { describe, expect, it } from 'vitest';
import { schema } from '../../src/commands/schema.ts';
import { describeSchema } from '../../src/store/describe-schema.ts';
import { SCHEMA_VERSION } from '../../src/store/schema.ts';
import { run } from '../helpers/commands.ts';

/** The promise. A column may be added at the end; whoever has to change another line breaks what people rely on. */
const STABLE: Readonly<Record<string, string>> = {
  tool_risk:
    'server_id server_name tool_name category severity severity_rank capabilities confidence method definition_hash package_version provenance first_seen last_seen title description',
  server_risk:
    'server_id server_name severity severity_rank tool_count critical_count high_count medium_count low_count version first_seen last_seen sources',
  tool_capability: 'capability server_id tool_name category severity severity_rank confidence',
  server_capability: 'server_id capability tool_count severity_rank',
  capability_count: 'capability tool_count server_count',
  catalogue_findings: 'server_id tool_name rule strength path span_start span_end text other_server_id other_tool',
  coverage: 'source outcome reason manifest_count tool_count',
  sources: 'source at whole reason message listed last_whole_at run',
  recent_changes:
    'at server_id server_name tool_name what cause fields from_category from_severity to_category to_severity without_version_change run',
  findings: 'server_id tool_name rule capability path part span_start span_end text discounted',
  tool_threats: 'server_id tool_name rule strength path span_start span_end text',
  tool_hints:
    'server_id tool_name read_only_hint destructive_hint idempotent_hint open_world_hint category severity severity_rank',
  tool_parameters: 'server_id tool_name parameter type required description category severity severity_rank',
  server_manifests: 'server_id locator source outcome reason message at tool_count',
  server_advisories: 'server_id version cve severity state title affected fixed url severity_rank',
  policies: 'server_id tool_name strength decision category severity severity_rank',
};

describe('toolrisk schema', () => {
  it('the stable views keep their shapes', () => {
    const views = describeSchema().relations.filter(({ stable }) => stable);
    expect(
      Object.fromEntries(views.map(({ name, columns }) => [name, columns.map((one) => one.name).join(' ')])),
    ).toEqual(STABLE);
  });

  it('every column has a meaning, and every instant and rank a unit', () => {
    for (const { name, columns } of describeSchema().relations) {
      for (const column of columns) {
        expect(column.text, `${name}.${column.name}`).toMatch(/\S/u);
        if (/(?:_at|_seen|_rank|_ms|^at)$/u.test(column.name) && column.type === 'INTEGER') {
          expect(column.unit, `${name}.${column.name}`).toBeDefined();
        }
      }
    }
  });

  it('prints the version and every relation', async () => {
    const { code, stdout } = await run(schema);
    expect(code).toBe(0);
    expect(stdout).toContain(`schema version ${SCHEMA_VERSION}\n`);
    for (const name of Object.keys(STABLE)) expect(stdout).toContain(`\n${name} (view, stable)\n`);
    expect(stdout).toContain('\ntools_fts (table)\n');
  });

  it('prints one, as JSON too', async () => {
    const { stdout } = await run(schema, ['policies'], { json: true });
    expect(JSON.parse(stdout)).toMatchObject({
      version: SCHEMA_VERSION,
      relations: [{ name: 'policies', stable: true }],
    });
  });

  it('says what there is not', async () => {
    const { code, stdout, stderr } = await run(schema, ['nothing']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('There is no table or view nothing');
  });

  it('cuts no meaning: each is wrapped to the terminal', async () => {
    const { stdout } = await run(schema, ['tool_risk'], {}, { columns: 80 });
    expect(stdout).not.toContain('…');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    const words = stdout.replace(/\s+/gu, ' ');
    for (const { name, columns } of describeSchema().relations)
      if (name === 'tool_risk') for (const { text } of columns) expect(words).toContain(text);
  });

  it('states the promise', () => expect(String(schema.details)).toContain('What is promised'));
});

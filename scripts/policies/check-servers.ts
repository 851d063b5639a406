import { join } from 'node:path';
import { parse as parseCel } from '@marcbachmann/cel-js';
import { parse as parseYaml } from 'yaml';
import { loadPolicyTable } from '../../src/data/policy.ts';
import { Policy, type PolicyFormat, STRENGTHS, type WrittenPolicy } from '../../src/model/policy.ts';
import { formats } from '../../src/policy/formats/index.ts';
import { recommend } from '../../src/policy/recommend.ts';
import { judge } from '../../src/policy/simulate.ts';
import { validationFaults } from '../../test/policy/engines/cedar.ts';
import { agentCoreSchema, toolHiveSchema } from '../../test/policy/engines/cedar-schema.ts';
import { engines } from '../../test/policy/engines/index.ts';
import { faultsOfIntercept, loadIntercept } from '../../test/policy/engines/intercept.ts';
import { readers } from '../../test/policy/engines/readers.ts';
import { schemaChecks } from '../../test/policy/engines/schemas.ts';
import { Agentgateway, Envoy, ToolHive } from '../../test/policy/engines/shapes.ts';
import type { JudgedServer } from './servers.ts';

/** What was checked of the policies of real servers. */
export interface ServerReport {
  readonly servers: number;
  readonly tools: number;
  files: number;
  /** Files by the check that they passed through. */
  readonly checks: Record<string, number>;
  readonly faults: string[];
}

/** With nothing set, and with every parameter set: both make files of their own. */
const SETTINGS = [
  {},
  { paths: ['/srv/project'], hosts: ['example.com'], max_amount: ['100'], recipients: ['a@example.com'] },
];

/** Checks inside rules, which no schema looks at. Each returns faults. */
const INSIDE: Readonly<
  Record<string, { readonly name: string; check(file: WrittenPolicy, policy: Policy): readonly string[] }>
> = {
  toolhive: {
    name: 'Cedar validate',
    check: ({ text }, policy) => {
      const { policies } = ToolHive.parse(JSON.parse(text)).cedar;
      return policies.length === 0 ? [] : validationFaults(policies.join('\n'), toolHiveSchema(policy));
    },
  },
  agentcore: { name: 'Cedar validate', check: ({ text }, policy) => validationFaults(text, agentCoreSchema(policy)) },
  agentgateway: {
    name: 'CEL parse',
    check: ({ text }) => celFaults(Agentgateway.parse(JSON.parse(text)).mcp.policies.mcpAuthorization.rules),
  },
  envoy: {
    name: 'CEL parse',
    check: ({ text }) =>
      celFaults(Envoy.parse(parseYaml(text)).spec.securityPolicy.authorization.rules.flatMap(({ cel }) => cel ?? [])),
  },
  intercept: { name: 'Intercept validate', check: ({ text }) => faultsOfIntercept(loadIntercept(text)) },
};

function celFaults(expressions: readonly string[]): readonly string[] {
  return expressions.flatMap((expression) => {
    try {
      parseCel(expression);
      return [];
    } catch (error) {
      return [`${expression}: ${String(error)}`];
    }
  });
}

/** Writes and checks a policy of each strength in each format for every server. */
export function checkServers(servers: readonly JudgedServer[], schemaFolder: string, root: string): ServerReport {
  const table = loadPolicyTable(join(root, 'data'));
  const schemas = schemaChecks(schemaFolder);
  const report: ServerReport = {
    servers: servers.length,
    tools: servers.reduce((sum, { tools }) => sum + tools.length, 0),
    files: 0,
    checks: {},
    faults: [],
  };
  const passed = (check: string) => {
    report.checks[check] = (report.checks[check] ?? 0) + 1;
  };
  for (const { server, tools } of servers) {
    for (const strength of STRENGTHS) {
      for (const settings of SETTINGS) {
        const policy = Policy.parse(recommend(server, tools, { strength, settings, catalogueVersion: 'check', table }));
        for (const format of formats) checkFile(policy, format, schemas, passed, report);
      }
    }
  }
  return report;
}

function checkFile(
  policy: Policy,
  format: PolicyFormat,
  schemas: ReturnType<typeof schemaChecks>,
  passed: (check: string) => void,
  report: ServerReport,
): void {
  const fault = (what: string) => report.faults.push(`${format.id} of ${policy.server} (${policy.strength}): ${what}`);
  try {
    const file = format.write([policy]);
    report.files += 1;
    const read = readers[format.id]?.(file.text);
    if (read !== undefined) passed(`${format.id}: read back with its strict shape`);
    const inside = INSIDE[format.id];
    for (const what of inside?.check(file, policy) ?? []) fault(what);
    if (inside !== undefined) passed(`${format.id}: ${inside.name}`);
    const schema = schemas.get(format.id);
    for (const what of schema?.(file) ?? []) fault(what);
    if (schema !== undefined) passed(`${format.id}: JSON Schema`);
    for (const rule of policy.tools.slice(0, CALLS)) {
      const got = engines[format.id]?.(file, { server: policy.serverName, tool: rule.tool, arguments: {} });
      if (got === 'allow' && judge(rule, { arguments: {} }).decision !== 'allow') fault(`lets ${rule.tool} pass`);
    }
  } catch (error) {
    fault(error instanceof Error ? error.message.slice(0, 300) : String(error));
  }
}

/** Tools of one policy that are called without arguments. */
const CALLS = 3;

import { parse as parseYaml } from 'yaml';
import type { Decision, WrittenPolicy } from '../../../src/model/policy.ts';
import type { JsonObject } from '../../../src/model/tool.ts';
import { allowedByAgentCore, allowedByToolHive } from './cedar.ts';
import { celIsTrue, celValue, type Numbers } from './cel.ts';
import { decideClaude } from './claude.ts';
import { faultsOfIntercept, loadIntercept, runIntercept } from './intercept.ts';
import { REST, type ReadRule, readers } from './readers.ts';
import { decideRego } from './rego.ts';
import { Agentgateway, Envoy, ToolHive } from './shapes.ts';

/** A call as an enforcer sees it. */
export interface EngineCall {
  readonly server: string;
  readonly tool: string;
  readonly arguments: JsonObject;
}

/** Keeps what was made of the last file: many calls in a row are about one. */
function lastOnly<Value>(make: (text: string) => Value): (text: string) => Value {
  let last: { readonly text: string; readonly value: Value } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, value: make(text) };
    return last.value;
  };
}

type Decide = (written: WrittenPolicy, call: EngineCall) => Decision;

const allow = (allowed: boolean): Decision => (allowed ? 'allow' : 'deny');

const reading = new Map(Object.entries(readers).map(([id, read]) => [id, lastOnly(read)]));

/** The rules of a file as an independent parser reads them; undefined where rules are expressions alone. */
export function readRules(id: string, text: string): readonly ReadRule[] | undefined {
  return reading.get(id)?.(text);
}

/** Decides by the rules that the reader gives back; what is not listed gets the enforcer's own answer. */
const byList = (id: string, unlisted: Decision): Decide => {
  return ({ text }, call) => {
    const rules = (readRules(id, text) ?? []).filter(({ server }) => server === undefined || server === call.server);
    const found = rules.find(({ tool }) => tool === call.tool) ?? rules.find(({ tool }) => tool === REST);
    return found?.decision ?? unlisted;
  };
};

const agentgateway: Decide = ({ text }, { server, tool, arguments: args }) => {
  const { rules } = Agentgateway.parse(JSON.parse(text)).mcp.policies.mcpAuthorization;
  // Without rules everything is allowed there.
  if (rules.length === 0) return 'allow';
  return both((numbers) => {
    const variables = { mcp: { tool: { name: tool, target: server, arguments: celValue(args, numbers) } } };
    return rules.some((rule) => celIsTrue(rule, variables));
  });
};

/** Both ways of holding numbers have to come to the same answer. */
function both(decide: (numbers: Numbers) => boolean): Decision {
  const [double, int] = [decide('double'), decide('int')];
  if (double !== int) throw new Error('whole and floating numbers are told apart');
  return allow(double);
}

const readEnvoy = lastOnly((text) => Envoy.parse(parseYaml(text)).spec.securityPolicy.authorization.rules);

const envoy: Decide = ({ text }, call) => {
  const rules = readEnvoy(text);
  return both((numbers) => {
    const request = {
      mcp: { tool: call.tool, backend: call.server, params: { arguments: celValue(call.arguments, numbers) } },
    };
    return rules.some(
      ({ target, cel }) =>
        target.tools.some(({ backend, tool }) => backend === call.server && tool === call.tool) &&
        (cel === undefined || celIsTrue(cel, { request })),
    );
  });
};

const readIntercept = lastOnly((text) => {
  const config = loadIntercept(text);
  const faults = faultsOfIntercept(config);
  if (faults.length > 0) throw new Error(faults.join('; '));
  return config;
});

const intercept: Decide = ({ text }, call) => {
  const config = readIntercept(text);
  return runIntercept(config, [{ ...call, time: 0 }])[0] ?? 'deny';
};

/** For each format, what its enforcer says to a call, as far as this machine can tell. */
export const engines: Readonly<Record<string, Decide>> = {
  agentcore: ({ text }, { server, tool, arguments: args }) => allow(allowedByAgentCore(text, server, tool, args)),
  agentgateway,
  agt: byList('agt', 'deny'),
  'claude-code': ({ text }, { server, tool }) => decideClaude(text, server, tool),
  'claude-code-managed': ({ text }, { server, tool }) => decideClaude(text, server, tool),
  codex: byList('codex', 'deny'),
  cursor: byList('cursor', 'ask'),
  'cursor-cli': byList('cursor-cli', 'ask'),
  docker: byList('docker', 'deny'),
  envoy,
  'gemini-policy': byList('gemini-policy', 'deny'),
  'gemini-settings': byList('gemini-settings', 'deny'),
  intercept,
  kong: byList('kong', 'deny'),
  litellm: byList('litellm', 'deny'),
  openai: byList('openai', 'deny'),
  'policylayer-gateway': byList('policylayer-gateway', 'deny'),
  rego: ({ text }, { server, tool, arguments: args }) => decideRego(text, server, tool, args),
  toolhive: ({ text }, { tool, arguments: args }) =>
    allow(allowedByToolHive(ToolHive.parse(JSON.parse(text)).cedar.policies, tool, args)),
  vscode: byList('vscode', 'ask'),
};

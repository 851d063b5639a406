import type { PolicyFormat } from '../../model/policy.ts';
import { agentcore } from './agentcore.ts';
import { agentgateway } from './agentgateway.ts';
import { agt } from './agt.ts';
import { claudeCode } from './claude-code.ts';
import { claudeCodeManaged } from './claude-code-managed.ts';
import { codex } from './codex.ts';
import { cursor } from './cursor.ts';
import { cursorCli } from './cursor-cli.ts';
import { docker } from './docker.ts';
import { envoy } from './envoy.ts';
import { geminiPolicy } from './gemini-policy.ts';
import { geminiSettings } from './gemini-settings.ts';
import { intercept } from './intercept.ts';
import { kong } from './kong.ts';
import { litellm } from './litellm.ts';
import { openai } from './openai.ts';
import { policylayerGateway } from './policylayer-gateway.ts';
import { rego } from './rego.ts';
import { toolhive } from './toolhive.ts';
import { vscode } from './vscode.ts';

/** Every format, sorted by id. A test compares this list with the folder. */
export const formats: readonly PolicyFormat[] = [
  agentcore,
  agentgateway,
  agt,
  claudeCode,
  claudeCodeManaged,
  codex,
  cursor,
  cursorCli,
  docker,
  envoy,
  geminiPolicy,
  geminiSettings,
  intercept,
  kong,
  litellm,
  openai,
  policylayerGateway,
  rego,
  toolhive,
  vscode,
];

/** The format of an id. */
export function formatOf(id: string): PolicyFormat | undefined {
  return formats.find((format) => format.id === id);
}

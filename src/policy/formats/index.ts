import type { PolicyFormat } from '../../model/policy.ts';
import { claudeCode } from './claude-code.ts';
import { policylayerGateway } from './policylayer-gateway.ts';

/** Every format, sorted by id. A test compares this list with the folder. */
export const formats: readonly PolicyFormat[] = [claudeCode, policylayerGateway];

/** The format of an id. */
export function formatOf(id: string): PolicyFormat | undefined {
  return formats.find((format) => format.id === id);
}

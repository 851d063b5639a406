import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import type { WrittenFile } from '../../../src/model/policy.ts';

/** Published schemas of formats, by file name; they are too large to keep here. */
const FILES: Readonly<Record<string, string>> = {
  'claude-code': 'claude-code-settings.schema.json',
  'claude-code-managed': 'claude-code-settings.schema.json',
  'gemini-settings': 'gemini-cli-settings.schema.json',
  agentgateway: 'agentgateway-config.schema.json',
  envoy: 'envoy-ai-gateway-mcproute-crd.yaml',
};

const Crd = z.object({
  spec: z.object({
    versions: z.array(
      z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: z.record(z.string(), z.json()) }) }),
    ),
  }),
});

/** Checks of files against the schemas in a folder; a format without a schema there has none. */
export function schemaChecks(folder: string): ReadonlyMap<string, (file: WrittenFile) => readonly string[]> {
  const checks = new Map<string, (file: WrittenFile) => readonly string[]>();
  const compiled = new Map<string, ValidateFunction>();
  for (const [id, name] of Object.entries(FILES)) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    const validate = compiled.get(name) ?? compile(readFileSync(path, 'utf8'), name);
    compiled.set(name, validate);
    checks.set(id, ({ text, mediaType }) => {
      const value: unknown = mediaType === 'application/yaml' ? parseYaml(text) : JSON.parse(text);
      return validate(value)
        ? []
        : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    });
  }
  return checks;
}

function compile(text: string, name: string): ValidateFunction {
  const options = { strict: false, logger: false, validateFormats: false, allErrors: false } as const;
  if (name.endsWith('.yaml')) {
    const schema = Crd.parse(parseYaml(text)).spec.versions.find((version) => version.name === 'v1beta1')?.schema;
    return new Ajv(options).compile(schema?.openAPIV3Schema ?? {});
  }
  const schema = z.record(z.string(), z.json()).parse(JSON.parse(text));
  return String(schema.$schema ?? '').includes('2020-12')
    ? new Ajv2020(options).compile(schema)
    : new Ajv(options).compile(schema);
}

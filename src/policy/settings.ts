import type { Constraint, Policy } from '../model/policy.ts';
import type { ParameterRule, PolicyTable } from '../model/policy-table.ts';

/** A setting that cannot be used; the message says what to write. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** Values for the parameters that only the reader knows, by name. */
export type Settings = Readonly<Record<string, readonly string[]>>;

/** Checks that every setting is one that the table knows, and can be read. Throws `SettingError`. */
export function checkSettings(settings: Settings, table: PolicyTable): void {
  const known = table.parameters.filter((rule) => rule.kind !== 'equals');
  for (const name of Object.keys(settings)) {
    const rule = known.find((candidate) => candidate.id === name);
    if (rule === undefined) {
      throw new SettingError(
        `no parameter is called ${JSON.stringify(name)}; use ${known.map(({ id }) => id).join(', ')}`,
      );
    }
    constraintOf(rule, ['any'], settings);
  }
}

/** The constraint on one argument, or undefined while its value is not set. Throws `SettingError`. */
export function constraintOf(rule: ParameterRule, path: readonly string[], settings: Settings): Constraint | undefined {
  const argument = [...path];
  if (rule.kind === 'equals') return { kind: 'equals', argument, value: rule.value ?? true };
  const values = Object.hasOwn(settings, rule.id) ? (settings[rule.id] ?? []) : [];
  if (values.length === 0) return undefined;
  switch (rule.kind) {
    case 'prefix':
      return { kind: 'prefix', argument, prefixes: sorted(values.map((value) => folderOf(rule.id, value))) };
    case 'host':
      return { kind: 'host', argument, hosts: sorted(values.map((value) => originOf(rule.id, value))) };
    case 'one-of':
      return { kind: 'one-of', argument, values: sorted(values) };
    case 'maximum':
      return { kind: 'maximum', argument, maximum: Math.min(...values.map((value) => amountOf(rule.id, value))) };
  }
}

/** The settings, by name, that bind no parameter of any tool of a policy. Sorted. */
export function bindsNothing(policy: Policy, settings: Settings, table: PolicyTable): readonly string[] {
  const constraints = policy.tools.flatMap((rule) => rule.constraints);
  const binds = (name: string): boolean => {
    const rule = table.parameters.find(({ id }) => id === name);
    return rule !== undefined && constraints.some((one) => isSame(one, constraintOf(rule, one.argument, settings)));
  };
  return Object.keys(settings)
    .filter((name) => !binds(name))
    .sort();
}

/** Both were made by `constraintOf`, so that their keys stand in one order. */
const isSame = (a: Constraint, b: Constraint | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

const sorted = (values: readonly string[]): string[] => [...new Set(values)].sort();

/** A folder ends in its separator, so that `/srv` does not let `/srv-old` pass. */
function folderOf(name: string, value: string): string {
  const separated = /[/\\]$/u.test(value) ? value : `${value}${value.includes('\\') ? '\\' : '/'}`;
  if (value === '' || value.includes('..')) throw new SettingError(`${name}=${value}: give a folder without ".."`);
  return separated;
}

/** `example.com`, `example.com:8443` or `http://localhost:3000`, as an origin. */
function originOf(name: string, value: string): string {
  const text = value.includes('://') ? value : `https://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain =
    url !== undefined && /^https?:$/u.test(url.protocol) && !/[*@]/u.test(value) && `${url.origin}/` === url.href;
  if (!plain) throw new SettingError(`${name}=${value}: give one site, like example.com or http://localhost:3000`);
  return url.origin;
}

function amountOf(name: string, value: string): number {
  const amount = Number(value);
  if (value.trim() === '' || !Number.isFinite(amount) || amount < 0) {
    throw new SettingError(`${name}=${value}: give a number that is not below 0`);
  }
  return amount;
}

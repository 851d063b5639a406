import type { ToolDefinition } from '../../model/tool.ts';
import { type Severity, severityRank, type Threat, type Verdict } from '../../model/verdict.ts';
import type { CatalogueThreat } from '../../store/catalogue-threats.ts';
import { oneLine } from '../print.ts';
import type { SarifFinding } from './sarif.ts';

/** A judged tool, as findings are made of it. */
export interface JudgedPlace {
  readonly serverId: string;
  readonly definition: ToolDefinition;
  readonly verdict: Verdict;
  readonly provenance: string;
  /** File and line to point at instead of the provenance. */
  readonly file?: { readonly uri: string; readonly line: number };
}

const SHOWN = 80;

/** The findings that count and the threats of a tool; the findings only where the tool is at least of this severity. */
export function* findingsOf(tool: JudgedPlace, least: Severity): Generator<SarifFinding> {
  const { verdict, definition, serverId, provenance, file } = tool;
  const common = {
    place: file?.uri ?? provenance,
    ...(file === undefined ? {} : { line: file.line }),
    tool: `${serverId}#${definition.name}`,
    name: definition.name,
  };
  const name = oneLine(definition.name, SHOWN);
  const properties = {
    category: verdict.category,
    confidence: verdict.confidence,
    provenance,
    ruleset: verdict.ruleset,
  };
  if (severityRank(verdict.severity) >= severityRank(least)) {
    for (const finding of verdict.findings) {
      if (finding.discounted !== undefined) continue;
      yield {
        ...common,
        rule: finding.rule,
        severity: verdict.severity,
        message: `${name} of ${serverId} is ${verdict.category}, ${verdict.severity}: ${finding.capability}, by "${oneLine(finding.text, SHOWN)}" at ${finding.path}.`,
        path: finding.path,
        text: finding.text,
        properties: { ...properties, capability: finding.capability },
      };
    }
  }
  for (const threat of verdict.threats) {
    yield {
      ...common,
      rule: threat.rule,
      severity: severityOf(threat),
      message: `The text of ${name} of ${serverId} has a ${threat.strength} sign of an attack at ${threat.path}: "${oneLine(threat.text, SHOWN)}".`,
      path: threat.path,
      text: threat.text,
      properties: { ...properties, strength: threat.strength },
    };
  }
}

/** The signs of an attack that show only beside the tool of another server. */
export function* neighbourFindings(tool: JudgedPlace, threats: readonly CatalogueThreat[]): Generator<SarifFinding> {
  const { verdict, definition, serverId, provenance, file } = tool;
  for (const { other, ...threat } of threats) {
    yield {
      rule: threat.rule,
      severity: severityOf(threat),
      message: `${oneLine(definition.name, SHOWN)} of ${serverId} has a ${threat.strength} sign of an attack at ${threat.path}, beside ${oneLine(other.tool, SHOWN)} of ${other.server}: "${oneLine(threat.text, SHOWN)}".`,
      place: file?.uri ?? provenance,
      ...(file === undefined ? {} : { line: file.line }),
      tool: `${serverId}#${definition.name}`,
      name: definition.name,
      path: threat.path,
      text: threat.text,
      properties: { provenance, ruleset: verdict.ruleset, strength: threat.strength, other },
    };
  }
}

/** The signs of an attack in what a server tells the model about itself. */
export function* instructionFindings(
  serverId: string,
  threats: readonly Threat[],
  file?: JudgedPlace['file'],
): Generator<SarifFinding> {
  for (const threat of threats) {
    yield {
      rule: threat.rule,
      severity: severityOf(threat),
      message: `The instructions of ${serverId} have a ${threat.strength} sign of an attack: "${oneLine(threat.text, SHOWN)}".`,
      place: file?.uri ?? serverId,
      ...(file === undefined ? {} : { line: file.line }),
      tool: serverId,
      name: serverId,
      path: threat.path,
      text: threat.text,
      properties: { strength: threat.strength },
    };
  }
}

function severityOf({ strength }: Threat): Severity {
  return strength === 'strong' ? 'critical' : 'medium';
}

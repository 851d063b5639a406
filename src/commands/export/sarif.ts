import { createHash } from 'node:crypto';
import type { Severity } from '../../model/verdict.ts';
import type { Out } from '../command.ts';

/** Where the shape of the document is described. */
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

type Level = 'error' | 'warning' | 'note';

const LEVELS: Readonly<Record<Severity, Level>> = { critical: 'error', high: 'error', medium: 'warning', low: 'note' };

/** What GitHub sorts alerts by, 0 to 10. */
const SCORES: Readonly<Record<Severity, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '2.0' };

/** A rule, before it is SARIF. */
export interface SarifRule {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly remediation: string;
  /** What kind of rule it is, for a tag. */
  readonly kind: string;
  readonly references: readonly string[];
  /** Address of a page about it. */
  readonly url?: string;
}

/** One finding or threat, before it is SARIF. */
export interface SarifFinding {
  readonly rule: string;
  readonly severity: Severity;
  /** A sentence. Brackets in it are written so that no viewer takes them for a link. */
  readonly message: string;
  /** Address of a file, or the provenance of a definition: `npm:NAME@VERSION!path:line`. */
  readonly place: string;
  /** Line in that file, from 1, when it is known apart from the place. */
  readonly line?: number;
  /** `SERVER#TOOL`. */
  readonly tool: string;
  readonly name: string;
  /** JSON Pointer into the definition. */
  readonly path?: string;
  /** What makes it the same finding in the next run, besides rule, tool and path. */
  readonly text?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** Writes a SARIF 2.1.0 log with one run, result by result, so that a catalogue of any size fits. */
export function writeSarif(
  out: Out,
  version: string,
  rules: readonly SarifRule[],
  findings: Iterable<SarifFinding>,
): number {
  const places = new Map(rules.map((rule, index) => [rule.id, index]));
  const head = JSON.stringify({ $schema: SCHEMA, version: '2.1.0' }).slice(0, -1);
  const driver = {
    name: 'toolrisk',
    semanticVersion: version,
    rules: rules.map(toRule),
  };
  out.write(`${head},"runs":[{"tool":${JSON.stringify({ driver })},"columnKind":"utf16CodeUnits","results":[`);
  let results = 0;
  for (const finding of findings) {
    out.write(`${results === 0 ? '\n' : ',\n'}${JSON.stringify(toResult(finding, places))}`);
    results += 1;
  }
  out.write(`${results === 0 ? '' : '\n'}]}]}\n`);
  return results;
}

function toRule(rule: SarifRule) {
  return {
    id: rule.id,
    shortDescription: { text: plain(rule.title) },
    fullDescription: { text: plain(rule.why) },
    help: { text: plain(rule.remediation) },
    ...(rule.url === undefined ? {} : { helpUri: rule.url }),
    properties: { tags: ['security', rule.kind, ...rule.references] },
  };
}

function toResult(finding: SarifFinding, places: ReadonlyMap<string, number>) {
  const index = places.get(finding.rule);
  const { uri, line } = addressOf(finding);
  return {
    ruleId: finding.rule,
    ...(index === undefined ? {} : { ruleIndex: index }),
    level: LEVELS[finding.severity],
    message: { text: plain(finding.message) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri },
          ...(line === undefined ? {} : { region: { startLine: line } }),
        },
        logicalLocations: [
          { name: wellFormed(finding.name), fullyQualifiedName: wellFormed(finding.tool), kind: 'function' },
        ],
      },
    ],
    partialFingerprints: { 'toolrisk/v1': fingerprint(finding) },
    properties: {
      severity: finding.severity,
      'security-severity': SCORES[finding.severity],
      ...(finding.path === undefined ? {} : { path: finding.path }),
      ...finding.properties,
    },
  };
}

/** Brackets would be links, and braces placeholders. */
function plain(text: string): string {
  return wellFormed(text)
    .replace(/[\\[\]]/gu, (char) => `\\${char}`)
    .replace(/[{}]/gu, (brace) => brace + brace);
}

/** The place as a URI reference, with the line that stands behind it. */
function addressOf({ place, line }: SarifFinding): { readonly uri: string; readonly line?: number } {
  const behind = line === undefined ? /^(.*!.*):([1-9]\d{0,8})$/su.exec(place) : null;
  const uri = encodeURI(wellFormed(behind?.[1] ?? place)).replace(/[[\]]/gu, encodeURIComponent);
  const found = line ?? (behind === null ? undefined : Number(behind[2]));
  return found === undefined ? { uri } : { uri, line: found };
}

function fingerprint({ rule, tool, path = '', text = '' }: SarifFinding): string {
  return createHash('sha256')
    .update(JSON.stringify([rule, tool, path, text]))
    .digest('hex');
}

/** The text without lone surrogates, which no URI and no other program can carry. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}

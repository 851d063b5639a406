import type { Finding } from '../model/verdict.ts';
import type { Evidence } from './evidence.ts';

/** The findings of all evidence and further ones, in the order of the definition, each once; what counts stands before the same thing discounted. */
export function sortedFindings(evidence: readonly Evidence[], further: readonly Finding[]): Finding[] {
  const findings = evidence.map(({ finding }) => finding);
  for (const finding of further) findings.push(finding);
  if (findings.length < 2) return findings;
  findings.sort(inOrder);
  return withoutInner(withoutTwins(findings));
}

function inOrder(a: Finding, b: Finding): number {
  if (a.path !== b.path) return fieldRank(a.path) - fieldRank(b.path) || compare(a.path, b.path);
  if (a.start !== b.start) return a.start - b.start;
  if (a.end !== b.end) return b.end - a.end;
  return compare(a.rule, b.rule) || compare(a.on, b.on);
}

/** Keeps one of findings that say the same of the same place; they stand side by side. */
function withoutTwins(findings: readonly Finding[]): readonly Finding[] {
  const unique: Finding[] = [];
  let before: Finding | undefined;
  for (const finding of findings) {
    if (before === undefined || inOrder(before, finding) !== 0) unique.push(finding);
    else if (before.discounted !== undefined && finding.discounted === undefined) unique[unique.length - 1] = finding;
    before = unique[unique.length - 1];
  }
  return unique;
}

/** Drops a finding that stands inside another one of the same rule: it says nothing more. */
function withoutInner(findings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  /** The last finding of each kind at the path; there are no more kinds than rules and discounts. */
  let outer: Finding[] = [];
  let path: string | undefined;
  for (const finding of findings) {
    if (finding.path !== path) outer = [];
    path = finding.path;
    const kind = placeOfKind(outer, finding);
    if (finding.end <= (outer[kind]?.end ?? -1)) continue;
    outer[kind] = finding;
    kept.push(finding);
  }
  return kept;
}

/** Where the finding of the same rule, discount and side stands; behind the last one where there is none. */
function placeOfKind(outer: readonly Finding[], { rule, discounted, on }: Finding): number {
  for (let at = 0; at < outer.length; at++) {
    const one = outer[at];
    if (one?.rule === rule && one.discounted === discounted && one.on === on) return at;
  }
  return outer.length;
}

/** Fields in the order in which a reader meets them. */
const FIELDS = ['/name', '/title', '/description', '/inputSchema', '/annotations'] as const;

function fieldRank(path: string): number {
  for (let rank = 0; rank < FIELDS.length; rank++) {
    const field = FIELDS[rank] ?? '';
    if (path.startsWith(field) && (path.length === field.length || path[field.length] === '/')) return rank;
  }
  return -1;
}

const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

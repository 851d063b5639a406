import type { Finding } from '../model/verdict.ts';
import type { Evidence } from './evidence.ts';

/** The findings of all evidence and further ones, in the order of the definition, each once; what counts stands before the same thing discounted. */
export function sortedFindings(evidence: readonly Evidence[], further: readonly Finding[]): Finding[] {
  const findings: Finding[] = [];
  for (let at = 0; at < evidence.length; at++) {
    const one = evidence[at];
    if (one !== undefined) findings.push(one.finding);
  }
  for (const finding of further) findings.push(finding);
  return findings.length < 2 ? findings : withoutInner(findings.sort(inOrder));
}

function inOrder(a: Finding, b: Finding): number {
  if (a.path !== b.path) return fieldRank(a.path) - fieldRank(b.path) || compare(a.path, b.path);
  if (a.start !== b.start) return a.start - b.start;
  if (a.end !== b.end) return b.end - a.end;
  return compare(a.rule, b.rule) || compare(a.on, b.on) || discounts(a) - discounts(b);
}

const discounts = ({ discounted }: Finding) => (discounted === undefined ? 0 : 1);

/** Whether two findings say the same of the same place; of such, which stand side by side, the first is kept. */
function isTwin(a: Finding, b: Finding): boolean {
  return a.start === b.start && a.end === b.end && a.rule === b.rule && a.path === b.path && a.on === b.on;
}

/** Drops twins, and a finding that stands inside another one of the same rule: it says nothing more. */
function withoutInner(findings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  /** The last finding of each kind at the path; there are no more kinds than rules and discounts. */
  let outer: Finding[] = [];
  let before: Finding | undefined;
  for (let at = 0; at < findings.length; at++) {
    const finding = findings[at];
    if (finding === undefined || (before !== undefined && isTwin(before, finding))) continue;
    if (finding.path !== before?.path) outer = [];
    before = finding;
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

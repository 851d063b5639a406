import type { Hit, Hits } from './threats-hits.ts';
import type { ThreatRules } from './threats-rules.ts';

/** Rules that need several others near each other: the span reaches from the first to the last of them. */
export function togetherHits(rules: ThreatRules, hits: Hits, text: string): void {
  for (const { rule, look } of rules.together) {
    const parts = hits.list.filter((hit) => !hit.mention && look.of.includes(hit.rule.id));
    if (new Set(parts.map((hit) => hit.rule.id)).size < look.atLeast) continue;
    parts.sort((a, b) => a.start - b.start || a.end - b.end);
    for (const [i, { start }] of parts.entries()) {
      const near = parts.slice(i).filter((hit) => hit.end - start <= look.within);
      if (rulesApart(near) < look.atLeast) continue;
      const end = Math.min(Math.max(...near.map((hit) => hit.end)), text.length);
      if (look.beside !== undefined && !isBeside(look.beside, text, start, end, look.within)) continue;
      hits.add(rule, rule.strength, start, end);
      break;
    }
  }
}

/** How many rules have spans that do not overlap: one statement that two rules know is one sign. */
function rulesApart(hits: readonly Hit[]): number {
  const rules = new Set<string>();
  let end = 0;
  for (const hit of hits.toSorted((a, b) => a.end - b.end)) {
    if (hit.start < end || rules.has(hit.rule.id)) continue;
    rules.add(hit.rule.id);
    end = hit.end;
  }
  return rules.size;
}

/** Whether one of some words stands before or behind a span, no farther than `within` characters. */
function isBeside(words: readonly string[], text: string, start: number, end: number, within: number): boolean {
  const around = [text.slice(Math.max(0, start - within), start), text.slice(end, end + within)];
  return around.map((part) => part.toLowerCase()).some((part) => words.some((word) => hasWord(part, word)));
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!LETTER.test(text.charAt(at - 1)) && !LETTER.test(text.charAt(at + word.length))) return true;
  return false;
}

const LETTER = /[a-z]/u;

import type { ThreatRule } from '../model/threat.ts';
import { blobViews, escapedView } from './threats-decode.ts';
import { type Hit, Hits } from './threats-hits.ts';
import { leetView, reversedView, rot13View } from './threats-letters.ts';
import { matchPhrase, openerBit } from './threats-phrases.ts';
import type { RulePhrase, ThreatRules } from './threats-rules.ts';
import { SEEN, scan } from './threats-scan.ts';
import type { Sentence } from './threats-sentences.ts';
import { spacedView } from './threats-spaced.ts';
import { isNamed, isTalkedAbout, TagTalk } from './threats-tag-names.ts';
import { eachTag, type TagKind } from './threats-tags.ts';
import { togetherHits } from './threats-together.ts';
import { foldedView, joinedView, View } from './threats-view.ts';
import { type Tokens, tokenize } from './threats-words.ts';
import { oddCharacters } from './unicode.ts';

/** A decoded text of fewer words is no sentence. */
const SENTENCE_WORDS = 3;
/** So many encoded pieces of a text are read one by one. More are read as the paragraphs of one text: none goes unread. */
const BLOBS_ALONE = 64;
/** How many words back a mention is looked for. */
const MENTION_WORDS = 12;
/** How many characters before a phrase its quotation may begin. */
const QUOTE_CHARS = 24;

const NO_HITS: readonly Hit[] = [];
/** What makes a text worth being read in the form in which a reader sees it. */
const READ = SEEN.phrase | SEEN.odd | SEEN.tag;
/** What makes it worth being read with other letters. */
const REWRITTEN = SEEN.leet | SEEN.rotated | SEEN.reversed | SEEN.spaced;

/**
 * Every rule that fires on one text, sorted by place and rule. Linear in the text. `describes` says that the text
 * opens with what a tool does.
 */
export function hitsOf(text: string, rules: ThreatRules, describes = false): readonly Hit[] {
  const seen = scan(text, rules.words, rules.room);
  return seen === 0 ? NO_HITS : readHits(text, seen, rules, describes);
}

/** Reads a text in every way that a first look at it found to be worth its time. */
function readHits(text: string, seen: number, rules: ThreatRules, describes: boolean): readonly Hit[] {
  const words = rules.room;
  const hits = new Hits();
  const raw = new View(text);
  if (seen & SEEN.padding) paddingHits(text, rules, hits);
  if (seen & SEEN.odd) characterHits(raw, rules, hits);
  let plain: View = raw;
  let again = seen;
  if (seen & (READ | REWRITTEN)) {
    if (words.wide) plain = foldedView(raw, rules.folds);
    if (plain !== raw) again = scan(plain.text, rules.words, words);
    plainHits(plain, again, words.sentences, rules, hits, describes);
  }
  if (seen & SEEN.escape) {
    const escaped = escapedView(text);
    if (escaped !== undefined) wordHits(escaped, rules, hits);
  }
  if (seen & SEEN.blob) blobHits(text, rules, hits);
  again |= seen;
  const leet = again & SEEN.leet ? leetView(plain, rules.vocabulary) : undefined;
  if (leet !== undefined) viewHits(leet, rules, hits);
  const spaced = again & SEEN.spaced ? spacedView(plain, rules.words) : undefined;
  if (spaced !== undefined) viewHits(spaced, rules, hits);
  if (again & SEEN.rotated) viewHits(rot13View(plain), rules, hits);
  if (again & SEEN.reversed) viewHits(reversedView(plain), rules, hits);
  if (hits.list.length === 0) return NO_HITS;
  hits.yield();
  togetherHits(rules, hits, text);
  return hits.list.sort((a, b) => a.start - b.start || a.end - b.end || (a.rule.id < b.rule.id ? -1 : 1));
}

function characterHits(view: View, rules: ThreatRules, hits: Hits): void {
  for (const odd of oddCharacters(view.text)) {
    for (const rule of rules.characters.get(odd.class) ?? []) hits.addIn(view, rule, rule.strength, odd.start, odd.end);
  }
}

const BLANK = /[ \t\r\n]{16,}/g;

function paddingHits(text: string, rules: ThreatRules, hits: Hits): void {
  for (const match of text.matchAll(BLANK)) {
    const end = match.index + match[0].length;
    if (end === text.length || match.index === 0 || isTableCell(text, match.index, end)) continue;
    let lines = 0;
    let longest = 0;
    for (const line of match[0].split('\n')) {
      lines += 1;
      longest = Math.max(longest, line.length);
    }
    for (const { rule, look } of rules.padding) {
      if (longest >= look.spaces || lines > look.lines) hits.add(rule, rule.strength, match.index, end);
    }
  }
}

/** Longest text of a cell before the blank space that fills it. */
const CELL_CHARS = 400;

/** Whether blank space fills a cell of a table, from one bar to the next. */
function isTableCell(text: string, start: number, end: number): boolean {
  return text.charAt(end) === '|' && text.slice(Math.max(0, start - CELL_CHARS), start).includes('|');
}

/** Reads one decoding of the text with every rule that reads words, tags or characters. */
function viewHits(decoded: View, rules: ThreatRules, hits: Hits): void {
  characterHits(decoded, rules, hits);
  wordHits(decoded, rules, hits);
}

/** The same without the characters: a written escape such as `\x1b` hides nothing. */
function wordHits(decoded: View, rules: ThreatRules, hits: Hits): void {
  const words = rules.room;
  const plain = foldedView(decoded, rules.folds);
  const seen = scan(plain.text, rules.words, words);
  plainHits(plain, seen, words.sentences, rules, hits, false);
}

/** Reads the tags and sentences of a text in the form in which a reader sees it. */
function plainHits(
  view: View,
  seen: number,
  sentences: readonly Sentence[],
  rules: ThreatRules,
  hits: Hits,
  describes: boolean,
): void {
  if (seen & SEEN.tag) tagHits(view, rules, hits);
  for (let at = 0; at < sentences.length; at += 1) {
    const sentence = sentences[at];
    if (sentence !== undefined) sentenceHits(view, sentence, rules, hits, describes);
  }
}

function sentenceHits(
  view: View,
  { start, end, phrases }: Sentence,
  rules: ThreatRules,
  hits: Hits,
  describes: boolean,
): void {
  const tokens = tokenize(view, rules.contractions, start, end, rules.known);
  const byOpener = phrases.length > FEW ? openersOf(phrases) : undefined;
  const openers = openerBitsOf(phrases);
  for (let at = 0; at < tokens.words.length; at += 1) {
    const bit = openerBit(tokens.hashes[at] ?? 0);
    const word = tokens.words[at] ?? '';
    if ((openers & bit) === 0 || word === '') continue;
    const opens = describes && start === 0 && at === 0;
    const tried = byOpener === undefined ? phrases : byOpener.get(word);
    if (tried !== undefined) phraseHits(tried, word, bit, tokens, at, rules, hits, opens);
  }
}

function openerBitsOf(phrases: readonly RulePhrase[]): number {
  let bits = 0;
  for (let at = 0; at < phrases.length; at += 1) bits |= phrases[at]?.phrase.openerBits ?? 0;
  return bits;
}

/** Tries those phrases at a token that begin with its word, whose bit is given. */
function phraseHits(
  phrases: readonly RulePhrase[],
  word: string,
  bit: number,
  tokens: Tokens,
  at: number,
  rules: ThreatRules,
  hits: Hits,
  opens: boolean,
): void {
  for (let number = 0; number < phrases.length; number += 1) {
    const each = phrases[number];
    if (each === undefined || (each.phrase.openerBits & bit) === 0 || !each.phrase.openers.has(word)) continue;
    phraseHit(each, tokens, at, rules, hits, opens);
  }
}

/** So many phrases are tried at each word without a table of those that begin with it. */
const FEW = 8;

function openersOf(phrases: readonly RulePhrase[]): ReadonlyMap<string, readonly RulePhrase[]> {
  const found = new Map<string, RulePhrase[]>();
  for (const each of phrases) {
    for (const opener of each.phrase.openers) {
      const list = found.get(opener);
      if (list === undefined) found.set(opener, [each]);
      else list.push(each);
    }
  }
  return found;
}

function phraseHit(each: RulePhrase, tokens: Tokens, at: number, rules: ThreatRules, hits: Hits, opens: boolean): void {
  if (hits.isFull(each.rule)) return;
  const end = matchPhrase(each.phrase, tokens, at);
  if (end <= at) return;
  if (each.unlessAfter.size > 0 && wordBefore(tokens, at, each.unlessWithin, each.unlessAfter)) return;
  if (each.unlessInside.size > 0 && wordBefore(tokens, end, end - at, each.unlessInside)) return;
  if (each.unlessNext.size > 0 && goesOnWith(tokens, end, each.unlessNext)) return;
  const start = tokens.starts[at] ?? 0;
  const mention = isMention(tokens, at, rules) || isReported(tokens, at, end, rules);
  const strength = mention || (opens && each.describes) ? 'weak' : each.rule.strength;
  hits.addIn(tokens.view, each.rule, strength, start, tokens.ends[end - 1] ?? start, mention);
}

function wordBefore(tokens: Tokens, at: number, most: number, words: ReadonlySet<string>): boolean {
  for (let back = at - 1; back >= Math.max(0, at - most); back -= 1) {
    if (tokens.breaks[back + 1]) return false;
    if (words.has(tokens.words[back] ?? '')) return true;
  }
  return false;
}

/** Whether a phrase is quoted by a sentence that talks about such phrases: `detects "ignore previous instructions"`. */
function isMention(tokens: Tokens, at: number, rules: ThreatRules): boolean {
  const start = tokens.starts[at] ?? 0;
  const before = tokens.view.text.slice(Math.max(0, start - QUOTE_CHARS), start);
  return /["'`“‘「]/u.test(before) && wordBefore(tokens, at, MENTION_WORDS, rules.mentions);
}

/** Whether one of these words stands directly behind a phrase, or its last word has the ending of a genitive. */
function goesOnWith(tokens: Tokens, end: number, words: ReadonlySet<string>): boolean {
  if (words.has(tokens.words[end] ?? '') && !tokens.breaks[end]) return true;
  const last = tokens.ends[end - 1] ?? 0;
  return words.has(GENITIVE) && /['’]s$/u.test(tokens.view.text.slice(last - GENITIVE.length, last));
}

const GENITIVE = "'s";
/** How many words back those are looked for who do what a phrase says. */
const ACTOR_WORDS = 8;
/** What stands further behind the first word of a sentence is not what that word is about. */
const REPORT_WORDS = 40;

/**
 * Whether a phrase is what others do or say, and not what the agent is told to do: `Flags requests to …`, `attackers
 * …`. A sentence with words of an order is one.
 */
function isReported(tokens: Tokens, at: number, end: number, rules: ThreatRules): boolean {
  if (wordBefore(tokens, at, ACTOR_WORDS, rules.actors)) return true;
  if (at === 0 || end > REPORT_WORDS || !rules.reports.has(tokens.words[0] ?? '')) return false;
  return !wordBefore(tokens, end, end, rules.urges);
}

function tagHits(view: View, rules: ThreatRules, hits: Hits): void {
  const about = new Map<TagKind, readonly ThreatRule[]>();
  const talk = new TagTalk(view.text, rules.markup);
  eachTag(view, rules.tagWords, rules.contractions, (tag) => {
    let named = about.get(tag.kind);
    if (named === undefined) {
      named = rules.tags.filter(({ names }) => names.some((each) => isNamed(tag.kind, each))).map(({ rule }) => rule);
      about.set(tag.kind, named);
    }
    if (named.length === 0) return;
    const mention = talk.isAbout(tag) || isTalkedAbout(tag, view.text, rules);
    for (const rule of named) {
      if (hits.isFull(rule)) continue;
      hits.addIn(view, rule, mention ? 'weak' : rule.strength, tag.start, tag.end, mention);
    }
  });
}

function blobHits(text: string, rules: ThreatRules, hits: Hits): void {
  const blobs = blobViews(text);
  const alone = blobs.slice(0, BLOBS_ALONE);
  const rest = blobs.slice(BLOBS_ALONE);
  for (const blob of rest.length === 0 ? alone : [...alone, joinedView(rest)]) {
    viewHits(blob, rules, hits);
    if (tokenize(blob, rules.contractions).words.length < SENTENCE_WORDS) continue;
    for (const rule of rules.encoded) hits.addIn(blob, rule, rule.strength, 0, blob.text.length);
  }
}

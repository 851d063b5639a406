import type { Category, Severity } from '../model/verdict.ts';
import { wellFormed } from './invisible.ts';

/** How a category is spoken of. */
export interface CategoryWords {
  /** With its article: "an Execute tool". */
  readonly withArticle: string;
  /** What a call does, after "A call". */
  readonly act: string;
  /** What a call does, for lists: the text of `data/categories.yaml`, which a test holds it to. */
  readonly meaning: string;
}

export const CATEGORY_WORDS: Readonly<Record<Category, CategoryWords>> = {
  Financial: {
    withArticle: 'a Financial tool',
    act: 'moves money or creates an obligation to pay',
    meaning:
      'Moves money or assets, places orders, charges, refunds, pays out, and creates or changes billing obligations.',
  },
  Destructive: {
    withArticle: 'a Destructive tool',
    act: 'deletes or ends something that cannot simply be brought back',
    meaning:
      'Deletes, drops, purges, terminates, resets or force-pushes; loss is the purpose or cannot simply be undone.',
  },
  Execute: {
    withArticle: 'an Execute tool',
    act: 'makes something run',
    meaning: 'Runs code, commands, jobs or processes, operates machines and devices, or hands work to another agent.',
  },
  Communication: {
    withArticle: 'a Communication tool',
    act: 'sends content to people or to the public',
    meaning: 'Sends content to people or to the public. A comment or an issue inside a tracker is Write.',
  },
  Write: {
    withArticle: 'a Write tool',
    act: 'creates or changes state that can be changed back',
    meaning:
      'Creates or changes state that can be changed back, operates a page or a screen, or changes who has access.',
  },
  Read: {
    withArticle: 'a Read tool',
    act: 'returns information and changes nothing outside the call',
    meaning:
      'Returns information and changes nothing outside the call. Computing, converting and checking are reading too.',
  },
  Unknown: {
    withArticle: 'a tool of unknown category',
    act: 'does something that our rules cannot tell from its definition',
    meaning:
      'Our rules know no word of name, description or schema that says what a call does. Unknown is never safe and never Read.',
  },
};

/** How a severity is spoken of; the meaning is the text of `data/severities.yaml`, which a test holds it to. */
export const SEVERITY_WORDS: Readonly<Record<Severity, { readonly title: string; readonly meaning: string }>> = {
  critical: {
    title: 'Critical',
    meaning: 'One wrong call can cost money, run anything, or destroy what cannot be brought back.',
  },
  high: { title: 'High', meaning: 'One wrong call can do damage that takes people and time to repair.' },
  medium: {
    title: 'Medium',
    meaning: 'One wrong call changes or shows something it should not, and can be put right.',
  },
  low: { title: 'Low', meaning: 'One wrong call has little effect outside the conversation.' },
};

/** Severities, worst first: the order of every list. */
export const WORST_FIRST: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** `1 tool`, `2 tools`, `1,204 tools`; the plural may be given where an s is not enough. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${number(n)} ${n === 1 ? noun : plural}`;
}

/** Digits in groups of three, the same on every machine. */
export function number(n: number): string {
  return n < 1000 ? String(n) : String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `a, b and c`. */
export function list(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}

/** Joints inside a part of a list. */
const JOINED = /, | (?:and|or|that|which|who|whose) /;

/** A list of what somebody does, like `list`; where parts have joints of their own, a stronger one tells them apart. */
export function clauses(parts: readonly string[]): string {
  if (parts.length < 2 || !parts.some((part) => JOINED.test(part))) return list(parts);
  const joint = parts.length === 2 && !parts.some((part) => part.includes(', ')) ? ', ' : '; ';
  return `${parts.slice(0, -1).join(joint)}${joint}and ${parts.at(-1) ?? ''}`;
}

/** Part of a whole in per cent, one decimal below ten. Only all of it is 100 %, and only none of it is 0 %. */
export function share(part: number, whole: number): string {
  // The space keeps number and sign on one line.
  return `${percentOf(part, whole)}\u00a0%`;
}

function percentOf(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0';
  if (part === whole) return '100';
  const value = (100 * part) / whole;
  if (value >= 10) return String(Math.min(99, Math.round(value)));
  return value < 0.1 ? 'below 0.1' : value.toFixed(1);
}

/** ISO date (UTC) of an instant in epoch milliseconds. Throws `RangeError` where it is no instant. */
export function date(at: number): string {
  if (!(at >= 0 && at < YEAR_10000)) return new Date(at).toISOString().slice(0, 10);
  // A page has ten dates, and `Date` takes ten times as long. Years begin in March, so that leap days come last;
  // https://howardhinnant.github.io/date_algorithms.html
  const days = Math.floor(at / DAY_MS) + DAYS_TO_1970;
  const era = Math.floor(days / DAYS_OF_ERA);
  const day = days - era * DAYS_OF_ERA;
  const year = Math.floor((day - Math.floor(day / 1460) + Math.floor(day / 36524) - Math.floor(day / 146096)) / 365);
  const ofYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  const ofMonth = ofYear - Math.floor((153 * month + 2) / 5) + 1;
  const two = (n: number) => (n < 10 ? `0${n}` : `${n}`);
  return `${year + era * 400 + (month > 9 ? 1 : 0)}-${two(month > 9 ? month - 9 : month + 3)}-${two(ofMonth)}`;
}

const DAY_MS = 86_400_000;
/** Days from 1 March of the year 0 to 1970. */
const DAYS_TO_1970 = 719_468;
/** Days in 400 years. */
const DAYS_OF_ERA = 146_097;
const YEAR_10000 = 253_402_300_800_000;

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `22 November 2026` (UTC). */
export function longDate(at: number): string {
  const day = new Date(at);
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()] ?? ''} ${day.getUTCFullYear()}`;
}

/** `reads-secrets` as people read it: `reads secrets`. */
export function spoken(id: string): string {
  return id.replaceAll('-', ' ');
}

/** The first letter as a capital. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Cuts at a word so that the text with its ellipsis has at most `chars` characters. */
export function excerpt(text: string, chars: number): string {
  const line = SPACED.test(text) ? text.replace(/\s+/g, ' ').trim() : text;
  if (line.length <= chars) return line;
  const cut = line.slice(0, chars - 1);
  const space = cut.lastIndexOf(' ');
  return `${wellFormed(space > chars / 2 ? cut.slice(0, space) : cut)}…`;
}

/** White space that is not one blank between two words. */
const SPACED = /[^\S ]| {2}|^ | $/;

/** The start of a text that takes at most so many bytes as UTF-8, and whether something is missing. */
export function cutToBytes(text: string, bytes: number): { readonly text: string; readonly cut: boolean } {
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return { text, cut: false };
  let end = Math.min(text.length, bytes);
  while (Buffer.byteLength(text.slice(0, end)) > bytes) end = Math.floor(end * 0.9);
  return { text: wellFormed(text.slice(0, end)), cut: true };
}

import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CATEGORIES, type Category, SEVERITIES, type Severity } from '../model/verdict.ts';
import { urls } from './urls.ts';

/**
 * Capitals as strokes on a grid of 4 by 6, so that a card looks the same on every machine and needs no font.
 */
const STROKES: Readonly<Record<string, string>> = {
  A: 'M0 6L2 0L4 6M.8 4h2.4',
  C: 'M4 1.2A2.1 2.1 0 0 0 2 0A2 2 0 0 0 0 2V4A2 2 0 0 0 2 6A2.1 2.1 0 0 0 4 4.8',
  D: 'M0 0V6H1.5A2.5 2.5 0 0 0 4 3.5V2.5A2.5 2.5 0 0 0 1.5 0Z',
  E: 'M3.6 0H0V6H3.6M0 3H3',
  F: 'M3.6 0H0V6M0 3H3',
  G: 'M4 1.2A2.1 2.1 0 0 0 2 0A2 2 0 0 0 0 2V4A2 2 0 0 0 4 4V3.3H2.4',
  H: 'M0 0V6M4 0V6M0 3H4',
  I: 'M0 0V6',
  K: 'M0 0V6M3.8 0L0 3.6M1.4 2.4L4 6',
  L: 'M0 0V6H3.4',
  M: 'M0 6V0L2.4 4L4.8 0V6',
  N: 'M0 6V0L4 6V0',
  O: 'M2 0A2 2 0 0 0 0 2V4A2 2 0 0 0 4 4V2A2 2 0 0 0 2 0Z',
  R: 'M0 6V0H2.2A1.65 1.65 0 0 1 2.2 3.3H0M2 3.3L4 6',
  S: 'M3.8 1A2 1.6 0 0 0 2 0C.9 0 .2 .6 .2 1.5C.2 3.4 4 2.6 4 4.5C4 5.4 3.2 6 2 6A2.3 1.8 0 0 1 0 4.9',
  T: 'M0 0H4M2 0V6',
  U: 'M0 0V4A2 2 0 0 0 4 4V0',
  V: 'M0 0L2 6L4 0',
  W: 'M0 0L1.3 6L2.6 1.6L3.9 6L5.2 0',
  X: 'M0 0L4 6M4 0L0 6',
  ' ': '',
};
const WIDTHS: Readonly<Record<string, number>> = { I: 0, M: 4.8, W: 5.2, L: 3.4, E: 3.6, F: 3.6, ' ': 1 };
const GAP = 1.5;

const COLOURS: Readonly<Record<Severity, string>> = {
  low: '#1c6e46',
  medium: '#8a6600',
  high: '#b84c0f',
  critical: '#b3173a',
};
const SHAPES: Readonly<Record<Severity, string>> = {
  low: '<circle cx="50" cy="50" r="50"/>',
  medium: '<path d="M50 0L100 50L50 100L0 50Z"/>',
  high: '<path d="M50 4L100 94H0Z"/>',
  critical: '<path d="M30 0H70L100 30V70L70 100H30L0 70V30Z"/>',
};

/** Words in strokes, with the left upper corner at a point. */
function word(text: string, x: number, y: number, scale: number, colour: string, weight: number): string {
  let at = 0;
  const strokes = Array.from(text.toUpperCase(), (letter) => {
    const path = `<path transform="translate(${at} 0)" d="${STROKES[letter] ?? ''}"/>`;
    at += (WIDTHS[letter] ?? 4) + GAP;
    return path;
  });
  return `<g transform="translate(${x} ${y}) scale(${scale})" fill="none" stroke="${colour}" stroke-width="${weight}" stroke-linecap="round" stroke-linejoin="round">${strokes.join('')}</g>`;
}

function card(colour: string, shape: string, lines: readonly string[]): string {
  const words = lines.map((line, i) =>
    word(line, 470, i === 0 ? 205 : 340, i === 0 ? 15 : 11, i === 0 ? '#ffffff' : '#f3ded2', i === 0 ? 0.85 : 0.62),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630"><rect width="1200" height="630" fill="#17181a"/><rect width="1200" height="14" fill="${colour}"/><g transform="translate(110 175) scale(2.6)" fill="${colour}">${shape}</g>${words.join('')}${word('toolrisk', 470, 500, 6, '#b2aea5', 0.7)}</svg>`;
}

/** The picture of one category and severity, as SVG. */
export function cardSvg(category: Category, severity: Severity): string {
  return card(COLOURS[severity], SHAPES[severity], [severity, category]);
}

/** The paths of all cards. */
export function cardPaths(): readonly string[] {
  return [...CATEGORIES.flatMap((category) => SEVERITIES.map((one) => urls.card(category, one))), urls.siteCard()];
}

/** Every card as PNG with its path. Takes about 10 ms each, so they are made when they are not there yet. */
export function cards(): readonly { readonly path: string; readonly svg: string }[] {
  const all = CATEGORIES.flatMap((category) =>
    SEVERITIES.map((severity) => ({ path: urls.card(category, severity), svg: cardSvg(category, severity) })),
  );
  return [
    ...all,
    { path: urls.siteCard(), svg: card(COLOURS.critical, SHAPES.critical, ['toolrisk', 'tools and risks']) },
  ];
}

/** The picture as PNG: the one that was made when the program was built, or made now, which takes 100 MB for all. */
export function png(svg: string): Uint8Array {
  const ready = new URL(readyName(svg), READY);
  return existsSync(ready) ? readFileSync(ready) : draw(svg);
}

const READY = new URL('./assets/cards/', import.meta.url);

/** The name of a picture that is ready says what it was made of, so that an old one is never taken for a new one. */
export function readyName(svg: string): string {
  return `${hash('sha256', svg, 'hex').slice(0, 16)}.png`;
}

/** Draws a picture. */
export function draw(svg: string): Uint8Array {
  // Loaded where something has to be drawn, which the program that is built hardly ever does.
  const { Resvg }: typeof import('@resvg/resvg-js') = createRequire(import.meta.url)('@resvg/resvg-js');
  return new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng();
}

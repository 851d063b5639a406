import { type Html, html, NOTHING } from '../html.ts';
import { highlight, snippet } from '../parts/highlight.ts';
import type { Lookup } from '../tables.ts';
import { urls } from '../urls.ts';
import { type InstructionsView, isHostile } from '../view.ts';
import { count, cutToBytes, number } from '../words.ts';
import { sanitised } from './tool-api.ts';

/** Bytes of the instructions that the page shows, and signs of an attack that it names. */
const SHOWN_BYTES = 8_000;
const SHOWN_THREATS = 20;
/** Characters shown on each side of a sign. */
const AROUND = 70;

/** What a server tells the model about itself, quoted, with every sign of an attack in it. */
export function instructionSection({ text, threats }: InstructionsView, lookup: Lookup, root: string): Html {
  const shown = cutToBytes(text, SHOWN_BYTES);
  const named = threats.slice(0, SHOWN_THREATS);
  const spans = named.map(({ start, end }, i) => ({ start, end, target: `instruction-${i + 1}` }));
  const items = named.map(({ rule: id, strength, start, end }, i) => {
    const rule = lookup.rules.get(id);
    return html`<li id="instruction-${i + 1}"><span class="what">${rule?.title ?? id}</span> <span class="soft">(${strength} sign)</span>
<p>In the instructions: <q><bdi>${snippet(text, start, end, AROUND)}</bdi></q></p>
<p class="small soft">${rule !== undefined && html`${rule.why} `}<a href="${root}${urls.rule(id)}">Rule <code>${id}</code></a></p></li>
`;
  });
  return html`<h2 id="instructions">What the server tells the model</h2>
<blockquote class="quote" tabindex="0" aria-label="Instructions, as the server sends them"><bdi>${highlight(shown.text, spans)}${shown.cut && ' …'}</bdi></blockquote>
<p class="source">Quoted from the server as data. It is not checked and not ours; nothing in it is an instruction.${shown.cut && ` The first ${number(shown.text.length)} of ${number(text.length)} characters; the rest is in the catalogue.`}${threats.length === 0 && ' No sign of an attack was found in it.'}</p>
${isHostile(threats) ? html`<div class="alarm"><p><strong>These instructions show what attacks on agents show.</strong> Do not connect an agent to the server before a person has read them.</p></div>\n` : NOTHING}${threats.length > 0 && html`<ul class="why">\n${items}</ul>\n`}${threats.length > SHOWN_THREATS && html`<p class="small soft">and ${count(threats.length - SHOWN_THREATS, 'more sign')}.</p>\n`}`;
}

/** The same for a file that agents read: cut short, and left out where it shows a strong sign of an attack. */
export function instructionApi({ text, threats }: InstructionsView) {
  return {
    ...(isHostile(threats)
      ? { withheld: 'instructions of the server: they show signs of an attack' }
      : { quotedInstructions: sanitised(text) }),
    instructionThreats: threats.map(({ rule, strength }) => ({ rule, strength })),
  };
}

import { type Html, html } from '../html.ts';

/** A text file with a copy button; without JavaScript there is no button, and the text is there all the same. */
export function fileBox(id: string, name: string, text: string, link?: Html): Html {
  return html`<div class="file"><div class="bar"><span>${name}${link !== undefined && html` · ${link}`}</span><button type="button" data-copy="${id}" hidden>Copy</button></div>
<pre tabindex="0" role="region" aria-label="${name}"><code id="${id}">${text}</code></pre></div>
`;
}

/** One choice of several: radio buttons, so that it works with the keyboard and without JavaScript. */
export function tabs(
  name: string,
  legend: string,
  choices: readonly { readonly label: string; readonly body: Html }[],
): Html {
  const heads = choices.map(
    ({ label }, i) =>
      html`<input type="radio" name="${name}" id="${name}-${i + 1}"${i === 0 && html` checked`}><label for="${name}-${i + 1}">${label}</label>
`,
  );
  const panels = choices.map(({ body }, i) => html`<div class="panel p${i + 1}">${body}</div>\n`);
  return html`<fieldset class="tabs"><legend>${legend}</legend>
${heads}${panels}</fieldset>
`;
}

/** The most choices that the style sheet knows. */
export const TABS = 6;

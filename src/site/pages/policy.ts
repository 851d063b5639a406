import { type Policy, type PolicyFormat, STRENGTHS, type Strength } from '../../model/policy.ts';
import { externalLink, type Html, html, join, withCode } from '../html.ts';
import { fileBox } from '../parts/file.ts';
import { type PolicyText, type PolicyView, STRENGTH_WORDS } from '../policies.ts';
import { rootOf, urls } from '../urls.ts';
import { capital, count, list } from '../words.ts';
import type { Page, ServerPageInput } from './context.ts';
import { shownName } from './tool-answers.ts';
import { caveats } from './tool-control.ts';

/** The page with the policy of a server in every format, for one strength. */
export function policyPage(
  { pages, lookup, baseUrl }: ServerPageInput,
  strength: Strength,
  policy: PolicyView,
  written: readonly PolicyText[],
): Page {
  const { server } = pages;
  const path = urls.policies(server.slug, strength);
  const root = rootOf(path);
  const name = shownName(server.name);
  const boxes = written.map(
    ({ format, written: text }, i) => html`<details${i === 0 && html` open`}><summary>${format.title}</summary>
<div>${fileBox(
      `file-${format.id}`,
      text.fileName,
      text.text,
      lookup.once(`home ${format.id}`, () => externalLink(format.homepage, 'how it works')),
    )}${text.companions.map((file, k) => fileBox(`file-${format.id}-${k + 2}`, file.fileName, file.text))}${caveats(text)}${lookup.once(`format ${format.id}`, () => aboutFormat(format))}</div></details>
`,
  );
  const other = STRENGTHS.filter((one) => one !== strength);
  return {
    parts: {
      path,
      title: `${capital(strength)} policy for ${name}`,
      description: `The ${strength} policy for the MCP server ${name}, in ${count(written.length, 'format')}.`,
      body: html`<h1>${capital(strength)} policy for <bdi>${name}</bdi></h1>
<p class="lead">${capital(STRENGTH_WORDS[strength])}. ${withCode(policy.effect())}</p>
<p>Other strengths: ${join(
        other.map(
          (one) => html`<a href="${root}${urls.policies(server.slug, one)}">${one}</a> (${STRENGTH_WORDS[one]})`,
        ),
        ' · ',
      )}</p>
${boxes}${strength !== 'recommended' && html`<p>In any other format: <code>toolrisk policy SERVER --strength ${strength} --format ID</code>, or the <a href="${root}${urls.policies(server.slug, 'recommended')}">recommended policy in all formats</a>.</p>\n`}<p class="small soft"><a href="${root}${urls.api(path)}">The policy as JSON</a></p>`,
      crumbs: [
        { label: 'Home', path: urls.home() },
        { label: 'Servers', path: urls.servers() },
        { label: name, path: urls.server(server.slug) },
        { label: `${capital(strength)} policy`, path },
      ],
      section: 'servers',
      card: urls.siteCard(),
      script: 'copy',
      hidden: strength !== 'recommended',
    },
    api: {
      v: 1,
      kind: 'policy',
      ...(baseUrl === undefined ? {} : { page: baseUrl + path }),
      strength,
      policy: withoutHashes(policy.policy),
      formats: written.map(({ format, written: text }) => ({
        format: format.id,
        fileName: text.fileName,
        tightened: text.tightened,
        unenforced: text.unenforced,
      })),
    },
  };
}

/** What a reader of any file in a format has to know. */
function aboutFormat({ notes, expresses }: PolicyFormat): Html {
  return html`${
    notes.length > 0 && html`<ul class="small soft">${notes.map((note) => html`<li>${withCode(note)}</li>`)}</ul>`
  }<p class="small soft">What it can say: ${sayable(expresses)}. Checked by: ${expresses.checkedBy}.</p>`;
}

/** The policy without the hashes of the definitions, which stand beside each tool: it changes only where a rule does. */
function withoutHashes(policy: Policy): Policy {
  return { ...policy, tools: policy.tools.map(({ definitionHash: _, ...rule }) => rule) };
}

function sayable({
  allow,
  ask,
  deny,
  rateLimits,
  constraints,
  operations,
  hide,
}: PolicyText['format']['expresses']): string {
  return list([
    ...(allow ? ['allow'] : []),
    ...(ask ? ['ask'] : []),
    ...(deny ? ['deny'] : []),
    ...(hide ? ['hide'] : []),
    ...(rateLimits ? ['rate limits'] : []),
    ...(constraints.length > 0 ? ['constraints on arguments'] : []),
    ...(operations ? ['rules per operation'] : []),
  ]);
}

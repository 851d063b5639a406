import type { ToolRule } from '../../model/policy.ts';
import { type Html, html, NOTHING } from '../html.ts';
import type { Answer, PageParts } from '../layout.ts';
import { type Parameters, parametersOf } from '../parameters.ts';
import { capabilityTag, categoryLink, severityBadge } from '../parts/badges.ts';
import { highlight } from '../parts/highlight.ts';
import type { Lookup } from '../tables.ts';
import { rootOf, urls } from '../urls.ts';
import { isHostile, threatsIn } from '../view.ts';
import { CATEGORY_WORDS, clauses, date, list, number, SEVERITY_WORDS } from '../words.ts';
import type { Page, ToolPageInput } from './context.ts';
import { answersFor, becauseOf, callOf, shownName, tellingFacts } from './tool-answers.ts';
import { toolApi } from './tool-api.ts';
import { attackSection, controlSection, relatedSection } from './tool-control.ts';
import { disputeSection, historySection, METHOD_WORDS, originSection } from './tool-origin.ts';
import { annotationSection, operationSection, parameterSection } from './tool-parameters.ts';
import { numbered, quoteSection, spansAt, threatSection, whySection } from './tool-why.ts';

/** The page of one tool. */
export function toolPage(input: ToolPageInput): Page {
  const { pages, row, tool, policy, lookup } = input;
  const path = urls.tool(pages.server.slug, row.slug);
  const root = rootOf(path);
  const findings = numbered(tool);
  const parameters = parametersOf(tool);
  const faq = answersFor(pages, tool, parameters, policy, lookup);
  const attacks = attackSection(tool, findings, lookup, root);
  const { category, severity } = tool.verdict;
  const body = html`<h1 class="name"><bdi>${highlight(row.name, spansAt(tool, findings, '/name', 'value'))}</bdi></h1>
<p class="soft">A tool of the MCP server <a href="${root}${urls.server(pages.server.slug)}"><bdi>${pages.server.name}</bdi></a></p>
${verdictCard(input, root)}<div class="grid">
${side(input, parameters, root, attacks !== NOTHING)}<div class="main">
${quoteSection(tool, findings)}${whySection(tool, findings, lookup, root)}${controlSection(pages, policy, root)}${operationSection(tool, root)}${parameterSection(tool, parameters, findings, lookup)}${annotationSection(tool, lookup, root)}${threatSection(tool, pages.server, lookup, root)}${attacks}${relatedSection(input, root)}${answerSection(faq)}${originSection(tool)}${historySection(pages, tool)}${disputeSection(pages, tool, lookup, urls.api(path), root)}</div>
</div>`;
  const name = shownName(row.name);
  const parts: PageParts = {
    path,
    title: `${name} (${shownName(pages.server.name)}): ${category}, ${severity}`,
    description: `${name} is ${CATEGORY_WORDS[category].withArticle} of ${severity} severity: ${callOf(tool)}. Why, and the policy to put on it.`,
    body,
    crumbs: [
      { label: 'Home', path: urls.home() },
      { label: 'Servers', path: urls.servers() },
      { label: shownName(pages.server.name), path: urls.server(pages.server.slug) },
      { label: name, path },
    ],
    section: 'servers',
    card: urls.card(category, severity),
    faq,
    script: 'copy',
  };
  return { parts, api: toolApi(input, parameters) };
}

/** The answer of the page in its first lines: what it can do, how bad it can get, why, what to do. */
function verdictCard({ tool, policy, lookup }: ToolPageInput, root: string): Html {
  const { category, severity, confidence } = tool.verdict;
  const facts = tellingFacts(tool, lookup);
  const strong = isHostile(threatsIn(tool));
  // Severity judges what the tool does; where its text attacks, that comes first.
  return html`<section class="verdict ${strong ? 'critical' : severity}" aria-label="Verdict">
${strong && html`<p class="grade"><strong><a href="#threats">Signs of an attack</a> in its definition</strong></p>\n`}<p class="grade">${lookup.once(`grade ${root} ${category} ${severity}`, () => html`${severityBadge(severity)} <span class="kind">${categoryLink(category, root)}</span>`)} <span class="sure">${Math.round(confidence * 100)} % sure</span></p>
<p>A call <strong>${CATEGORY_WORDS[category].act}</strong>${facts.length > 0 && `: it ${clauses(facts)}`}. ${becauseOf(tool)}</p>
<p><a href="#control">What to do</a>: ${adviceOf(policy.rule)}</p>
</section>
`;
}

function side(
  { pages, row, tool, lookup }: ToolPageInput,
  parameters: Parameters,
  root: string,
  attacks: boolean,
): Html {
  return html`<aside class="side" aria-label="Facts"><div>
<dl class="facts">
<dt>Server</dt><dd><a href="${root}${urls.server(pages.server.slug)}"><bdi>${pages.server.name}</bdi></a></dd>
<dt>Version</dt><dd>${tool.packageVersion ?? pages.server.version ?? 'not versioned'}</dd>
<dt>Severity</dt><dd>${SEVERITY_WORDS[tool.verdict.severity].title}</dd>
<dt>Category</dt><dd>${tool.verdict.category}</dd>
<dt>Parameters</dt><dd>${parameterFact(parameters)}</dd>
<dt>Token cost</dt><dd><a href="${root}${urls.tokens()}">${number(row.tokens)}</a></dd>
<dt>How read</dt><dd>${METHOD_WORDS[tool.method]}</dd>
<dt>Observed</dt><dd>since <time datetime="${date(tool.firstSeen)}">${date(tool.firstSeen)}</time></dd>
</dl>
${tags(tool.verdict.capabilities, lookup, root)}${contents(tool.verdict.operations.length > 0, attacks, lookup)}</div></aside>
`;
}

function tags(capabilities: readonly string[], lookup: Lookup, root: string): Html {
  if (capabilities.length === 0) return NOTHING;
  return lookup.once(
    `tags ${root} ${capabilities.join()}`,
    () =>
      html`<ul class="tags" aria-label="Capabilities">${capabilities.map((id) => html`<li>${capabilityTag(id, lookup.capability(id).title, root)}</li>`)}</ul>\n`,
  );
}

/** The sections of the page. */
function contents(operations: boolean, attacks: boolean, lookup: Lookup): Html {
  return lookup.once(`contents ${operations} ${attacks}`, () => {
    const sections = [
      ['description', 'What the server says'],
      ['why', 'Why this verdict'],
      ['control', 'How to control it'],
      ...(operations ? [['operations', 'Operations']] : []),
      ['parameters', 'Parameters'],
      ['annotations', 'The author’s hints'],
      ['threats', 'Signs of an attack'],
      ...(attacks ? [['attacks', 'Attack patterns']] : []),
      ['related', 'Related tools'],
      ['questions', 'Questions'],
      ['origin', 'Where this was read'],
      ['history', 'History'],
      ['dispute', 'Is this wrong?'],
    ];
    return html`<nav class="toc" aria-labelledby="toc"><h2 id="toc">On this page</h2>
<ul>
${sections.map(([id = '', label = '']) => html`<li><a href="#${id}">${label}</a></li>\n`)}</ul></nav>
`;
  });
}

function parameterFact(parameters: Parameters): string {
  if (parameters.kind === 'unknown') return 'unknown';
  if (parameters.list.length === 0) return 'none';
  const required = parameters.list.filter((one) => one.required).length;
  return `${parameters.list.length}${parameters.complete ? '' : ' or more'}, ${required} required`;
}

function answerSection(faq: readonly Answer[]): Html {
  return html`<h2 id="questions">Questions and answers</h2>
${faq.map(({ question, answer }) => html`<details><summary><bdi>${question}</bdi></summary><p><bdi>${answer}</bdi></p></details>\n`)}`;
}

/** The recommended rule in a few words; the whole sentence stands beside the policy. */
function adviceOf(rule: ToolRule | undefined): string {
  if (rule === undefined || (rule.decision === 'deny' && rule.operations.length === 0)) {
    return rule?.hide === true ? 'hide it from the agent and deny every call.' : 'deny every call.';
  }
  const limits = rule.limits.map(({ max, window }) => `${max} ${window === 'hour' ? 'an' : 'a'} ${window}`);
  const act =
    rule.operations.length > 0
      ? 'decide by operation'
      : rule.decision === 'ask'
        ? 'ask a person before each call'
        : 'allow it';
  return `${act}${limits.length > 0 ? `, at most ${list(limits)}` : ''}${rule.constraints.length > 0 ? ', within limits on its arguments' : ''}.`;
}

/** A page where a tool used to be. */
export function tombstonePage(input: {
  readonly server: { readonly slug: string; readonly name: string };
  readonly name: string;
  readonly slug: string;
  readonly at: number;
}): Page {
  const path = urls.tool(input.server.slug, input.slug);
  const root = rootOf(path);
  const name = shownName(input.name);
  return {
    parts: {
      path,
      title: `${name}: no longer listed`,
      description: `${name} was a tool of ${shownName(input.server.name)} and is no longer listed.`,
      body: html`<h1 class="name"><bdi>${name}</bdi></h1>
<p class="lead">This tool is no longer listed by <a href="${root}${urls.server(input.server.slug)}"><bdi>${input.server.name}</bdi></a>, as observed on ${date(input.at)}.</p>
<p class="text">Older versions of the server may still have it. A policy that denies what it does not list keeps denying it.</p>`,
      crumbs: [
        { label: 'Home', path: urls.home() },
        { label: 'Servers', path: urls.servers() },
        { label: shownName(input.server.name), path: urls.server(input.server.slug) },
        { label: name, path },
      ],
      section: 'servers',
      card: urls.siteCard(),
      hidden: true,
    },
    api: { v: 1, kind: 'removed-tool', tool: name, removed: date(input.at) },
  };
}

import { DECISIONS, type Decision, STRENGTHS } from '../../model/policy.ts';
import { Html, html, join, withCode } from '../html.ts';
import type { PolicyText, PolicyView } from '../policies.ts';
import { rootOf, urls } from '../urls.ts';
import type { ServerPages } from '../view.ts';
import { nameNote, policyFiles } from './tool-control.ts';

/** What a server's page says of its recommended policy. */
export interface ServerPolicy {
  readonly default: Decision;
  /** What it does, in a sentence. */
  readonly effect: string;
  readonly section: Html;
}

/** Makes it from the policy and its files. */
export function serverPolicy(pages: ServerPages, view: PolicyView, written: readonly PolicyText[]): ServerPolicy {
  const effect = view.effect();
  const root = rootOf(urls.server(pages.server.slug));
  return {
    default: view.policy.default,
    effect,
    section: policySection(pages, effect, view.policy.serverName, written, root),
  };
}

/** Takes it over from the server's page and its twin, as they were written before. Undefined where they are not ours. */
export function serverPolicyIn(page: string, twin: string): ServerPolicy | undefined {
  const from = page.indexOf(POLICY_HEAD);
  const ends = AFTER_POLICY.map((head) => page.indexOf(head, from)).filter((at) => at > 0);
  const known = policyIn(twin);
  if (from < 0 || ends.length === 0 || known === undefined) return undefined;
  return { ...known, section: new Html(page.slice(from, Math.min(...ends))) };
}

/** What the twin of a server's page says of its policy; undefined where somebody changed the file. */
function policyIn(twin: string): Omit<ServerPolicy, 'section'> | undefined {
  try {
    const { policy }: { policy?: Partial<ServerPolicy> } = JSON.parse(twin);
    const known = DECISIONS.find((decision) => decision === policy?.default);
    return known === undefined || typeof policy?.effect !== 'string'
      ? undefined
      : { default: known, effect: policy.effect };
  } catch {
    return undefined;
  }
}

// No crawled text can look like these: it is escaped.
const POLICY_HEAD = '<h2 id="policy">';
const AFTER_POLICY = ['<h2 id="advisories">', '<h2 id="coverage">'];

function policySection(
  pages: ServerPages,
  effect: string,
  serverName: string,
  written: readonly PolicyText[],
  root: string,
): Html {
  if (pages.rows.length === 0)
    return html`<h2 id="policy">Policy</h2>\n<p class="text">There is nothing to write rules for. Deny the server until its tools are known.</p>\n`;
  return html`<h2 id="policy">Policy for the whole server</h2>
<p class="text"><strong>${withCode(effect)}</strong></p>
${policyFiles(written)}${nameNote(serverName)}<p>All formats: ${join(
    STRENGTHS.map((strength) => html`<a href="${root}${urls.policies(pages.server.slug, strength)}">${strength}</a>`),
    ' · ',
  )}</p>
`;
}

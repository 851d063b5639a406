import type { NeighbourThreat } from '../input.ts';
import { showInvisible } from '../invisible.ts';
import type { Parameters } from '../parameters.ts';
import { serverSlug, slug, urls } from '../urls.ts';
import { isHostile, strengthOf, threatsIn } from '../view.ts';
import { date, excerpt } from '../words.ts';
import type { ToolPageInput } from './context.ts';
import { shownName } from './tool-answers.ts';

/** Longest piece of crawled text in a file that an agent may read. */
const SUMMARY_CHARS = 300;

/**
 * The machine-readable twin of a tool's page. Agents read it, so crawled text is short, on one line, with invisible
 * characters shown, and left out altogether where the definition shows a strong sign of an attack.
 */
export function toolApi({ pages, row, tool, policy, baseUrl }: ToolPageInput, parameters: Parameters): unknown {
  const { verdict } = tool;
  const threats = threatsIn(tool);
  const hostile = isHostile(threats);
  const told = strengthOf(pages.server.instructions?.threats ?? []);
  const quote = (text: string) => (hostile ? undefined : sanitised(text));
  const path = urls.tool(pages.server.slug, row.slug);
  return {
    v: 1,
    kind: 'tool',
    ...(baseUrl === undefined ? {} : { page: baseUrl + path }),
    server: { id: shownName(pages.server.id), name: shownName(pages.server.name) },
    ...(told === 'none' ? {} : { instructionThreats: told }),
    tool: shownName(tool.definition.name),
    category: verdict.category,
    severity: verdict.severity,
    confidence: verdict.confidence,
    capabilities: verdict.capabilities,
    ...(hostile ? { withheld: 'text of the definition: it shows signs of an attack' } : {}),
    quotedDescription: tool.definition.description === undefined ? undefined : quote(tool.definition.description),
    findings: verdict.findings
      .filter((finding) => finding.discounted === undefined)
      .map(({ rule, capability, path: at, on, start, end, text }) => ({
        rule,
        capability,
        path: quote(at),
        on,
        start,
        end,
        quotedText: quote(text),
      })),
    moves: verdict.moves,
    operations: verdict.operations.map((one) => ({ ...one, path: quote(one.path), value: quote(one.value) })),
    threats: threats.map((threat) => ({
      rule: threat.rule,
      strength: threat.strength,
      ...('other' in threat ? { beside: besideOf(threat) } : {}),
    })),
    parameters:
      parameters.kind === 'unknown'
        ? { known: false }
        : {
            known: true,
            complete: parameters.complete,
            list: parameters.list.map(({ name, type, required }) => ({
              name: quote(name),
              type: type === undefined ? undefined : quote(type),
              required,
            })),
          },
    annotations: tool.definition.annotations === undefined ? undefined : hints(tool.definition.annotations),
    policy: {
      rule: policy.rule?.decision ?? policy.unlisted,
      effect: showInvisible(policy.effect),
    },
    tokens: row.tokens,
    ruleset: verdict.ruleset,
    provenance: {
      method: tool.method,
      place: sanitised(tool.provenance),
      packageVersion: tool.packageVersion,
      firstObserved: date(tool.firstSeen),
      definitionHash: tool.definitionHash,
    },
  };
}

/** The tool beside which a threat shows; its name is that of an honest one, mostly. */
function besideOf({ other }: NeighbourThreat) {
  const api = other.listed ? urls.api(urls.tool(serverSlug(other.server), slug(other.tool))) : undefined;
  return { server: shownName(other.server), tool: shownName(other.tool), api };
}

/** Crawled text for files that agents read. */
export function sanitised(text: string): string {
  return excerpt(showInvisible(text), SUMMARY_CHARS);
}

function hints({
  readOnlyHint,
  destructiveHint,
  idempotentHint,
  openWorldHint,
}: NonNullable<ToolPageInput['tool']['definition']['annotations']>) {
  return { readOnlyHint, destructiveHint, idempotentHint, openWorldHint };
}

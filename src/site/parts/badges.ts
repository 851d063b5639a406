import type { Category, Severity } from '../../model/verdict.ts';
import { type Html, html } from '../html.ts';
import { urls } from '../urls.ts';
import type { ToolRow } from '../view.ts';
import { SEVERITY_WORDS } from '../words.ts';

/** A severity as colour, shape and word. */
export function severityBadge(severity: Severity): Html {
  return BADGES[severity];
}

const badge = (severity: Severity) => html`<span class="sev ${severity}">${SEVERITY_WORDS[severity].title}</span>`;
const BADGES: Readonly<Record<Severity, Html>> = {
  critical: badge('critical'),
  high: badge('high'),
  medium: badge('medium'),
  low: badge('low'),
};

/** A category that leads to its page. */
export function categoryLink(category: Category, root: string): Html {
  return html`<a href="${root}${urls.category(category)}">${category}</a>`;
}

/** A capability that leads to its page. */
export function capabilityTag(id: string, title: string, root: string): Html {
  return html`<a class="tag" href="${root}${urls.capability(id)}">${title}</a>`;
}

/** A tool among others: name, category, severity. */
export function toolLine(
  server: string,
  row: Pick<ToolRow, 'name' | 'slug' | 'category' | 'severity'>,
  root: string,
  sub?: Html,
): Html {
  return html`<li><a class="name" href="${root}${urls.tool(server, row.slug)}"><bdi>${row.name}</bdi></a>
<span class="soft">${row.category}</span>${severityBadge(row.severity)}${sub !== undefined && html`<span class="sub">${sub}</span>`}</li>
`;
}

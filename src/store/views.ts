import { SEVERITIES, type Severity, severityRank } from '../model/scales.ts';
import type { View } from './describe.ts';
import {
  CATEGORY,
  instant,
  list,
  number,
  SERVER_ID,
  SERVER_NAME,
  SEVERITY,
  SEVERITY_RANK,
  SIGN_OF_ATTACK,
  SPAN,
  TOOL_NAME,
  text,
} from './view-columns.ts';
import { COVERAGE, SERVER_MANIFESTS, SOURCES } from './view-coverage.ts';
import { TOOL_HINTS } from './view-hints.ts';
import { TOOL_PARAMETERS } from './view-parameters.ts';

/** The outer joins never miss: they are written so that SQLite leaves out the tables that a question does not need. */
const TOOL_RISK: View = {
  name: 'tool_risk',
  text: 'One row per current tool, with its verdict and where it was read',
  stable: true,
  columns: [
    SERVER_ID,
    SERVER_NAME,
    TOOL_NAME,
    CATEGORY,
    SEVERITY,
    SEVERITY_RANK,
    list('capabilities', 'Ids of the capabilities that count'),
    { name: 'confidence', type: 'REAL', text: 'How sure the verdict is', unit: '0 to 1' },
    text('method', 'How the definition was obtained: live, executed, publisher-list, static or readme'),
    text('definition_hash', 'SHA-256 of the canonical definition, hex; compare within one method only'),
    text('package_version', 'Version of the package that was read; null where there is none'),
    text('provenance', 'Place where the definition was read'),
    instant('first_seen', 'First time that the tool was observed'),
    instant('last_seen', 'Last time that its manifest answered'),
    text('title', 'Title as its publisher wrote it, untrusted; null where there is none'),
    text('description', 'What its publisher says it does, untrusted; null where nothing is said'),
  ],
  sql: `
    SELECT t.server_id, s.name, t.name, v.category, v.severity, v.severity_rank, v.capabilities, v.confidence,
      d.method, d.definition_hash, o.package_version, o.provenance, t.first_seen, m.last_seen,
      d.definition ->> '$.title', d.definition ->> '$.description'
    FROM tools t
    JOIN verdicts v ON v.tool = t.tool
    LEFT JOIN servers s ON s.server_id = t.server_id
    LEFT JOIN tool_versions d ON d.tool_version = t.tool_version
    LEFT JOIN observations o ON o.tool = t.tool AND o.manifest = t.manifest
    LEFT JOIN manifests m ON m.manifest = t.manifest`,
};

/** A count of tools that is no 0 where tools are unknown. */
function knownCount(severity: Severity): string {
  return `CASE WHEN tool_count > 0 THEN ${severity}_count END`;
}

const SERVER_RISK: View = {
  name: 'server_risk',
  text: 'One row per server, with its worst severity. No severity means that no tool is known, never that it is safe',
  stable: true,
  columns: [
    SERVER_ID,
    SERVER_NAME,
    text('severity', 'Worst severity among its tools; null when no tool is known'),
    number('severity_rank', 'The worst severity as a number; null when no tool is known', '0 (low) to 3 (critical)'),
    number('tool_count', 'Current tools; like the counts below null when no tool is known'),
    ...SEVERITIES.toReversed().map((severity) => number(`${severity}_count`, `Tools of severity ${severity}`)),
    text('version', 'Version that was read last; null where there is none'),
    instant('first_seen', 'First time that a manifest spoke of it'),
    instant('last_seen', 'Last time that one of its manifests answered; null when none ever did'),
    list('sources', 'Sources that list it'),
  ],
  sql: `
    SELECT server_id, name,
      CASE severity_rank WHEN 3 THEN 'critical' WHEN 2 THEN 'high' WHEN 1 THEN 'medium' WHEN 0 THEN 'low' END,
      severity_rank, nullif(tool_count, 0), ${SEVERITIES.toReversed().map(knownCount).join(', ')}, version, first_seen,
      (SELECT max(m.last_seen) FROM readings r JOIN manifests m ON m.manifest = r.manifest
        WHERE r.server_id = s.server_id),
      (SELECT json_group_array(source) FROM (
        SELECT DISTINCT l.source FROM readings r JOIN manifests m ON m.manifest = r.manifest
          JOIN listings l ON l.locator = m.locator
        WHERE r.server_id = s.server_id ORDER BY l.source))
    FROM servers s`,
};

const CAPABILITY_COUNT: View = {
  name: 'capability_count',
  text: 'How many tools and servers have each capability',
  stable: true,
  columns: [
    text('capability', 'Capability'),
    number('tool_count', 'Tools that have it'),
    number('server_count', 'Servers with at least one such tool'),
  ],
  sql: 'SELECT capability, sum(tool_count), count(*) FROM server_capabilities GROUP BY capability',
};

const RECENT_CHANGES: View = {
  name: 'recent_changes',
  text: 'What changed, newest first. A server that is new has one row, without severities: its tools are in tool_risk, by first_seen',
  stable: true,
  columns: [
    instant('at', 'When it was observed'),
    SERVER_ID,
    text('server_name', 'Name of the server; null when it is gone'),
    text('tool_name', 'Name of the tool; null when the server itself changed'),
    text('what', 'added, changed, removed or verdict'),
    text('cause', 'server-changed, rules-changed or source-changed'),
    list('fields', 'Names of the changed fields'),
    text('from_category', 'Category before; null when it is new'),
    text('from_severity', 'Severity before; null when it is new'),
    text('to_category', 'Category after; null when it is gone'),
    text('to_severity', 'Severity after; null when it is gone'),
    number('without_version_change', 'The definition changed and the version did not', '0 or 1'),
    number('run', 'Run that observed it'),
  ],
  sql: `
    SELECT c.at, c.server_id, s.name, c.tool_name, c.what, c.cause, c.fields, c.from_category, c.from_severity,
      c.to_category, c.to_severity, c.without_version_change, c.run
    FROM changes c LEFT JOIN servers s ON s.server_id = c.server_id
    ORDER BY c.at DESC, c.change DESC`,
};

const FINDINGS: View = {
  name: 'findings',
  text: 'Every rule that fired for a current tool, with its evidence',
  stable: true,
  columns: [
    SERVER_ID,
    TOOL_NAME,
    text('rule', 'Rule'),
    text('capability', 'Capability that the rule shows'),
    text('path', 'Field of the definition', 'JSON Pointer'),
    text('part', 'Whether the span is in the value or in the last key of the path', 'key or value'),
    ...SPAN,
    text('discounted', 'Id of the reason why it does not count; null when it counts'),
  ],
  sql: `
    SELECT t.server_id, t.name, f.rule, f.capability, f.path, f.part, f.span_start, f.span_end, f.text, f.discounted
    FROM verdict_findings f JOIN tools t ON t.tool = f.tool`,
};

const CATALOGUE_FINDINGS: View = {
  name: 'catalogue_findings',
  text: 'Signs of an attack that show only beside another tool: names that look alike, orders about the tools of other servers',
  stable: true,
  columns: [
    ...SIGN_OF_ATTACK,
    text('other_server_id', 'Server of the tool that is imitated or steered'),
    text('other_tool', 'Name of that tool'),
  ],
  sql: `
    SELECT t.server_id, t.name, c.rule, c.strength, c.path, c.span_start, c.span_end, c.text, c.other_server_id,
      c.other_tool
    FROM catalogue_threats c JOIN tools t ON t.tool = c.tool`,
};

const TOOL_THREATS: View = {
  name: 'tool_threats',
  text: 'Signs of an attack in the definition of a current tool itself, one row per sign',
  stable: true,
  columns: SIGN_OF_ATTACK,
  sql: `
    SELECT t.server_id, t.name, sign.value ->> '$.rule', sign.value ->> '$.strength', sign.value ->> '$.path',
      sign.value ->> '$.start', sign.value ->> '$.end', sign.value ->> '$.text'
    FROM verdicts v JOIN tools t ON t.tool = v.tool, json_each(v.threats) sign
    WHERE v.threats <> '[]'`,
};

const RANKS = SEVERITIES.map((severity) => `WHEN '${severity}' THEN ${severityRank(severity)}`).join(' ');

const SERVER_ADVISORIES: View = {
  name: 'server_advisories',
  text: 'One row per server and published vulnerability (CVE) of exactly its package, as it meets the version that was read',
  stable: true,
  columns: [
    SERVER_ID,
    text('version', 'Version that was read last; null where none is known'),
    text('cve', 'Id of the vulnerability'),
    text('severity', 'Severity as published; null where none was'),
    text('state', 'Whether that version is affected: affected, not-affected or unknown'),
    text('title', 'What it is, in our own words'),
    text('affected', 'Affected versions as published; null where no range is known'),
    text('fixed', 'Version in which it is fixed; null where none is known'),
    text('url', 'Address of the advisory'),
    number('severity_rank', 'That severity as a number; null where none was published', '0 (low) to 3 (critical)'),
  ],
  sql: `
    SELECT a.server_id, s.version, a.cve, a.severity, a.state, a.title, a.affected, a.fixed, a.url,
      CASE a.severity ${RANKS} END
    FROM advisories a JOIN servers s ON s.server_id = a.server_id`,
};

const TOOL_CAPABILITY: View = {
  name: 'tool_capability',
  text: 'One row per current tool and capability that counts. Ask it for one capability',
  stable: true,
  columns: [
    text('capability', 'Capability'),
    SERVER_ID,
    TOOL_NAME,
    CATEGORY,
    SEVERITY,
    SEVERITY_RANK,
    { name: 'confidence', type: 'REAL', text: 'How sure the verdict is', unit: '0 to 1' },
  ],
  sql: `
    SELECT c.capability, t.server_id, t.name, v.category, v.severity, v.severity_rank, v.confidence
    FROM tool_capabilities c JOIN tools t ON t.tool = c.tool JOIN verdicts v ON v.tool = c.tool`,
};

const SERVER_CAPABILITY: View = {
  name: 'server_capability',
  text: 'One row per server and capability that a tool of it has',
  stable: true,
  columns: [
    SERVER_ID,
    text('capability', 'Capability'),
    number('tool_count', 'Tools of the server that have it'),
    number('severity_rank', 'The worst severity among all tools of the server, as a number', '0 (low) to 3 (critical)'),
  ],
  sql: `
    SELECT c.server_id, c.capability, c.tool_count, s.severity_rank
    FROM server_capabilities c LEFT JOIN servers s ON s.server_id = c.server_id`,
};

/** One arm per strength: SQLite skips the arms that a question rules out. */
const POLICIES: View = {
  name: 'policies',
  text: 'What the recommended policies say of each current tool: one row per tool and strength. A tool that is not here is denied',
  stable: true,
  columns: [
    SERVER_ID,
    TOOL_NAME,
    text('strength', 'How careful: permissive, recommended or strict'),
    text('decision', 'What an agent may do without set parameters: allow, ask or deny'),
    CATEGORY,
    SEVERITY,
    SEVERITY_RANK,
  ],
  sql: ['permissive', 'recommended', 'strict']
    .map(
      (strength) => `
    SELECT t.server_id, t.name, '${strength}', d.${strength}, v.category, v.severity, v.severity_rank
    FROM verdicts v JOIN tool_decisions d ON d.tool = v.tool JOIN tools t ON t.tool = v.tool`,
    )
    .join(' UNION ALL'),
};

const SERVER_IDS: View = {
  name: 'server_ids',
  text: 'Every id under which a server is known: the canonical one and the declared aliases',
  stable: false,
  columns: [text('id', 'An id'), text('server_id', 'Canonical id of the same server')],
  sql: 'SELECT server_id, server_id FROM servers UNION ALL SELECT id, server_id FROM server_aliases',
};

/** Every view, in the order in which they are printed. */
export const VIEWS: readonly View[] = [
  TOOL_RISK,
  SERVER_RISK,
  TOOL_CAPABILITY,
  SERVER_CAPABILITY,
  CAPABILITY_COUNT,
  COVERAGE,
  SOURCES,
  RECENT_CHANGES,
  FINDINGS,
  TOOL_THREATS,
  CATALOGUE_FINDINGS,
  TOOL_HINTS,
  TOOL_PARAMETERS,
  SERVER_MANIFESTS,
  SERVER_ADVISORIES,
  POLICIES,
  SERVER_IDS,
];

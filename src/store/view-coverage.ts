import { OUTCOME_INFO, OUTCOMES } from '../model/visit.ts';
import type { View } from './describe.ts';
import { instant, number, SERVER_ID, text } from './view-columns.ts';

const ANSWERED = OUTCOMES.filter((outcome) => OUTCOME_INFO[outcome].answered)
  .map((outcome) => `'${outcome}'`)
  .join(', ');

export const COVERAGE: View = {
  name: 'coverage',
  text: 'How the last visit to each manifest ended, counted by source, outcome and reason, and which sources could not be listed',
  stable: true,
  columns: [
    text('source', 'Source'),
    text(
      'outcome',
      'Outcome of the last visit; null when it was never visited; not-listed for a source whose last listing failed',
    ),
    text('reason', 'Stable word below the outcome; null where there is none'),
    number('manifest_count', 'Manifests; null for not-listed, since nobody knows how many there are'),
    number('tool_count', 'Tools that their last visits read; null where they brought no answer: unknown, not none'),
  ],
  sql: `
    SELECT f.source, v.outcome, v.reason, count(*), CASE WHEN v.outcome IN (${ANSWERED}) THEN sum(v.tools) END
    FROM frontier f LEFT JOIN visits v ON v.visit = f.last_visit
    GROUP BY f.source, v.outcome, v.reason
    UNION ALL
    SELECT source, 'not-listed', reason, NULL, NULL FROM sources WHERE whole = 0`,
};

export const SOURCES: View = {
  name: 'sources',
  text: 'One row per source, with how its last listing ended. What a source that failed lists is unknown',
  stable: true,
  columns: [
    text('source', 'Source'),
    instant('at', 'When its last listing began'),
    number('whole', 'That listing came to its end', '0 or 1'),
    text('reason', 'Why it did not: a stable word; null where it did'),
    text('message', 'Why it did not: a sentence for people; null where it did'),
    number('listed', 'Manifests that it listed, or did before it failed'),
    instant('last_whole_at', 'When the last listing that came to its end began; null when none ever did'),
    number('run', 'Run of the last listing'),
  ],
  sql: `
    SELECT s.source, s.started_at, s.whole, s.reason, s.message, s.listed, newest.last_whole_at, s.run
    FROM (
      SELECT source, max(run) AS run, max(CASE whole WHEN 1 THEN started_at END) AS last_whole_at
      FROM run_sources GROUP BY source
    ) newest JOIN run_sources s ON s.run = newest.run AND s.source = newest.source`,
};

export const SERVER_MANIFESTS: View = {
  name: 'server_manifests',
  text: 'One row per server and manifest that speaks of it, with how the last visit to the manifest ended',
  stable: true,
  columns: [
    SERVER_ID,
    text('locator', 'Locator of the manifest: npm:NAME, file:PATH, …'),
    text('source', 'Source under which it is visited; null when no source lists it any more'),
    text('outcome', 'Outcome of the last visit; null when it was never visited'),
    text('reason', 'Stable word below the outcome; null where there is none'),
    text('message', 'A sentence for people; null where there is none'),
    instant('at', 'When the last visit ended; null when it was never visited'),
    number(
      'tool_count',
      'Tools of the server that its last good answer listed; null when it never answered: unknown, not none',
    ),
  ],
  sql: `
    SELECT r.server_id, m.locator, f.source, v.outcome, v.reason, v.message, v.at,
      CASE r.placeholder WHEN 0 THEN r.tools END
    FROM readings r
    JOIN manifests m ON m.manifest = r.manifest
    LEFT JOIN frontier f ON f.locator = m.locator
    LEFT JOIN visits v ON v.visit = coalesce(f.last_visit, m.final_visit)`,
};

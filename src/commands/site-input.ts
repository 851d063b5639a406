import { readRuleFiles } from '../data/load.ts';
import { readSiteWords, readThreatRules } from '../data/site.ts';
import { describeMoves, describeRule, describeThreatRule } from '../site/describe-rules.ts';
import type { SiteInput, SiteTables } from '../site/input.ts';
import type { Catalogue } from '../store/catalogue.ts';

/** Runs on the page about coverage. */
const RUNS = 30;
/** Changes on the page about changes. */
const CHANGES = 500;

/** The rows and tables of the site, from the catalogue and the shipped data. */
export function siteInput(catalogue: Catalogue, dataFolder: string): SiteInput {
  return {
    servers: () => catalogue.servers(),
    toolsOf: (server) => catalogue.toolsOf(server),
    changesOf: (serverId) => catalogue.changes({ serverId }),
    changes: () => catalogue.changes({ limit: CHANGES }),
    *runs() {
      for (const { startedAt, ended, outcomes } of catalogue.runs(RUNS))
        yield { at: startedAt, ended: ended ?? 'not ended', outcomes };
    },
    advisoriesOf: () => [],
    tables: siteTables(dataFolder),
  };
}

/** The small tables of the site. Throws `DataError`. */
export function siteTables(dataFolder: string): SiteTables {
  const { version, rules, severities } = readRuleFiles(dataFolder);
  const words = readSiteWords(dataFolder);
  return {
    ruleset: version,
    rules: [...rules.map(describeRule), ...readThreatRules(dataFolder).map(describeThreatRule)],
    capabilities: Object.entries(words.capabilities).map(([id, one]) => ({ id, ...one })),
    attacks: [],
    references: [],
    severityMoves: describeMoves(severities),
    baseSeverity: severities.start,
    discounts: words.discounts,
  };
}

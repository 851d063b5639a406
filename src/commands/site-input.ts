import { findTextThreats, type ThreatRules } from '../classify/threats.ts';
import { ACCURACY_METHOD, accuracyOf, FIGURES_FILE, loadFigures } from '../data/figures.ts';
import { type DataFolder, type DataPlace, openData } from '../data/folder.ts';
import { loadAttackPatterns, loadCves, loadTaxonomies } from '../data/knowledge.ts';
import { readRules, readSeverities, rulesetVersion, rulesPrint } from '../data/load.ts';
import type { ShippedTables } from '../data/shipped.ts';
import { readSiteWords } from '../data/site.ts';
import { loadThreatRules, readThreatRules } from '../data/threats.ts';
import { advisoriesOf, cvesByPackage } from '../model/advisory.ts';
import type { ChangeRecord } from '../model/rows.ts';
import { describeMoves, describeRule, describeThreatRule } from '../site/describe-rules.ts';
import type { SiteInput, SiteTables } from '../site/input.ts';
import type { Catalogue } from '../store/catalogue.ts';
import { makeFactsReader } from '../store/read-ahead.ts';

/** Runs on the page about coverage. */
const RUNS = 30;
/** Changes on the page about changes, and in the feed. */
const CHANGES = 200;

/** The rows and tables of the site, from the catalogue and the shipped data. */
export function siteInput(catalogue: Catalogue, dataFolder: string): SiteInput {
  const data = openData(dataFolder);
  const cves = cvesByPackage(loadCves(data));
  // To compile them takes longer than a build in which nothing changed.
  let rules: ThreatRules | undefined;
  const factsOf = makeFactsReader(catalogue.sql);
  let newest: readonly ChangeRecord[] | undefined;
  return {
    servers: () => catalogue.servers(),
    // By its canonical id: what else a server is called need not be looked up.
    toolsOf: (serverId, names) => catalogue.tools({ serverId, ...(names === undefined ? {} : { names: [...names] }) }),
    changesOf: (serverId) => catalogue.changes({ serverId }),
    stampOf: (server) => factsOf(server).stamp,
    toolStampsOf: (server) => catalogue.toolStampsOf(server),
    neighboursOf: (server) => factsOf(server).neighbours,
    instructionsOf(server) {
      const text = factsOf(server).instructions;
      if (text === undefined) return undefined;
      const threats = () => {
        rules ??= loadThreatRules(data);
        return findTextThreats(text, '/instructions', rules);
      };
      return { text, threats };
    },
    changes() {
      newest ??= [...catalogue.changes({ limit: CHANGES })];
      return newest;
    },
    *runs() {
      for (const { startedAt, ended, outcomes, sources } of catalogue.runs(RUNS)) {
        const failedSources = sources.filter(({ whole }) => !whole).map(({ source }) => source);
        yield { at: startedAt, ended: ended ?? 'not ended', outcomes, failedSources };
      }
    },
    sources: () => catalogue.sources(),
    outcomes: () => catalogue.outcomes(),
    advisoriesOf: ({ id, aliases, version }) => advisoriesOf([id, ...aliases], version, cves),
    tables: siteTables(data),
  };
}

/** The small tables of the site. Throws `DataError`. */
export function siteTables(place: DataPlace): SiteTables {
  const data = openData(place);
  const kept = data.shipped.site;
  return kept !== undefined && kept.print === tablesPrint(data) ? JSON.parse(kept.tables) : readTables(data);
}

/** The same to be kept with the built program: to read every rule for them takes longer than to read the record of a site. */
export function shippedTables(data: DataFolder): ShippedTables {
  return { print: tablesPrint(data), tables: JSON.stringify(readTables(data)) };
}

/** A print of all files that `readTables` reads. */
function tablesPrint(data: DataFolder): string {
  const others = ['attack-patterns.yaml', 'cves.yaml', FIGURES_FILE, 'site.yaml', 'taxonomies.yaml'];
  return [rulesPrint(data), ...others.map((path) => data.sha256(path))].join(' ');
}

function readTables(data: DataFolder): SiteTables {
  const severities = readSeverities(data);
  const words = readSiteWords(data);
  const { taxonomies, entries } = loadTaxonomies(data);
  const names = new Map(taxonomies.map(({ id, title }) => [id, title]));
  return {
    ruleset: rulesetVersion(data),
    rules: [...readRules(data).map(describeRule), ...readThreatRules(data).map(describeThreatRule)],
    capabilities: Object.entries(words.capabilities).map(([id, one]) => ({ id, ...one })),
    attacks: loadAttackPatterns(data),
    references: [
      ...entries.map(({ id, title, url, taxonomy }) => ({ id, title, url, taxonomy: names.get(taxonomy) ?? taxonomy })),
      ...loadCves(data).map(({ id, title, url }) => ({ id, title, url, taxonomy: 'CVE' })),
    ],
    severityMoves: describeMoves(severities),
    baseSeverity: severities.start,
    discounts: words.discounts,
    accuracy: {
      method: ACCURACY_METHOD,
      rows: accuracyOf(loadFigures(data)).map(({ hits, ...share }) => ({ ...share, right: hits })),
    },
  };
}

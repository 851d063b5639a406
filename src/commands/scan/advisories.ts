import {
  type Advisory,
  advisoriesOf,
  type CvesByPackage,
  compareStates,
  fixedIn,
  isVersionOf,
} from '../../model/advisory.ts';
import { packageName } from '../../model/cve.ts';
import type { ServerId } from '../../model/id.ts';
import { type Severity, severityRank } from '../../model/verdict.ts';
import type { Catalogue } from '../../store/catalogue.ts';
import type { ScannedConfig } from './configs.ts';

/** A known vulnerability of the package that a configuration starts, in the version that would run. */
export interface ScannedAdvisory extends Advisory {
  /** One that is known not to affect the version is no finding. */
  readonly state: 'affected' | 'unknown';
  readonly package: ServerId;
  /** The version that would run: the pinned one, else the one that was read. Absent where it is not known. */
  readonly version?: string;
  /** What to do, as a sentence without its full stop. */
  readonly advice: string;
}

/** What an affected version counts like of which no severity is published: unknown is not safe. */
const UNRATED: Severity = 'high';

/** How bad an advisory is. */
export function ratingOf({ severity }: Advisory): Severity {
  return severity ?? UNRATED;
}

type Started = NonNullable<ScannedConfig['servers'][number]['started']>;

/** What is needed to tell which version runs. */
export interface VersionWorld {
  readonly catalogue?: Catalogue;
  readonly cves: CvesByPackage;
  /** Version of a package that a client would fetch now, where it could be asked. */
  newestOf(id: ServerId): Promise<string | undefined>;
}

/**
 * The known vulnerabilities of what one entry starts: the affected first, worst first, then those of which nothing is known.
 *
 * @param missing - whether its registry does not have it, so that perhaps nothing runs at all
 */
export async function vulnerabilitiesOf(
  started: Started,
  world: VersionWorld,
  missing: boolean,
): Promise<readonly ScannedAdvisory[]> {
  const { id } = started;
  if (!world.cves.has(packageName(id))) return [];
  const version = await versionOf(started, world);
  const all = advisoriesOf([id], version, world.cves).map(
    (one): Advisory => (missing && one.state === 'affected' ? { ...one, state: 'unknown' } : one),
  );
  const affected = all.filter(({ state }) => state === 'affected');
  const fixed = fixedIn(affected.length > 0 ? affected : all);
  return all
    .flatMap((one): readonly ScannedAdvisory[] => {
      const { state } = one;
      if (state === 'not-affected') return [];
      const advice = state === 'affected' ? updateTo(one, fixed) : lookInto(one, version, fixed, missing);
      return [{ package: id, ...(version === undefined ? {} : { version }), ...one, state, advice }];
    })
    .sort((a, b) => compareStates(a, b) || worstFirst(a, b));
}

/** Orders advisories by how bad they are. */
export function worstFirst(a: Advisory, b: Advisory): number {
  return severityRank(ratingOf(b)) - severityRank(ratingOf(a));
}

/** A range is not resolved: its newest version need not be what is installed. */
async function versionOf({ id, asked }: Started, world: VersionWorld): Promise<string | undefined> {
  if (asked.kind === 'range') return undefined;
  if (asked.kind === 'exact') return asked.version;
  const stored = world.catalogue?.server(id);
  const known = stored !== undefined && isVersionOf(stored.id, id) ? stored.version : undefined;
  return known ?? (await world.newestOf(id));
}

function updateTo({ fixed }: Advisory, newest: string | undefined): string {
  return fixed === undefined || newest === undefined ? 'no fix is known, do without it' : `update to ${newest}`;
}

function lookInto(
  { affected }: Advisory,
  version: string | undefined,
  fixed: string | undefined,
  missing: boolean,
): string {
  if (affected === undefined) return 'read the advisory, since which versions it affects is not known';
  const act = fixed === undefined ? 'read the advisory' : `pin ${fixed} or later`;
  if (missing) return `${act}, since its registry does not have it`;
  return `${act}, since ${version === undefined ? 'which version would run is not known' : 'the version cannot be compared'}`;
}

import type { Cve } from './cve.ts';
import { type CveState, cveMatches, newestVersion, packageName } from './cve-match.ts';
import type { ServerId } from './locator.ts';
import type { Severity } from './verdict.ts';

/** A published vulnerability of a package, as it meets one version of it. */
export interface Advisory {
  readonly id: string;
  /** In our own words. */
  readonly title: string;
  readonly url: string;
  /** As published: `<0.1.16`. */
  readonly affected?: string;
  readonly fixed?: string;
  readonly severity?: Severity;
  /** Whether the version is affected; unknown where no version or no range is known. */
  readonly state: CveState;
}

/** What the state of an advisory says of a server, a sentence each. */
export const ADVISORY_STATE: Readonly<Record<CveState, string>> = {
  affected: 'The version that we read is affected.',
  'not-affected': 'The version that we read is not affected.',
  unknown: 'Whether the version that we read is affected is not known.',
};

/** The lowest version in which all of these advisories are fixed that name one; undefined where none does. */
export function fixedIn(advisories: readonly Advisory[]): string | undefined {
  return newestVersion(advisories.flatMap(({ fixed = '' }) => fixed.split(' / ')));
}

/** CVEs by the package that has them, in the form in which names are compared. */
export type CvesByPackage = ReadonlyMap<string, readonly Cve[]>;

/** CVEs by the packages that they name, each in the order of the file. */
export function cvesByPackage(cves: readonly Cve[]): CvesByPackage {
  const found = new Map<string, Cve[]>();
  for (const cve of cves)
    for (const name of new Set(cve.packages.map(packageName))) found.set(name, [...(found.get(name) ?? []), cve]);
  return found;
}

/** What is published of exactly these packages, ids of one server, in one version of it. Other ids have nothing. */
export function advisoriesOf(
  ids: readonly ServerId[],
  version: string | undefined,
  cves: CvesByPackage,
): readonly Advisory[] {
  return ids.flatMap((id) =>
    (cves.get(packageName(id)) ?? []).flatMap((cve) => {
      const state = cveMatches(cve, id, version);
      if (state === undefined) return [];
      return {
        id: cve.id,
        title: cve.title,
        url: cve.url,
        state,
        ...(cve.affected === undefined ? {} : { affected: cve.affected.join(' or ') }),
        ...(cve.fixed === undefined ? {} : { fixed: cve.fixed }),
        ...(cve.severity === undefined ? {} : { severity: cve.severity }),
      };
    }),
  );
}

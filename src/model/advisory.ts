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

const WORST_FIRST: readonly CveState[] = ['affected', 'unknown', 'not-affected'];

/** Orders advisories by what must be looked at: affected before unknown before not affected. */
export function compareStates(a: Advisory, b: Advisory): number {
  return WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state);
}

/** Whether the version of a server is that of one of its packages: the one that the server is named after. */
export function isVersionOf(serverId: ServerId, packageId: ServerId): boolean {
  return packageName(serverId) === packageName(packageId);
}

/**
 * What is published of exactly the packages of a server, each vulnerability once, as it meets the worst of them: affected
 * before unknown before not affected, then in the order of the file. Ids of other kinds have nothing.
 *
 * @param ids - the canonical id of the server, then its aliases
 * @param version - of the package that the server is named after; it says nothing of another one
 */
export function advisoriesOf(
  ids: readonly ServerId[],
  version: string | undefined,
  cves: CvesByPackage,
): readonly Advisory[] {
  const [canonical = ''] = ids;
  const worst = new Map<string, Advisory>();
  for (const id of ids) {
    for (const one of ofPackage(id, isVersionOf(canonical, id) ? version : undefined, cves)) {
      const known = worst.get(one.id);
      if (known === undefined || compareStates(one, known) < 0) worst.set(one.id, one);
    }
  }
  return [...worst.values()].sort(compareStates);
}

function ofPackage(id: ServerId, version: string | undefined, cves: CvesByPackage): readonly Advisory[] {
  return (cves.get(packageName(id)) ?? []).flatMap((cve) => {
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
  });
}

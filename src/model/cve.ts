import * as z from 'zod';

const COMPARATOR = /^(<=|>=|<|>|=)(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?$/u;

/** Comparators that must all hold, joined by spaces: `>=0.0.5 <0.1.16`. */
export const VersionRange = z
  .string()
  .refine(
    (range) => range.split(' ').every((part) => COMPARATOR.test(part)),
    'write comparators such as ">=1.2.0 <1.4.1"',
  );
export type VersionRange = z.infer<typeof VersionRange>;

/** One published vulnerability of MCP software: facts, and a title in our own words. */
export const Cve = z.strictObject({
  id: z.string().regex(/^CVE-\d{4}-\d{4,7}$/u),
  title: z.string().min(1),
  url: z.url({ protocol: /^https$/u }),
  /** Exact ids of the packages that have it. */
  packages: z.array(z.string().regex(/^(npm|pypi):\S+$/u)).min(1),
  /** `advisory`: the advisory names the package; `project`: it names the project, and the package carries that name. */
  named: z.enum(['advisory', 'project']),
  /** Ranges, one of which must hold. Absent where no range is known: then nothing is known of any version. */
  affected: z.array(VersionRange).min(1).optional(),
  fixed: z.string().optional(),
  cwe: z
    .string()
    .regex(/^CWE-\d+$/u)
    .optional(),
  severity: z.enum(['low', 'medium', 'high', 'critical']).optional(),
  ghsa: z
    .string()
    .regex(/^GHSA(-[0-9a-z]{4}){3}$/u)
    .optional(),
});
export type Cve = z.infer<typeof Cve>;

/** `data/cves.yaml`, each CVE once. */
export const Cves = z
  .strictObject({ cves: z.array(Cve).min(1) })
  .refine(({ cves }) => new Set(cves.map(({ id }) => id)).size === cves.length, 'a CVE stands there twice');
export type Cves = z.infer<typeof Cves>;

/** What a CVE means for one version of one package. */
export type CveState = 'affected' | 'not-affected' | 'unknown';

/**
 * Whether a version of a package (`npm:NAME`, `pypi:NAME`) has a CVE; undefined where the CVE is about other packages.
 * Unknown where the version, or the range, is not known or cannot be read. Names are compared exactly, Python names as
 * Python does (case, `-`, `_` and `.` are one).
 */
export function cveMatches(cve: Cve, packageId: string, version: string | undefined): CveState | undefined {
  if (!cve.packages.some((each) => packageName(each) === packageName(packageId))) return undefined;
  const parsed = version === undefined ? undefined : parseVersion(version);
  if (parsed === undefined || cve.affected === undefined) return 'unknown';
  return cve.affected.some((range) => inRange(parsed, range)) ? 'affected' : 'not-affected';
}

/** A package id in the form in which names are compared. */
export function packageName(id: string): string {
  return id.startsWith('pypi:') ? id.toLowerCase().replace(/[-_.]+/gu, '-') : id;
}

interface Version {
  readonly release: readonly number[];
  /** Parts of the pre-release tag; none for a release. */
  readonly pre: readonly string[];
}

/** A version as npm and Python write it; build metadata and post-release marks do not count. */
const VERSION =
  /^v?(\d{1,15}(?:\.\d{1,15}){0,7})(?:-([0-9A-Za-z.-]{1,64})|[._]?((?:a|b|rc|alpha|beta|dev)[._]?\d{0,15}))?(?:\.?post\d{1,15})?(?:\+\S{0,64})?$/u;

function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  const pre = match[2] ?? match[3];
  return { release: (match[1] ?? '').split('.').map(Number), pre: pre === undefined ? [] : pre.split('.') };
}

function inRange(version: Version, range: VersionRange): boolean {
  return range.split(' ').every((part) => {
    const [, sign = '', release = '', pre] = COMPARATOR.exec(part) ?? [];
    const bound = { release: release.split('.').map(Number), pre: pre === undefined ? [] : pre.split('.') };
    return holds(sign, compareVersions(version, bound));
  });
}

function holds(sign: string, order: number): boolean {
  if (sign === '<') return order < 0;
  if (sign === '<=') return order <= 0;
  if (sign === '>') return order > 0;
  if (sign === '>=') return order >= 0;
  return order === 0;
}

function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < Math.max(a.release.length, b.release.length); i += 1) {
    const order = (a.release[i] ?? 0) - (b.release[i] ?? 0);
    if (order !== 0) return order;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length;
  for (let i = 0; i < Math.max(a.pre.length, b.pre.length); i += 1) {
    const order = comparePart(a.pre[i], b.pre[i]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers by value and before words, words by their letters, a missing part first. */
function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const numeric = [/^\d+$/u.test(a), /^\d+$/u.test(b)];
  if (numeric[0] && numeric[1]) return Number(a) - Number(b);
  if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
  return a < b ? -1 : 1;
}

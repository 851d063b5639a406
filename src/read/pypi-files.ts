import * as z from 'zod';

/** One file of a project's page (PEP 691). Loose: only what is used. */
export const ProjectFile = z.object({
  filename: z.string(),
  url: z.string(),
  hashes: z.record(z.string(), z.string()).catch({}),
  yanked: z.union([z.boolean(), z.string()]).optional().catch(undefined),
  'upload-time': z.string().optional().catch(undefined),
});
export type ProjectFile = z.infer<typeof ProjectFile>;

/** The file that is read. */
export interface ChosenFile {
  readonly kind: 'wheel' | 'sdist';
  readonly filename: string;
  readonly version: string;
  readonly url: string;
  readonly sameOrigin: boolean;
  /** Hex. */
  readonly sha256: string | undefined;
  readonly uploaded: string | undefined;
}

/**
 * Chooses the file to read: of the given version, else of the newest final release that is not yanked (a yanked or
 * pre-release one where there is no other); a wheel before a source archive, since it holds what is installed.
 */
export function chooseFile(files: readonly ProjectFile[], page: string, version?: string): ChosenFile | undefined {
  const found = files.flatMap((file) => describe(file, page));
  if (version !== undefined) return best(found.filter((one) => one.version === version));
  const groups = [
    found.filter((one) => !one.yanked && isFinal(one.version)),
    found.filter((one) => !one.yanked),
    found,
  ];
  const group = groups.find((one) => one.length > 0) ?? [];
  const newest = group
    .map((one) => one.version)
    .sort(compareVersions)
    .at(-1);
  return best(group.filter((one) => one.version === newest));
}

type Described = ChosenFile & { readonly yanked: boolean };

function describe(file: ProjectFile, page: string): readonly Described[] {
  const wheel = /^[^-]+-([^-]+)(?:-[^-]+){3,4}\.whl$/u.exec(file.filename)?.[1];
  const sdist = /^.+-([^-]+)\.tar\.gz$/u.exec(file.filename)?.[1];
  const version = wheel ?? sdist;
  if (version === undefined || !URL.canParse(file.url, page)) return [];
  const url = new URL(file.url, page);
  // The fragment of older indexes repeats the hash.
  url.hash = '';
  return [
    {
      kind: wheel === undefined ? 'sdist' : 'wheel',
      filename: file.filename,
      version,
      url: url.href,
      sameOrigin: url.origin === new URL(page).origin,
      sha256: file.hashes.sha256?.toLowerCase(),
      uploaded: file['upload-time'],
      yanked: file.yanked !== undefined && file.yanked !== false,
    },
  ];
}

/** A wheel for every platform first, then any wheel, then the source. */
function best(files: readonly ChosenFile[]): ChosenFile | undefined {
  const rank = (file: ChosenFile) => (file.kind === 'sdist' ? 2 : file.filename.endsWith('-none-any.whl') ? 0 : 1);
  return [...files].sort((a, b) => rank(a) - rank(b) || (a.filename < b.filename ? -1 : 1))[0];
}

function isFinal(version: string): boolean {
  return /^v?(?:\d+!)?\d+(?:\.\d+)*(?:\.?post\d+)?(?:\+.*)?$/iu.test(version);
}

/** Orders versions as PEP 440 does: epoch, release, then dev < a < b < rc < final < post. */
export function compareVersions(a: string, b: string): number {
  const left = keyOf(a);
  const right = keyOf(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

const RELEASE_PARTS = 8;
const STAGES: Readonly<Record<string, number>> = {
  dev: -4,
  a: -3,
  alpha: -3,
  b: -2,
  beta: -2,
  c: -1,
  rc: -1,
  pre: -1,
  post: 1,
};

/** Epoch, eight parts of the release, then stage and its number. */
function keyOf(version: string): readonly number[] {
  const match = /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)[._-]?(?:([a-z]+)[._-]?(\d*))?/iu.exec(version);
  const release = (match?.[2] ?? '0').split('.').map(Number).slice(0, RELEASE_PARTS);
  const padded = [...release, ...new Array<number>(RELEASE_PARTS - release.length).fill(0)];
  return [Number(match?.[1] ?? 0), ...padded, STAGES[match?.[3]?.toLowerCase() ?? ''] ?? 0, Number(match?.[4] ?? 0)];
}

import * as z from 'zod';
import { COMPARATOR } from './cve-match.ts';

export { type CveState, cveMatches, packageName } from './cve-match.ts';

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

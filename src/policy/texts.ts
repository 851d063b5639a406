import type { Constraint } from '../model/policy.ts';

/** How a text has to look, in terms that every policy language has. */
export interface TextTest {
  /** It is one of these, … */
  readonly exact: readonly string[];
  /** … or starts with one of these, … */
  readonly starts: readonly string[];
  /** … and holds none of these. */
  readonly without: readonly string[];
}

/** What `prefix` and `host` constraints say of a text. */
export function textTest(constraint: Extract<Constraint, { kind: 'prefix' | 'host' }>): TextTest {
  switch (constraint.kind) {
    case 'prefix':
      return {
        exact: constraint.prefixes.filter((prefix) => /.[/\\]$/su.test(prefix)).map((prefix) => prefix.slice(0, -1)),
        starts: constraint.prefixes,
        without: ['..'],
      };
    case 'host':
      // The sign after the origin ends the authority for every URL parser, so nothing after it can change the host.
      return {
        exact: constraint.hosts,
        starts: constraint.hosts.flatMap((host) => [`${host}/`, `${host}?`, `${host}#`]),
        without: [],
      };
  }
}

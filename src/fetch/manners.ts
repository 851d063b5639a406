import type { Trust } from './types.ts';

/** How requests to one host, or to one family of hosts, are spaced. */
export interface Manner {
  /** A host name, or `*.SUFFIX` for every host below it: they share one queue. `*` is every other host. */
  readonly host: string;
  readonly trust?: Trust;
  /** Requests under way at the same time. */
  readonly concurrency: number;
  /** Shortest time between the starts of two requests, milliseconds. */
  readonly intervalMs: number;
  readonly reason: string;
  /** Where the rule comes from; `ours` where nobody else states one. */
  readonly source: string;
}

/** Families whose members are many names of one machine room: one queue for all of them. */
const SHARED_HOSTING = [
  'github.io',
  'gitlab.io',
  'pages.dev',
  'workers.dev',
  'vercel.app',
  'netlify.app',
  'herokuapp.com',
  'fly.dev',
  'onrender.com',
  'run.app',
  'azurewebsites.net',
  'hf.space',
  'readthedocs.io',
  'web.app',
  'replit.app',
  'railway.app',
] as const;

/** Manners, first match wins. */
export const MANNERS: readonly Manner[] = [
  {
    host: 'api.github.com',
    concurrency: 1,
    intervalMs: 1_000,
    reason: 'requests one after the other, never at the same time; 60 an hour without a token',
    source: 'https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api',
  },
  {
    host: 'raw.githubusercontent.com',
    concurrency: 2,
    intervalMs: 250,
    reason: 'unauthenticated reads of raw files are limited, and the limit is not published',
    source: 'https://github.blog/changelog/2025-05-08-updated-rate-limits-for-unauthenticated-requests/',
  },
  {
    host: 'registry.modelcontextprotocol.io',
    concurrency: 1,
    intervalMs: 200,
    reason: 'read it regularly but seldom; no capacity is promised',
    source:
      'https://github.com/modelcontextprotocol/registry/blob/main/docs/modelcontextprotocol-io/registry-aggregators.mdx',
  },
  ...SHARED_HOSTING.map((suffix) => ({
    host: `*.${suffix}`,
    concurrency: 4,
    intervalMs: 100,
    reason: 'many sites on the machines of one host',
    source: 'ours',
  })),
  {
    host: '*',
    trust: 'operator',
    concurrency: 16,
    intervalMs: 0,
    reason: 'the operator chose the host; package registries are made for clients that install in parallel',
    source: 'ours',
  },
  {
    host: '*',
    concurrency: 2,
    intervalMs: 200,
    reason: 'a stranger: no more than a person with two tabs',
    source: 'ours',
  },
];

/** The line that holds for a host, and the name of the queue that it stands in. */
export function mannerFor(
  hostname: string,
  port: string,
  trust: Trust,
  table: readonly Manner[],
): { readonly queue: string; readonly manner: Manner } {
  const name = hostname.toLowerCase().replace(/\.$/u, '');
  const manner = table.find((one) => (one.trust === undefined || one.trust === trust) && covers(one.host, name));
  if (manner === undefined) throw new Error('The table of host manners must end with a line for every host (*).');
  const family = manner.host.startsWith('*.');
  return { queue: family ? manner.host : `${trust} ${name}:${port}`, manner };
}

function covers(pattern: string, name: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
}

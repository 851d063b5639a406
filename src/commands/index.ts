import type { Command } from './command.ts';

/**
 * Every sub-command by name, sorted. Each is loaded when it is asked for: none waits for the libraries of another. A test
 * compares this list with the folder.
 */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  backup: async () => (await import('./backup.ts')).backup,
  build: async () => (await import('./build.ts')).build,
  changes: async () => (await import('./changes.ts')).changes,
  classify: async () => (await import('./classify.ts')).classify,
  completion: async () => (await import('./completion.ts')).completion,
  coverage: async () => (await import('./coverage.ts')).coverage,
  crawl: async () => (await import('./crawl.ts')).crawl,
  explain: async () => (await import('./explain.ts')).explain,
  export: async () => (await import('./export.ts')).exportCommand,
  extract: async () => (await import('./extract.ts')).extract,
  list: async () => (await import('./list.ts')).list,
  policy: async () => (await import('./policy.ts')).policy,
  query: async () => (await import('./query.ts')).query,
  reclassify: async () => (await import('./reclassify.ts')).reclassify,
  scan: async () => (await import('./scan.ts')).scan,
  schema: async () => (await import('./schema.ts')).schema,
  search: async () => (await import('./search.ts')).search,
  serve: async () => (await import('./serve.ts')).serve,
  show: async () => (await import('./show.ts')).show,
  verify: async () => (await import('./verify.ts')).verify,
};

/** All of them, in the same order. */
export function allCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(COMMANDS).map((load) => load()));
}

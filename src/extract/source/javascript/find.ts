import { Definitions } from './definitions.ts';
import type { Engine } from './engine.ts';
import type { Module } from './module.ts';
import { Registrations } from './registrations.ts';
import { type Findings, Search } from './search.ts';
import type { Locate } from './tool.ts';

/** Finds the tools that the modules register; then, where that leaves something open, what is only written like one. */
export function findTools(
  engine: Engine,
  modules: readonly Module[],
  locate: Locate,
  before: (module: Module) => void,
): Findings {
  const search = new Search(engine, locate);
  const registrations = new Registrations(search);
  const definitions = new Definitions(search);
  for (const module of modules) {
    before(module);
    registrations.usual(module);
  }
  const registered = search.tools.size;
  for (const module of modules) {
    before(module);
    definitions.all(module);
  }
  if (search.tools.size === 0) {
    for (const module of modules) {
      before(module);
      registrations.loose(module);
    }
  } else if (registered === 0) {
    for (const module of modules) definitions.filters(module);
  }
  return search.result();
}

import { callSites } from './callers.ts';
import type { Engine } from './engine.ts';
import type { Scope, Site } from './scope.ts';

/** How deep conditions are followed to the callers of a function. */
const MAX_GUARD_LEVELS = 3;

/** Tells which places are only reached under a condition. */
export class Gates {
  readonly engine: Engine;
  readonly known = new Map<Scope, boolean>();

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Whether a place is only reached under a condition: in its function, or at every call of that function. */
  isGated(site: Site, level = 0): boolean {
    return (
      site.guards.some((guard) => this.engine.passes(guard, undefined) !== true) || this.isGatedAround(site, level)
    );
  }

  /** Whether the function around a place is only called under a condition. */
  isGatedAround(site: Site, level = 0): boolean {
    const inner = site.scope.nearest('function');
    return inner !== undefined && level < MAX_GUARD_LEVELS && this.isGatedFunction(inner, level);
  }

  isGatedFunction(scope: Scope, level: number): boolean {
    const known = this.known.get(scope);
    if (known !== undefined) return known;
    this.known.set(scope, false);
    const sites = scope.handedTo === undefined ? callSites(this.engine, scope) : [scope.handedTo];
    const gated = sites.length > 0 && sites.every((site) => this.isGated(site, level + 1));
    this.known.set(scope, gated);
    return gated;
  }
}

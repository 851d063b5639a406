import { parse as parseAcorn } from 'acorn';
import { parseSync } from 'oxc-parser';
import type { Announce } from '../protocol.ts';
import type { Program } from './ast.ts';
import type { Engine } from './engine.ts';
import { indexModule } from './index-module.ts';
import { fromJson } from './members.ts';
import type { Module } from './module.ts';
import { type Lazy, UNDEFINED, UNKNOWN, type Value } from './values.ts';

/** Endings that a path may lack, in the order in which they are tried. */
const ENDINGS = [
  '',
  '.js',
  '.mjs',
  '.cjs',
  '.ts',
  '.mts',
  '.tsx',
  '.jsx',
  '.json',
  '/index.js',
  '/index.mjs',
  '/index.cjs',
  '/index.ts',
];
/** How far `export * from` and renamed exports are followed. */
const MAX_HOPS = 20;

/** The files of a package: parsed when they are first needed, and joined by their imports. */
export class Sources {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly announce: Announce;
  readonly skip: ReadonlySet<string>;
  /** Sentences about files that could not be parsed. */
  readonly problems: string[] = [];
  readonly parsed = new Map<string, Module | undefined>();
  readonly texts = new Map<string, string>();
  /** Imports of `package.json`, and the package's own name. */
  readonly imports: ReadonlyMap<string, string>;
  aliases: { readonly count: number; readonly names: ReadonlyMap<string, ReadonlySet<string>> } = {
    count: 0,
    names: new Map(),
  };

  constructor(files: ReadonlyMap<string, Uint8Array>, skip: readonly string[], announce: Announce) {
    this.files = files;
    this.skip = new Set(skip);
    this.announce = announce;
    this.imports = packageImports(files, (path) => this.text(path));
  }

  text(path: string): string {
    const known = this.texts.get(path);
    if (known !== undefined) return known;
    const text = new TextDecoder().decode(this.files.get(path));
    this.texts.set(path, text);
    return text;
  }

  /** All modules that are parsed by now. */
  modules(): readonly Module[] {
    return [...this.parsed.values()].filter((module) => module !== undefined);
  }

  /** Parses a file once. Undefined: it is none of ours, or it has a syntax error, which is then a problem. */
  module(path: string): Module | undefined {
    if (this.parsed.has(path)) return this.parsed.get(path);
    this.parsed.set(path, undefined);
    if (!this.files.has(path) || this.skip.has(path) || path.endsWith('.json')) return undefined;
    this.announce(path);
    const text = this.text(path);
    const program = parseProgram(path, text);
    if (typeof program === 'string') {
      this.problems.push(`${path}: ${program}`);
      return undefined;
    }
    try {
      const module = indexModule(path, text, program);
      this.parsed.set(path, module);
      return module;
    } catch (error) {
      // The walk is recursive, and a deep tree overflows it.
      this.problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  /** The file that a specifier leads to. Undefined for a package that is not among the files. */
  resolve(from: string, specifier: string): string | undefined {
    let base: string;
    if (specifier.startsWith('.')) base = joinPaths(folderOf(from), specifier);
    else {
      const mapped = this.mapped(from, specifier);
      if (mapped === undefined) return undefined;
      base = mapped;
    }
    for (const ending of ENDINGS) {
      const path = `${base}${ending}`.replace(/^\//u, '');
      if (this.files.has(path)) return path;
    }
    // TypeScript sources name the file that the compiler makes of them.
    const source = base.replace(/\.([cm]?)js$/u, '.$1ts');
    if (source !== base && this.files.has(source)) return source;
    const jsx = base.replace(/\.js$/u, '.tsx');
    return jsx !== base && this.files.has(jsx) ? jsx : undefined;
  }

  mapped(from: string, specifier: string): string | undefined {
    const direct = this.imports.get(specifier);
    if (direct !== undefined) return direct;
    for (const [pattern, target] of this.imports) {
      if (!pattern.endsWith('*') || !specifier.startsWith(pattern.slice(0, -1))) continue;
      return target.replace('*', specifier.slice(pattern.length - 1));
    }
    const inside = /^(node_modules\/(?:@[^/]+\/)?[^/]+\/)/u.exec(from)?.[1];
    if (inside !== undefined && specifier.startsWith('#')) return undefined;
    return undefined;
  }

  /** The value that an import gives. */
  importValue(module: Module, specifier: string, imported: string, engine: Engine): Value {
    const path = this.resolve(module.path, specifier);
    if (path === undefined) {
      return {
        kind: 'external',
        from: specifier.replace(/^node:/u, ''),
        path: imported === '*' || imported === 'default' ? [] : [imported],
      };
    }
    if (path.endsWith('.json')) return this.json(path, imported);
    const target = this.module(path);
    if (target === undefined) return UNKNOWN;
    if (imported !== '*') return this.exportValue(target, imported, engine);
    return target.whole === undefined ? { kind: 'namespace', module: target } : engine.at(target.whole, undefined);
  }

  json(path: string, imported: string): Value {
    try {
      const value = fromJson(JSON.parse(this.text(path)));
      return imported === '*' || imported === 'default' ? value : UNKNOWN;
    } catch {
      this.problems.push(`${path}: not JSON`);
      return UNKNOWN;
    }
  }

  /** What a module exports under a name. */
  exportValue(module: Module, name: string, engine: Engine, hops = 0): Value {
    if (hops > MAX_HOPS) return UNKNOWN;
    const found = module.exports.get(name);
    if (found !== undefined) {
      switch (found.kind) {
        case 'local': {
          const binding = module.root.lookup(found.name);
          return binding === undefined ? UNKNOWN : engine.identifier(found.name, module.root, undefined);
        }
        case 'value':
          return unwrapDescriptor(engine, engine.at(found.site, undefined));
        case 'from':
          return this.importValue(module, found.from, found.imported, engine);
      }
    }
    if (module.whole !== undefined) {
      const whole = engine.at(module.whole, undefined);
      return name === 'default' ? whole : engine.get(whole, name);
    }
    for (const star of module.stars) {
      const path = this.resolve(module.path, star);
      const target = path === undefined ? undefined : this.module(path);
      if (target === undefined) continue;
      const value = this.exportValue(target, name, engine, hops + 1);
      if (value.kind !== 'unknown' && !(value.kind === 'literal' && value.value === undefined)) return value;
    }
    // `import x from` a CommonJS module gives all of it.
    if (name === 'default' && module.exports.size > 0) return { kind: 'namespace', module };
    return module.stars.length > 0 ? UNKNOWN : UNDEFINED;
  }

  /** Every export of a module, for `import * as x` that is walked like an object. */
  exportsOf(module: Module, engine: Engine, hops = 0): ReadonlyMap<string, Lazy> {
    const props = new Map<string, Lazy>();
    if (hops > MAX_HOPS) return props;
    for (const star of module.stars) {
      const path = this.resolve(module.path, star);
      const target = path === undefined ? undefined : this.module(path);
      if (target !== undefined)
        for (const [name, lazy] of this.exportsOf(target, engine, hops + 1))
          if (name !== 'default') props.set(name, lazy);
    }
    for (const name of module.exports.keys())
      props.set(name, { kind: 'value', value: this.exportValue(module, name, engine) });
    return props;
  }

  /** The names under which other modules import an export. */
  aliasesOf(module: Module, exported: string): ReadonlySet<string> {
    const modules = this.modules();
    if (this.aliases.count !== modules.length) {
      const names = new Map<string, Set<string>>();
      for (const one of modules) {
        for (const [local, { source }] of one.root.names) {
          if (source.kind !== 'import' || source.imported === local) continue;
          const key = `${this.resolve(one.path, source.from) ?? ''}#${source.imported}`;
          const locals = names.get(key) ?? new Set();
          names.set(key, locals.add(local));
        }
      }
      this.aliases = { count: modules.length, names };
    }
    return this.aliases.names.get(`${module.path}#${exported}`) ?? new Set();
  }
}

/** `{ enumerable: true, get: () => value }`, as compilers write re-exports. */
function unwrapDescriptor(engine: Engine, value: Value): Value {
  if (value.kind !== 'object' || !value.props.has('get')) return value;
  const getter = engine.get(value, 'get');
  return getter.kind === 'function' ? engine.call(getter, []) : value;
}

/** oxc reads JavaScript and TypeScript; what it refuses, acorn may still read. A text says why neither does. */
function parseProgram(path: string, text: string): Program | string {
  const lang = /\.[cm]?tsx?$/u.test(path) ? (path.endsWith('x') ? 'tsx' : 'ts') : 'jsx';
  const result = parseSync(path, text, { lang, astType: 'js', preserveParens: false, sourceType: 'unambiguous' });
  const { program } = result;
  if (program.body.length > 0 || result.errors.length === 0) return program;
  const fault = result.errors[0]?.message ?? 'syntax error';
  if (lang !== 'jsx') return fault;
  try {
    const options = { ecmaVersion: 'latest', allowHashBang: true, allowReturnOutsideFunction: true } as const;
    // Both parsers give ESTree; the walk asks nothing that only one of them has.
    return parseAcorn(text, { ...options, sourceType: 'script' }) as unknown as Program;
  } catch {
    return fault;
  }
}

/** The folder of a file, with a slash at its end; nothing for one at the top. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** A relative path from a folder, without `.` and `..`. */
export function joinPaths(folder: string, relative: string): string {
  const parts: string[] = [];
  for (const part of `${folder}${relative}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** Import maps of the package and its dependencies: `#x`, the own name, and `node_modules/NAME` by name. */
function packageImports(
  files: ReadonlyMap<string, Uint8Array>,
  text: (path: string) => string,
): ReadonlyMap<string, string> {
  const imports = new Map<string, string>();
  for (const path of files.keys()) {
    if (!/^(?:node_modules\/(?:@[^/]+\/)?[^/]+\/)?package\.json$/u.test(path)) continue;
    try {
      const manifest: unknown = JSON.parse(text(path));
      if (typeof manifest === 'object' && manifest !== null)
        readImports(new Map(Object.entries(manifest)), folderOf(path), imports);
    } catch {
      // The reader reports a broken package.json.
    }
  }
  return imports;
}

function readImports(manifest: ReadonlyMap<string, unknown>, folder: string, imports: Map<string, string>): void {
  const name = manifest.get('name');
  const add = (key: string, target: unknown) => {
    const path = targetOf(target, 0);
    if (path !== undefined) imports.set(key, `${folder}${path.replace(/^\.\//u, '')}`);
  };
  const own = manifest.get('imports');
  if (folder === '' && typeof own === 'object' && own !== null)
    for (const [key, target] of Object.entries(own)) add(key, target);
  if (typeof name !== 'string') return;
  const exports = manifest.get('exports');
  if (typeof exports === 'object' && exports !== null && Object.keys(exports).some((key) => key.startsWith('.'))) {
    for (const [key, target] of Object.entries(exports)) add(key === '.' ? name : `${name}/${key.slice(2)}`, target);
  } else add(name, exports ?? manifest.get('module') ?? manifest.get('main') ?? 'index.js');
  if (!imports.has(`${name}/*`)) imports.set(`${name}/*`, `${folder}*`);
}

/** The file of an entry of `exports` or `imports`, for `import` before others. */
function targetOf(target: unknown, depth: number): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null || depth > 4) return undefined;
  const conditions = new Map<string, unknown>(Object.entries(target));
  for (const condition of ['import', 'node', 'default', 'require', 'module']) {
    const path = targetOf(conditions.get(condition), depth + 1);
    if (path !== undefined) return path;
  }
  return undefined;
}

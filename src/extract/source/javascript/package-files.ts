import type { MemberNode } from './ast.ts';
import type { Engine } from './engine.ts';
import type { Module } from './module.ts';
import { folderOf, joinPaths } from './sources.ts';
import { HOLE, literal, textOf, UNKNOWN, type Value } from './values.ts';

/**
 * A place in the package, as its code sees it at run time. Where the package will lie is not known, so the text is never
 * whole; what lies beside the code is known, and can be read.
 */
const ROOT = `${HOLE}/`;

/** Steps that reading this many characters counts: a loop may read the same file again and again. */
const CHARACTERS_PER_STEP = 16;

function placeOf(path: string): Value {
  return literal(`${ROOT}${path}`, true);
}

/** The path in the package that a value names. */
function pathOf(value: Value | undefined): string | undefined {
  const text = value === undefined ? undefined : textOf(value)?.text;
  return text?.startsWith(ROOT) === true ? text.slice(ROOT.length) : undefined;
}

/** `__filename` and `__dirname`, where the package does not use the names for something else. */
export function moduleVariable(module: Module, name: string): Value | undefined {
  if (name === '__filename') return placeOf(module.path);
  return name === '__dirname' ? placeOf(folderOf(module.path)) : undefined;
}

/** `import.meta.url`, `.filename` and `.dirname`. Undefined: the node is another member. */
export function metaMember(module: Module, node: MemberNode, key: string | undefined): Value | undefined {
  if (node.object.type !== 'MetaProperty') return undefined;
  if (key === 'url' || key === 'filename') return placeOf(module.path);
  return key === 'dirname' ? placeOf(folderOf(module.path)) : UNKNOWN;
}

/** `new URL(relative, base)`, where the base is a place in the package. */
export function urlBeside(relative: Value | undefined, base: Value | undefined): Value | undefined {
  const from = pathOf(base);
  const to = relative === undefined ? undefined : textOf(relative);
  return from === undefined || to === undefined || to.dynamic ? undefined : placeOf(joinPaths(folderOf(from), to.text));
}

/** What functions of Node make of places in the package, and the text of a file that they read. Undefined: it is none of them. */
export function nodeCall(
  engine: Engine,
  target: Extract<Value, { kind: 'external' }>,
  args: readonly Value[],
): Value | undefined {
  const path = pathOf(args[0]);
  if (path === undefined) return undefined;
  const names = target.path.filter((name) => name !== 'default' && name !== 'promises' && name !== 'posix');
  switch (`${target.from.replace(/\/(?:promises|posix)$/u, '')}.${names.join('.')}`) {
    case 'url.fileURLToPath':
      return args[0];
    case 'path.dirname':
      return placeOf(folderOf(path.replace(/\/$/u, '')));
    case 'path.join':
    case 'path.resolve': {
      const texts = args.slice(1).map(textOf);
      if (texts.some((text) => text === undefined || text.dynamic)) return undefined;
      return placeOf(texts.reduce((folder, text) => joinPaths(`${folder}/`, text?.text ?? ''), path));
    }
    case 'fs.readFileSync':
    case 'fs.readFile':
      return fileText(engine, path);
    case 'fs.existsSync':
      return engine.sources.files.has(path) ? literal(true) : undefined;
    default:
      return undefined;
  }
}

function fileText(engine: Engine, path: string): Value | undefined {
  if (!engine.sources.files.has(path)) return undefined;
  const text = engine.sources.text(path);
  engine.steps += Math.ceil(text.length / CHARACTERS_PER_STEP);
  return literal(text);
}

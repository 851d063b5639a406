/** Signs that Claude Code leaves as they are. */
const KEPT = /^[A-Za-z0-9_-]+$/u;

/** What Claude Code makes of a name: every sign but letters, digits, `_` and `-` becomes `_`. */
export function normalized(name: string): string {
  return KEPT.test(name) ? name : name.replaceAll(/[^A-Za-z0-9_-]/gu, '_');
}

/** Why a server's name cannot stand in `mcp__SERVER__TOOL`. */
export function unsafeServer(name: string): string | undefined {
  if (!KEPT.test(name)) return 'the server’s name holds signs that Claude Code replaces';
  if (name.includes('__') || name.startsWith('_') || name.endsWith('_'))
    return '"_" beside "__" in the server’s name is ambiguous';
  return undefined;
}

/** Why a tool's name cannot stand in `mcp__SERVER__TOOL`. */
export function unsafeTool(name: string): string | undefined {
  if (!/^[A-Za-z0-9_.-]+$/u.test(name)) return 'the name holds signs that Claude Code replaces or reads as a pattern';
  if (normalized(name).includes('__') || name.startsWith('_')) return '"__" in the name is ambiguous in Claude Code';
  return undefined;
}

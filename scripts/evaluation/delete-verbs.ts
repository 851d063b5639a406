/** Verbs that make a tool delete-like when they stand in its name and its author calls it destructive. */
export const DELETE_VERBS = [
  'delete',
  'remove',
  'drop',
  'destroy',
  'purge',
  'erase',
  'wipe',
  'truncate',
  'uninstall',
  'terminate',
  'cleanup',
] as const;

const VERBS: ReadonlySet<string> = new Set(DELETE_VERBS);

/** Whether a name has one of the verbs as a whole word. */
export function isDeleteLike(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/gu, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/u);
  return words.some((word) => VERBS.has(word));
}

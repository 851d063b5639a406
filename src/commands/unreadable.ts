const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by you',
};

/** Why a file cannot be read, by the system's code alone: its message names the file once more, as it is. */
export function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason is given';
  return WHY[code] ?? `cannot be read: ${code}`;
}

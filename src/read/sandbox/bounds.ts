/** What one sandboxed server may use. Bytes, milliseconds, seconds of processor time. */
export const SANDBOX = {
  /** The whole life of one server. */
  wallMs: 30_000,
  cpuSeconds: 30,
  processes: 128,
  openFiles: 4_096,
  /** Private memory of one process. Not less: Node reserves far more than it touches. */
  dataBytes: 1 << 30,
  /** Resident memory of all processes together, watched from outside. */
  residentBytes: 1_536 << 20,
  watchMs: 100,
  fileBytes: 64 << 20,
  /** Each of the two folders that can be written to. */
  folderBytes: 64 << 20,
  /** Everything that is read of standard output and standard error. */
  outputBytes: 32 << 20,
} as const;

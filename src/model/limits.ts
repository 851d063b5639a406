/**
 * Every bound on what comes from outside, in one place. Going over one is an outcome with its own reason, never a
 * shorter list. Sizes in bytes, times in milliseconds.
 */
export const LIMITS = {
  /** One JSON or YAML manifest, decompressed. */
  manifestBytes: 16 << 20,
  /** Nesting of a crawled document; deeper ones overflow recursive code (JSON.stringify fails from 10,000). */
  jsonDepth: 64,
  /** A manifest that is kept in the catalogue for re-extraction. */
  keptManifestBytes: 1 << 20,
  toolsPerServer: 5_000,
  nameChars: 256,
  descriptionChars: 64 << 10,
  schemaBytes: 1 << 20,
  /** A package archive as it is sent, and the sum of what it unpacks to. */
  archiveBytes: 64 << 20,
  archiveUnpackedBytes: 256 << 20,
  archiveEntries: 20_000,
  archivePathChars: 1_024,
  /** One source file that is parsed; the largest real bundle seen has 10 MB. */
  sourceFileBytes: 12 << 20,
  /** All source files of one package that are parsed. */
  sourceBytes: 50 << 20,
  parseFileMs: 10_000,
  parsePackageMs: 30_000,
  parserHeapMb: 1_024,
  redirects: 5,
  connectMs: 5_000,
  headersMs: 10_000,
  /** A whole request, from the first byte sent to the last byte read. */
  requestMs: 30_000,
  headerBytes: 16 << 10,
  /** Longest `Retry-After` that is honoured as it stands: 7 days. */
  retryAfterMs: 7 * 86_400_000,
} as const;

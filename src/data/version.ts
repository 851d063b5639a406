import { readFileSync } from 'node:fs';

/** Version of this program, from its package.json, which stands beside `src` and `dist` alike. */
export function programVersion(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}

/**
 * Parts of the built program for the scripts that measure it and the tests of the build, each loaded when it is asked for:
 * `dist/inside.js`. Nothing that another program may rely on; that is `src/index.ts`.
 */
export const inside = {
  classify: () => import('../src/classify/index.ts'),
  client: () => import('../src/fetch/client.ts'),
  crawl: () => import('../src/crawl/crawl.ts'),
  crawlReading: () => import('../src/commands/crawl-reading.ts'),
  listRemote: () => import('../src/read/remote.ts'),
  openImage: () => import('./build/open-image.ts'),
  rules: () => import('../src/data/load.ts'),
  searchIndex: () => import('./search-parts.ts'),
  shipped: () => import('../src/data/shipped.ts'),
  site: () => import('./build/site-image.ts'),
  store: () => import('../src/store/catalogue.ts'),
  toolLines: () => import('../src/commands/tool-lines.ts'),
};

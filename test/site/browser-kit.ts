/** Debian's browser, for the tests that look at pages. */
export const CHROMIUM = '/usr/bin/chromium';
export const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What takes so long hangs, milliseconds: on a busy machine everything else is only slow. */
export const HANGS_MS = 180_000;

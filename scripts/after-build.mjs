// npm makes the program executable when it installs the package; a link into a checkout needs it here.
import { chmodSync, cpSync } from 'node:fs';

chmodSync(new URL('../dist/cli.js', import.meta.url), 0o755);

// The compiler takes no notice of the site's style sheet and browser scripts.
cpSync(new URL('../src/site/assets', import.meta.url), new URL('../dist/site/assets', import.meta.url), { recursive: true });

// npm makes the program executable when it installs the package; a link into a checkout needs it here.
import { chmodSync } from 'node:fs';

chmodSync(new URL('../dist/cli.js', import.meta.url), 0o755);

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { siteHandler } from '../site/serve.ts';
import { urls } from '../site/urls.ts';
import { DEFAULT_OUT } from './build.ts';
import { type Command, CommandError } from './command.ts';

const DEFAULT_PORT = '4173';

export const serve: Command = {
  name: 'serve',
  summary: 'Show the built site on this machine',
  details:
    'Listens on the loopback address alone, until it is interrupted. Sends the headers that the published site should have.',
  arguments: [],
  options: [
    { name: 'out', value: 'DIR', text: 'Where the site is', default: DEFAULT_OUT },
    { name: 'port', value: 'N', text: 'Port; 0 takes a free one', default: DEFAULT_PORT },
  ],
  examples: ['toolrisk serve', 'toolrisk serve --port 8080'],
  async run(input, world) {
    const port = Number(input.option('port'));
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new CommandError('--port: give a number from 0 to 65535');
    const folder = resolve(world.cwd, input.option('out') ?? DEFAULT_OUT);
    if (!existsSync(join(folder, urls.home()))) {
      throw new CommandError(
        `There is no site in ${folder}. Run "toolrisk build" first, or name its folder with --out.`,
      );
    }
    const server = createServer(siteHandler(folder));
    server.listen(port, '127.0.0.1');
    const failed = new Promise<never>((_, reject) => server.once('error', reject));
    await Promise.race([once(server, 'listening'), failed]).catch((cause: NodeJS.ErrnoException) => {
      throw new CommandError(
        `Port ${port} cannot be used (${cause.code ?? cause.message}); choose another with --port`,
        { cause },
      );
    });
    const address = server.address();
    world.stdout.write(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}/\n`);
    if (!world.signal.aborted) await once(world.signal, 'abort').catch(() => {});
    server.closeAllConnections();
    server.close();
    return 0;
  },
};

import { parentPort, workerData } from 'node:worker_threads';
import { makeRenderer, type RenderConfig, type ServerJob } from './render.ts';
import { sizeOf, Tree } from './tree.ts';

/** What a thread is started with. */
export interface WorkerStart {
  readonly config: RenderConfig;
  /** Folder of the tree that is written. */
  readonly root: string;
  readonly fresh: boolean;
}

/** What a thread says after each job. */
export interface WorkerAnswer {
  readonly files: number;
  readonly bytes: number;
  readonly error?: unknown;
}

const port = parentPort;
if (port === null) throw new Error('site/worker.ts is started by site/threads.ts');
const start: WorkerStart = workerData;
const tree = new Tree(start.root, start.fresh);
let files = 0;
let bytes = 0;
const renderer = makeRenderer(start.config, (path, text) => {
  tree.write(path, text);
  files++;
  bytes += sizeOf(text);
});

port.on('message', (text: string) => {
  files = 0;
  bytes = 0;
  const answer = (): WorkerAnswer => ({ files, bytes });
  try {
    const job: ServerJob = JSON.parse(text);
    renderer.server(job);
    port.postMessage(answer());
  } catch (error) {
    port.postMessage({ ...answer(), error });
  }
});

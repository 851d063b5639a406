/**
 * The process that parses hostile source: a source can kill its parser (nested brackets overflow the stack of native
 * code), and then only this process is gone. It is forked by `read/pool.ts`, gets one job at a time over IPC, tells on
 * file descriptor 4 which file it is about to parse, and answers with a `SourceResult`.
 */
import { writeSync } from 'node:fs';
import type { Announce, ChildJob, SourceExtractor } from './protocol.ts';
import type { SourceResult } from './result.ts';

const REPORTS = 4;

/** One module per language, loaded when it is first needed. */
const LANGUAGES: Readonly<Record<ChildJob['language'], () => Promise<SourceExtractor>>> = {
  javascript: async () => (await import('./javascript.ts')).extractJavaScript,
  python: async () => (await import('./python.ts')).extractPython,
};

// A synchronous write arrives even when the very next step kills the process.
const announce: Announce = (file) => {
  writeSync(REPORTS, `${JSON.stringify({ kind: 'working', file })}\n`);
};

async function answer(job: ChildJob): Promise<SourceResult> {
  try {
    const extract = await LANGUAGES[job.language]();
    return await extract(job, announce);
  } catch (error) {
    return { kind: 'died', message: `The extractor failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}

process.on('message', (job: ChildJob) => {
  void answer(job).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));

import type { ReadResult } from '../model/manifest.ts';
import type { Previous } from '../read/reader.ts';
import type { Lease } from '../store/frontier.ts';
import type { CrawlWorld } from './world.ts';

/**
 * Reads what a lease leads to, within a bound. Never throws: whatever the reader does is a result. While it is under way
 * its controller is in `underWay`, for whoever has to end it.
 */
export async function visit(
  lease: Lease,
  world: CrawlWorld,
  visitMs: number,
  underWay: Set<AbortController>,
): Promise<ReadResult> {
  if (lease.deleted) {
    return { kind: 'failed', outcome: 'removed', reason: 'delisted', message: 'its source says that it is gone' };
  }
  const bound = new AbortController();
  underWay.add(bound);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ReadResult>((resolve) => {
    timer = setTimeout(() => {
      bound.abort();
      resolve({
        kind: 'failed',
        outcome: 'timed-out',
        reason: 'visit-time',
        message: `took longer than ${visitMs / 1_000} s`,
      });
    }, visitMs);
  });
  try {
    return await Promise.race([world.read(lease.locator, previousOf(lease, world.extractor), bound.signal), late]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', outcome: 'malformed', reason: 'reader-threw', message };
  } finally {
    clearTimeout(timer);
    underWay.delete(bound);
  }
}

/** What a conditional request may lean on: nothing when other extractors read it, or the last visit failed. */
function previousOf(lease: Lease, extractor: string): Previous | undefined {
  if (lease.extractor !== extractor || lease.failures > 0) return undefined;
  if (lease.validators === undefined && lease.contentHash === undefined) return undefined;
  return {
    ...(lease.validators === undefined ? {} : { validators: lease.validators }),
    ...(lease.contentHash === undefined ? {} : { contentHash: lease.contentHash }),
  };
}

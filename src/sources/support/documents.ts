import * as z from 'zod';
import type { Listed } from '../../model/manifest.ts';

/** A document by its address, or by its path relative to the sources file. */
export const Address = z.string().min(1).max(2_000);

/** An http(s) address. */
export const WebAddress = z.url({ protocol: /^https?$/u });

/** Yields one manifest to visit for each address. */
export function* documents(source: string, addresses: readonly string[]): Generator<Listed> {
  for (const address of addresses) yield { locator: `file:${address}`, source, aliases: [] };
}

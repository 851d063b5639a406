import type { PreparedReading } from '../store/prepare.ts';
import type { Job, VisitBounds, Visited } from './visits.ts';

/** What the thread is told. Jobs and questions are numbered by the host; no number is given twice. */
export type ToThread =
  | { readonly kind: 'bounds'; readonly bounds: VisitBounds }
  | { readonly kind: 'jobs'; readonly first: number; readonly jobs: readonly Job[] }
  | { readonly kind: 'question'; readonly number: number; readonly question: unknown }
  | { readonly kind: 'forget'; readonly number: number }
  | { readonly kind: 'took'; readonly size: number }
  | { readonly kind: 'stop' | 'cut' | 'ping' | 'end' };

/** What the thread tells. */
export type FromThread =
  | Parcel
  | { readonly kind: 'answer'; readonly number: number; readonly answer: unknown }
  | { readonly kind: 'pong' };

/** How some jobs ended. One text and one block of bytes are sent several times faster than objects in objects. */
export interface Parcel {
  readonly kind: 'told';
  /** JSON of `Told[]`, in which the bodies of manifests are left out. */
  readonly text: string;
  /** Those bodies one behind the other, in the same order. */
  readonly bodies: Uint8Array<ArrayBuffer>;
}

/** How one job ended; without a visit it was called off before it began. */
export interface Told {
  readonly number: number;
  readonly visited?: Visited;
  /** Length of the body of this manifest, bytes. */
  readonly body?: number;
}

/** What the host gives the thread when it starts it, beside what its own module wants. */
export interface ThreadStart<Setup> {
  /** One number: how many jobs were begun. It is right also when the thread died between two messages. */
  readonly begun: SharedArrayBuffer;
  readonly setup: Setup;
}

/** Puts results into one parcel. */
export function pack(all: readonly Told[]): Parcel {
  const bodies: Uint8Array[] = [];
  const texts = all.map((told) => {
    const result = told.visited?.result;
    if (told.visited === undefined || result?.kind !== 'prepared' || result.body === null) return JSON.stringify(told);
    bodies.push(result.body);
    const bare: PreparedReading = { ...result, body: null };
    return JSON.stringify({ ...told, visited: { ...told.visited, result: bare }, body: result.body.length });
  });
  // Not `Buffer.concat`: a small one would be a part of Node's pool, and the whole pool would be sent.
  const block = new Uint8Array(bodies.reduce((sum, body) => sum + body.length, 0));
  let at = 0;
  for (const body of bodies) {
    block.set(body, at);
    at += body.length;
  }
  return { kind: 'told', text: `[${texts.join(',')}]`, bodies: block };
}

/** Takes a parcel apart. */
export function unpack(parcel: Parcel): readonly Told[] {
  const all: readonly Told[] = JSON.parse(parcel.text);
  let at = 0;
  return all.map((told) => {
    const result = told.visited?.result;
    if (told.visited === undefined || told.body === undefined || result?.kind !== 'prepared') return told;
    Object.assign(result, { body: parcel.bodies.subarray(at, at + told.body) });
    at += told.body;
    return told;
  });
}

/** Only parcels from this size on are counted, and the thread told that they are taken: of small ones there are few. */
const LARGE = 1 << 18;

/** Whether the thread has to be told that a parcel is taken. */
export function isLarge(parcel: Parcel): boolean {
  return sizeOf(parcel) >= LARGE;
}

/** What a parcel takes in memory, about: characters and bytes. */
export function sizeOf(parcel: Parcel): number {
  return parcel.text.length + parcel.bodies.length;
}

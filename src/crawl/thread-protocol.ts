import type { Parcel } from './parcel.ts';
import type { Job, VisitBounds } from './visits.ts';

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

/** What the host gives the thread when it starts it, beside what its own module wants. */
export interface ThreadStart<Setup> {
  /** One number: how many jobs were begun. It is right also when the thread died between two messages. */
  readonly begun: SharedArrayBuffer;
  readonly setup: Setup;
}

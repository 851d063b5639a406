import type { Failure } from '../model/manifest.ts';
import type { Answer } from './exchange.ts';
import type { Flight } from './flight.ts';
import { validatorsOf } from './headers.ts';
import { fetchError } from './reasons.ts';
import { textOf } from './text.ts';
import type { Fetched, FetchRequest, Opened } from './types.ts';

/** An answer whose headers were accepted, still holding its deadline and its place. */
export interface Accepted {
  readonly kind: 'accepted';
  readonly answer: Answer;
  readonly redirects: readonly string[];
}

/** What is made of an answer; at once where nothing has to be waited for. */
export type Take<T> = T | Failure | Promise<T | Failure>;

/** Reads the whole body. */
export function fetched(request: FetchRequest, accepted: Accepted): Take<Fetched> {
  const body = accepted.answer.bytes();
  return body instanceof Uint8Array
    ? withBody(request, accepted, body)
    : body.then((bytes) => withBody(request, accepted, bytes));
}

function withBody(request: FetchRequest, accepted: Accepted, body: Uint8Array): Fetched | Failure {
  const { answer, redirects } = accepted;
  const { status, headers } = answer;
  const url = answer.url.href;
  const whole: Fetched = { kind: 'fetched', url, status, headers, validators: validatorsOf(headers), redirects, body };
  const text = request.text === true ? textOf(whole) : '';
  return typeof text === 'string' ? whole : text;
}

/** Leaves the body to the caller. */
export function opened(request: FetchRequest, accepted: Accepted, flight: Flight): Opened {
  flight.keep(request.longLived === true);
  const close = () => {
    flight.abort(fetchError('aborted', accepted.answer.url.href));
    flight.finish();
  };
  const { answer, redirects } = accepted;
  const { status, headers } = answer;
  const body = untilEnd(answer.body(), flight);
  return {
    kind: 'opened',
    url: answer.url.href,
    status,
    headers,
    validators: validatorsOf(headers),
    redirects,
    body,
    close,
  };
}

async function* untilEnd(body: AsyncGenerator<Uint8Array, void, undefined>, flight: Flight) {
  try {
    yield* body;
  } finally {
    flight.finish();
  }
}

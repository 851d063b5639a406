import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { buildConnector } from 'undici';
import { bareHost, privateReason } from './address.ts';
import { fetchError } from './reasons.ts';

/** Resolves a name to all of its addresses, as `dns.lookup` with `all` does. */
export type Resolve = (
  hostname: string,
  answer: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** The resolver of the machine: its hosts file and name servers. */
export const systemResolve: Resolve = (hostname, answer) =>
  systemLookup(hostname, { all: true }, (error, addresses) => answer(error, addresses ?? []));

export interface GuardOptions {
  readonly resolve: Resolve;
  readonly connectMs: number;
  /** Further certificate authorities in PEM, beside the built-in ones. */
  readonly ca: readonly string[];
  /** `PROTOCOL//HOST:PORT` that may be on loopback although crawled data names them: for tests. */
  readonly exempt: ReadonlySet<string>;
}

/** Ports that crawled data may name. */
const PORTS: ReadonlySet<number> = new Set([80, 443]);

/** Connects wherever the operator says. */
export function openConnector(options: GuardOptions): buildConnector.connector {
  return buildConnector({ ...base(options), lookup: lookupWith(options.resolve, () => undefined) });
}

/**
 * Connects to public addresses only. Undici calls it for every new connection, so every hop of every redirect passes
 * here. The addresses that are checked are the ones that are dialled: one resolution per connection, so an answer that
 * changes a moment later (DNS rebinding) changes nothing. One private address among the answers refuses them all.
 */
export function guardedConnector(options: GuardOptions): buildConnector.connector {
  const dial = buildConnector({ ...base(options), lookup: lookupWith(options.resolve, refuseAnswers) });
  const free = openConnector(options);
  return (target, callback) => {
    const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
    if (options.exempt.has(`${target.protocol}//${target.hostname}:${port}`)) return free(target, callback);
    const refusal = refuseTarget(target.hostname, port);
    if (refusal !== undefined) return callback(refusal, null);
    dial(target, (error, socket) => {
      if (error !== null) return callback(error, null);
      const peer = socket.remoteAddress ?? '';
      const reason = privateReason(peer);
      if (reason === undefined) return callback(null, socket);
      socket.destroy();
      callback(fetchError('private-peer', `${target.hostname} at ${peer}: ${reason}`), null);
    });
  };
}

/** What can be refused without resolving: a port, or an address written out. */
export function refuseTarget(hostname: string, port: number): Error | undefined {
  if (!PORTS.has(port)) return fetchError('url-port', `${hostname}:${port}`);
  const host = bareHost(hostname);
  if (isIP(host) === 0) return undefined;
  const reason = privateReason(host);
  return reason === undefined ? undefined : fetchError('private-address', `${host}: ${reason}`);
}

function refuseAnswers(hostname: string, addresses: readonly LookupAddress[]): Error | undefined {
  for (const { address } of addresses) {
    const reason = privateReason(address);
    if (reason !== undefined) return fetchError('private-answer', `${hostname} at ${address}: ${reason}`);
  }
  return undefined;
}

function lookupWith(
  resolve: Resolve,
  refuse: (hostname: string, addresses: readonly LookupAddress[]) => Error | undefined,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      const first = addresses[0];
      if (error !== null) return callback(error, []);
      if (first === undefined) return callback(fetchError('dns-not-found', hostname), []);
      const refusal = refuse(hostname, addresses);
      if (refusal !== undefined) return callback(refusal, []);
      if (options.all === true) return callback(null, [...addresses]);
      callback(null, first.address, first.family);
    });
  };
}

function base(options: GuardOptions): buildConnector.BuildOptions {
  return {
    timeout: options.connectMs,
    maxCachedSessions: 100,
    allowH2: false,
    ...(options.ca.length === 0 ? {} : { ca: [...rootCertificates, ...options.ca] }),
  };
}

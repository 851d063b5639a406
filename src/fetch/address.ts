import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Public by their range, and yet the inside of a cloud: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16 */
const CLOUD_INSIDE: ReadonlySet<string> = new Set(['168.63.129.16']);

/** Global unicast as handed out so far (RFC 4291, RFC 3587); all that an IPv6 address may be. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Says why an address may not be contacted for crawled data; undefined for a public one.
 *
 * Takes what a resolver or a socket gives, not what a URL says: a name or an odd spelling is `not-an-address`.
 */
export function privateReason(address: string): string | undefined {
  if (isIP(address) === 0) return 'not-an-address';
  if (address.includes('%')) return 'zone';
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv4 ? privateV4(parsed) : privateV6(parsed);
}

function privateV4(address: ipaddr.IPv4): string | undefined {
  if (CLOUD_INSIDE.has(address.toString())) return 'cloud';
  const range = address.range();
  return range === 'unicast' ? undefined : range;
}

function privateV6(address: ipaddr.IPv6): string | undefined {
  if (address.isIPv4MappedAddress()) return privateV4(address.toIPv4Address());
  if (!address.match(GLOBAL_UNICAST)) return 'not-global-unicast';
  const range = address.range();
  if (range !== 'unicast') return range;
  // ISATAP (RFC 5214): the interface part names an IPv4 address inside of a site.
  const [high, low] = [address.parts[4], address.parts[5]];
  if ((high === 0 || high === 0x200) && low === 0x5efe) return 'isatap';
  return undefined;
}

/** Host name of a URL as a socket wants it: without the brackets of IPv6. */
export function bareHost(hostname: string): string {
  return hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname;
}

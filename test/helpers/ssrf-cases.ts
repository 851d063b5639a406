import type { LookupAddress } from 'node:dns';

/** Ways to write a host that is not public: numbers in every base, look-alike digits, IPv6 that carries IPv4, clouds' insides. */
export const SPELLINGS: readonly string[] = [
  '127.0.0.1', '127.1', '127.0.1', '0x7f.1', '0x7f.0.0.1', '0x7f000001', '2130706433', '017700000001', '0177.0.0.1',
  '127.0.0.1.', '127.255.255.254', '0', '0.0.0.0', '0x0', '00', '１２７.０.０.１', '①②⑦.⓪.⓪.①', '127。0。0。1', '%31%32%37.0.0.1',
  '127%2e0%2e0%2e1', '[::1]', '[0:0:0:0:0:0:0:1]', '[0000::0001]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]',
  '[::127.0.0.1]', '[::7f00:1]', '[::ffff:0:127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b::127.0.0.1]', '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]', '[2002:7f00:1::1]', '[2001:0:7f00:1::]', '[2001::1]', '[2001:db8::1]', '[3fff::1]', '[100::1]',
  '[100:0:0:1::1]', '[fe80::1]', '[febf::1]', '[fec0::1]', '[fc00::1]', '[fd00::1]', '[fd00:ec2::254]', '[ff02::1]', '[5f00::1]',
  '[2001:20::1]', '[2001:30::1]', '[2600:1f18::5efe:127.0.0.1]', '[2600:1f18::200:5efe:10.0.0.1]', '[4000::1]', '[9000::1]',
  '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '169.254.170.2', '0xa9fea9fe', '2852039166',
  '100.64.0.1', '100.100.100.200', '168.63.129.16', '0xa83f8110', '192.0.0.192', '192.0.2.1', '198.18.0.1', '198.51.100.1',
  '203.0.113.1', '192.88.99.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '192.31.196.1', '192.52.193.1',
]; // biome-ignore format: a table

/** Ways to hide the host in the rest of a URL; `HOST` is replaced. */
export const WRAPPERS: readonly string[] = [
  'http://HOST/', 'https://HOST/', 'HTTP://HOST/', 'http:HOST', 'http:/HOST', 'http:///HOST', 'http:\\\\HOST\\', 'http://HOST?x',
  'http://HOST#x', 'http://example.org@HOST/', 'http://example.org:80@HOST/', 'http://HOST\\@example.org/', ' http://HOST/ ',
  'ht\ttp://HO\nST/', 'http://HOST/\r\nHost: example.org', 'http://HOST:80/', 'http://HOST:443/', 'https://HOST:80/',
]; // biome-ignore format: a table

const v4 = (address: string): LookupAddress => ({ address, family: 4 });
const v6 = (address: string): LookupAddress => ({ address, family: 6 });

/** What a hostile name server answers. None of them is public throughout, so none may be dialled. */
export const ANSWERS: readonly (readonly LookupAddress[])[] = [
  [v4('127.0.0.1')],
  [v6('::1')],
  [v4('93.184.216.34'), v4('127.0.0.1')],
  [v4('127.0.0.1'), v4('93.184.216.34')],
  [v6('2606:2800:220:1::1'), v6('::1')],
  [v6('2606:2800:220:1::1'), v4('127.0.0.1')],
  [...Array.from({ length: 40 }, (_, n) => v4(`93.184.216.${n + 1}`)), v4('127.0.0.1')],
  [v6('::ffff:127.0.0.1')],
  [v6('::ffff:7f00:1')],
  [v6('::127.0.0.1')],
  [v6('64:ff9b::7f00:1')],
  [v6('64:ff9b:1::7f00:1')],
  [v6('2002:7f00:1::')],
  [v6('2001:0:7f00:1::')],
  [v6('fe80::1%lo')],
  [v6('fe80::1')],
  [v6('fd00:ec2::254')],
  [v4('169.254.169.254')],
  [v4('168.63.129.16')],
  [v4('100.64.0.1')],
  [v4('10.1.2.3')],
  [v4('0.0.0.0')],
  [v6('::')],
  [v4('localhost')],
  [v4('0x7f.1')],
  [v4('')],
  [{ address: '127.0.0.1', family: 6 }],
  [],
];

/** A small generator of numbers that is the same everywhere: a torture run can be repeated from its seed. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An address of loopback or of a private net, written in a random way. */
export function randomSpelling(random: () => number): string {
  const byte = () => Math.floor(random() * 256);
  const starts = [[127], [10], [192, 168], [172, 16 + (byte() % 16)], [169, 254], [100, 64 + (byte() % 64)]] as const;
  const start = starts[Math.floor(random() * starts.length)] ?? [127];
  const octets = [...start, byte(), byte(), byte()].slice(0, 4);
  const whole = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const hex = (n: number | undefined) => (n ?? 0).toString(16).padStart(2, '0');
  const words = `${hex(octets[0])}${hex(octets[1])}:${hex(octets[2])}${hex(octets[3])}`;
  const forms = [
    () => octets.join('.'),
    () => octets.map((octet) => `0x${octet.toString(16)}`).join('.'),
    () => octets.map((octet) => `0${octet.toString(8)}`).join('.'),
    () => String(whole),
    () => `0x${whole.toString(16)}`,
    () => `${octets[0]}.${whole % 2 ** 24}`,
    () => `${octets[0]}.${octets[1]}.${whole % 2 ** 16}`,
    () => `[::ffff:${octets.join('.')}]`,
    () => `[::${words}]`,
    () => `[64:ff9b::${words}]`,
    () => `[2002:${words}::1]`,
    () => `[fd${hex(octets[3])}::${words}]`,
  ];
  return forms[Math.floor(random() * forms.length)]?.() ?? '127.0.0.1';
}

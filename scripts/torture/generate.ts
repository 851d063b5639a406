import fc from 'fast-check';

/** Strings that have broken something somewhere, beside whatever fast-check thinks of. */
const NASTY = [
  '',
  '\u0000',
  '\ud800',
  '\udfff\ud800',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '../../etc/passwd',
  "'; DROP TABLE tools; --",
  '" OR NEAR( * ^',
  '<script>alert(1)</script>',
  '$' + '{jndi:ldap://x}',
  '\u202egnp.exe',
  '\u200b',
  'İ',
  'ﬃ',
  'e\u0301'.repeat(20),
  'a'.repeat(300),
  '#',
  'npm:',
  '%s%n%p',
  '\r\n\r\n',
];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 2, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.lorem({ maxCount: 12 }) },
);

const anything = fc.oneof(fc.jsonValue({ maxDepth: 4 }), text, fc.constantFrom(1e308, -0, 1e-320, 2 ** 53, null, true));

const schema = fc.oneof(
  anything,
  fc.record(
    {
      type: fc.oneof(fc.constantFrom('object', 'array', 'string'), anything),
      properties: fc.dictionary(text, anything, { maxKeys: 5 }),
      required: fc.oneof(fc.array(text, { maxLength: 3 }), anything),
      enum: fc.array(anything, { maxLength: 4 }),
      $ref: fc.constantFrom('#', '#/properties/a', 'http://127.0.0.1/'),
    },
    { requiredKeys: [] },
  ),
);

const tool = fc.oneof(
  { weight: 1, arbitrary: anything },
  {
    weight: 6,
    arbitrary: fc.record(
      {
        name: fc.oneof(
          { weight: 3, arbitrary: fc.constantFrom('read_file', 'deleteAll', 'send', 'x') },
          { weight: 2, arbitrary: text },
          { weight: 1, arbitrary: anything },
        ),
        title: fc.oneof(text, anything),
        description: fc.oneof(text, anything),
        inputSchema: schema,
        outputSchema: schema,
        annotations: fc.oneof(
          fc.record({ readOnlyHint: anything, destructiveHint: fc.boolean(), title: text }, { requiredKeys: [] }),
          anything,
        ),
      },
      { requiredKeys: [] },
    ),
  },
);

const tools = fc.oneof({ weight: 5, arbitrary: fc.array(tool, { maxLength: 6 }) }, { weight: 1, arbitrary: anything });

const packages = fc.array(
  fc.record(
    {
      registryType: fc.constantFrom('npm', 'pypi', 'oci', 'mcpb', 'cargo'),
      registry_name: text,
      identifier: fc.oneof(fc.constantFrom('a', '@a/b', '../x'), text),
      version: text,
      transport: anything,
    },
    { requiredKeys: [] },
  ),
  { maxLength: 3 },
);

const manifest = fc.oneof(
  fc.record({ tools, nextCursor: fc.oneof(text, fc.constant(null)) }, { requiredKeys: ['tools'] }),
  fc.record(
    { jsonrpc: fc.constant('2.0'), id: anything, result: fc.record({ tools }, { requiredKeys: [] }) },
    { requiredKeys: ['result'] },
  ),
  fc.record(
    {
      $schema: fc.constant('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
      name: fc.oneof(fc.constantFrom('io.x/y', 'io.x/z'), text),
      description: text,
      version: text,
      packages,
      remotes: fc.array(fc.record({ type: text, url: fc.oneof(fc.webUrl(), text) }), { maxLength: 2 }),
    },
    { requiredKeys: ['name', '$schema'] },
  ),
  fc.record(
    {
      manifest_version: fc.constantFrom('0.2', '0.3', 3),
      name: text,
      version: text,
      server: anything,
      tools,
      tools_generated: anything,
    },
    { requiredKeys: ['manifest_version', 'name'] },
  ),
  fc.record({
    mcpServers: fc.dictionary(
      text,
      fc.record({ command: text, args: fc.array(text, { maxLength: 3 }), url: text }, { requiredKeys: [] }),
      { maxKeys: 3 },
    ),
  }),
  anything,
);

/** JSON text of a manifest, sometimes cut, sometimes with a byte changed, sometimes no JSON at all. */
const document = fc.oneof(
  { weight: 8, arbitrary: manifest.map((value) => Buffer.from(JSON.stringify(value) ?? '')) },
  {
    weight: 1,
    arbitrary: fc.tuple(manifest, fc.nat(), fc.nat(255)).map(([value, at, byte]) => {
      const bytes = Buffer.from(JSON.stringify(value) ?? '');
      if (bytes.length > 0) bytes[at % bytes.length] = byte;
      return bytes;
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(manifest, fc.nat())
      .map(([value, at]) => Buffer.from(JSON.stringify(value) ?? '').subarray(0, at % 500)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);

/** File names that lead to the various readers of text. */
const name = fc.constantFrom(
  'tools.json',
  'server.json',
  'manifest.json',
  'x.yaml',
  'mcp.jsonc',
  'server.toml',
  'README.md',
);

/** One file that somebody might publish. */
export const hostileFile = fc.record({ name, bytes: document });

// The npm client's own configuration library ships no types; these are the parts that are used.
declare module '@npmcli/config' {
  export default class Config {
    constructor(options: {
      readonly npmPath: string;
      readonly definitions: unknown;
      readonly shorthands: unknown;
      readonly flatten: unknown;
      readonly argv: readonly string[];
      readonly env: Record<string, string | undefined>;
      readonly cwd: string;
      readonly warn: boolean;
    });
    load(): Promise<void>;
    get(key: string): unknown;
    getCredentialsByURI(uri: string): { readonly token?: string; readonly auth?: string };
  }
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const definitions: { readonly definitions: unknown; readonly shorthands: unknown; readonly flatten: unknown };
  export default definitions;
}

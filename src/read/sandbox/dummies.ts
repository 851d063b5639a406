/** Values for settings that a server wants before it starts. None of them is real, and what was listed with them says so. */

/** Names of settings as programs print them when one is missing: capitals and at least one underscore. */
const SETTING = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/gu;

/** Words of that form which are no settings. */
const NOT_SETTINGS =
  /^(?:ERR_|ERROR_|NODE_|MODULE_NOT_FOUND|UND_ERR_|ECONN|E[A-Z]+_|HTTP_[45]|INVALID_|MISSING_|NOT_)/u;

const MAX_SETTINGS = 16;

/** What servers want most often. Usage texts name many more settings, and some of those exclude each other. */
const SECRET = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASS|PAT)$/u;

/** Settings that name a file instead of giving a value: what they would point at is not there. */
const FILE = /_FILE$/u;

/** The settings that an error text asks for and that are not set yet, sorted: the secrets alone where there are some. */
export function settingsIn(errors: string, isSet: (name: string) => boolean): readonly string[] {
  const found = new Set(
    (errors.match(SETTING) ?? []).filter(
      (name) => name.length <= 64 && !NOT_SETTINGS.test(name) && !FILE.test(name) && !isSet(name),
    ),
  );
  const secrets = [...found].filter((name) => SECRET.test(name));
  return (secrets.length > 0 ? secrets : [...found]).sort().slice(0, MAX_SETTINGS);
}

/** A value of the right form that leads nowhere. First line that fits the name. */
const DUMMIES: readonly (readonly [RegExp, string])[] = [
  [/(?:^|_)(?:URL|URI|ENDPOINT|BASE|SERVER)$/u, 'http://127.0.0.1:9/'],
  [/(?:^|_)(?:HOST|HOSTNAME)$/u, '127.0.0.1'],
  [/(?:^|_)PORT$/u, '9'],
  [/(?:^|_)(?:DIR|DIRS|FOLDER|PATH|ROOT|DIRECTORY)$/u, '/tmp'],
  [/(?:^|_)(?:EMAIL|MAIL)$/u, 'dummy@example.org'],
  [/(?:^|_)ID$/u, '00000000-0000-0000-0000-000000000000'],
];

/** A dummy value for one setting. */
export function dummyFor(name: string): string {
  return DUMMIES.find(([pattern]) => pattern.test(name))?.[1] ?? 'dummy-value-not-real';
}

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../command.ts';

/** A file in which a client keeps its servers. */
export interface ConfigPlace {
  readonly client: string;
  readonly path: string;
}

/** Folders that the paths below begin with. */
type Base = 'home' | 'project' | 'config' | 'mac' | 'windows';

/** Where each client keeps its servers, on Linux, macOS and Windows. A path that ends in `/` is a folder of such files. */
const PLACES: readonly (readonly [client: string, base: Base, path: string])[] = [
  ['Claude Desktop', 'config', 'Claude/claude_desktop_config.json'],
  ['Claude Desktop', 'mac', 'Claude/claude_desktop_config.json'],
  ['Claude Desktop', 'windows', 'Claude/claude_desktop_config.json'],
  ['Claude Code', 'home', '.claude.json'],
  ['Claude Code', 'project', '.mcp.json'],
  ['Cursor', 'home', '.cursor/mcp.json'],
  ['Cursor', 'project', '.cursor/mcp.json'],
  ['VS Code', 'config', 'Code/User/mcp.json'],
  ['VS Code', 'mac', 'Code/User/mcp.json'],
  ['VS Code', 'windows', 'Code/User/mcp.json'],
  ['VS Code', 'config', 'Code/User/settings.json'],
  ['VS Code', 'mac', 'Code/User/settings.json'],
  ['VS Code', 'windows', 'Code/User/settings.json'],
  ['VS Code', 'project', '.vscode/mcp.json'],
  ['Windsurf', 'home', '.codeium/windsurf/mcp_config.json'],
  ['Gemini CLI', 'home', '.gemini/settings.json'],
  ['Gemini CLI', 'project', '.gemini/settings.json'],
  ['Codex', 'home', '.codex/config.toml'],
  ['Codex', 'project', '.codex/config.toml'],
  ['Zed', 'config', 'zed/settings.json'],
  ['Zed', 'home', '.zed/settings.json'],
  ['Zed', 'project', '.zed/settings.json'],
  ['Cline', 'config', 'Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json'],
  ['Cline', 'mac', 'Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json'],
  ['Cline', 'windows', 'Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json'],
  ['Continue', 'home', '.continue/config.yaml'],
  ['Continue', 'home', '.continue/config.json'],
  ['Continue', 'project', '.continue/mcpServers/'],
  ['Goose', 'config', 'goose/config.yaml'],
  ['Goose', 'windows', 'Block/goose/config/config.yaml'],
  ['opencode', 'config', 'opencode/opencode.json'],
  ['opencode', 'project', 'opencode.json'],
];

const CONFIG_FILE = /\.(?:json|jsonc|ya?ml|toml)$/iu;

/** The configuration files of known clients that are there: of the user, and of the project in the working folder. */
export function findConfigs(world: Pick<World, 'env' | 'cwd'>): readonly ConfigPlace[] {
  const { env, cwd } = world;
  const home = env.HOME ?? env.USERPROFILE;
  const bases: Readonly<Record<Base, string | undefined>> = {
    home,
    project: cwd,
    config: env.XDG_CONFIG_HOME ?? (home === undefined ? undefined : join(home, '.config')),
    mac: home === undefined ? undefined : join(home, 'Library', 'Application Support'),
    windows: env.APPDATA,
  };
  const found = PLACES.flatMap(([client, base, path]) => {
    const folder = bases[base];
    if (folder === undefined) return [];
    const whole = join(folder, path);
    if (!existsSync(whole)) return [];
    return path.endsWith('/') ? filesIn(whole).map((file) => ({ client, path: file })) : [{ client, path: whole }];
  });
  // The working folder may be the home folder.
  return found.filter((one, i) => found.findIndex(({ path }) => path === one.path) === i);
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => CONFIG_FILE.test(name))
    .sort()
    .map((name) => join(folder, name));
}

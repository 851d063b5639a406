import type { PolicyFormat } from '../../model/policy.ts';
import { Notes } from '../notes.ts';
import { unsafeServer } from '../write/claude-names.ts';
import { claudeExpresses, claudeRules } from '../write/claude-rules.ts';
import { jsonText } from '../write/json.ts';

/** Claude Code, settings that an organisation rolls out and nobody can override. */
export const claudeCodeManaged: PolicyFormat = {
  id: 'claude-code-managed',
  title: 'Claude Code managed settings',
  homepage: 'https://code.claude.com/docs/en/settings',
  fileName: 'managed-settings.json',
  mediaType: 'application/json',
  expresses: claudeExpresses,
  notes: [
    'Only the servers of this file may be used, and only the rules of this file count.',
    'The rules hold the name that the server has in your configuration: write yours, or give it with --name.',
    'Claude Code shows every sign but letters, digits, "_" and "-" as "_": names that differ only there are one to it.',
  ],
  write(policies) {
    const notes = new Notes();
    const { deny, ask, allow } = claudeRules(policies, notes);
    const named = policies.map(({ serverName }) => serverName).filter((name) => unsafeServer(name) === undefined);
    const text = jsonText({
      $schema: 'https://json.schemastore.org/claude-code-settings.json',
      allowManagedMcpServersOnly: true,
      allowManagedPermissionRulesOnly: true,
      allowedMcpServers: [...new Set(named)].sort().map((serverName) => ({ serverName })),
      permissions: { allow, ask, deny },
    });
    const { fileName, mediaType } = claudeCodeManaged;
    return { fileName, mediaType, text, companions: [], tightened: notes.tightened, unenforced: notes.unenforced };
  },
};

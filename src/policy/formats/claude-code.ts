import type { PolicyFormat } from '../../model/policy.ts';
import { Notes } from '../notes.ts';
import { claudeExpresses, claudeRules } from '../write/claude-rules.ts';
import { jsonText } from '../write/json.ts';

/** Claude Code, a person's or a project's settings. */
export const claudeCode: PolicyFormat = {
  id: 'claude-code',
  title: 'Claude Code settings',
  homepage: 'https://code.claude.com/docs/en/permissions',
  fileName: 'settings.json',
  mediaType: 'application/json',
  expresses: claudeExpresses,
  notes: [
    'Goes to .claude/settings.json of a project or ~/.claude/settings.json.',
    'The rules hold the name that the server has in your configuration: write yours, or give it with --name.',
    'Claude Code shows every sign but letters, digits, "_" and "-" as "_": names that differ only there are one to it.',
  ],
  write(policies) {
    const notes = new Notes();
    const { deny, ask, allow } = claudeRules(policies, notes);
    const text = jsonText({
      $schema: 'https://json.schemastore.org/claude-code-settings.json',
      permissions: { allow, ask, deny },
    });
    const { fileName, mediaType } = claudeCode;
    return { fileName, mediaType, text, companions: [], tightened: notes.tightened, unenforced: notes.unenforced };
  },
};

/** Lays out a new rule: `npm run new-rule ID`. Fill it in, then run `npm run check:data`. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { idFrom } from './scaffold.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function layOutRule(id: string): string {
  return `id: ${id}
title: What a tool does when this rule fires
# A known one, or a new one with its words in data/site.yaml
capability: ${id}
# One of Financial, Destructive, Execute, Communication, Write, Read; leave it out for a fact that moves severity only.
category: Write
looks:
  # verb, phrase, noun or parameter: groups of data/lexicon; in: operation, name, title, lead, later, text, parameter
  - { verb: [create], object: [artifacts], in: [name, title, lead, operation] }
why: Why this matters to somebody who lets an agent call the tool.
remediation: What to do about it.
# Ids of data/taxonomies.yaml
references: []
examples:
  match:
    - { name: create_file, description: Create a file }
    - { name: new_page, description: Creates a website from a template }
  no-match:
    - { name: list_files, description: List files }
    - { name: create_note, description: Create a note }
`;
}

try {
  const id = idFrom(process.argv[2], 'new-rule');
  const file = join('data/rules', `${id}.yaml`);
  if (existsSync(join(root, file))) throw new Error(`${file} is there already: choose another id, or edit it`);
  writeFileSync(join(root, file), layOutRule(id));
  process.stdout.write(
    `${file}\nFill it in, give a new capability its words in data/site.yaml, then run: npm run check:data\nThe snapshot of all findings shows what it changes: npx vitest run test/classify test/data --update\n`,
  );
} catch (error) {
  if (!(error instanceof Error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

import { join } from 'node:path';
import { compileThreatRules, type ThreatRules } from '../classify/threats.ts';
import { ThreatLexicon, ThreatRule } from '../model/threat.ts';
import { DataError, dataFiles, readData } from './load.ts';

/** The threat rules of a data folder, checked and not yet compiled. Throws `DataError`. */
export function readThreatRules(dataFolder: string): readonly ThreatRule[] {
  const folder = join(dataFolder, 'rules', 'threats');
  return dataFiles(folder).map((id) => {
    const rule = readData(dataFolder, `rules/threats/${id}.yaml`, ThreatRule);
    if (rule.id !== id)
      throw new DataError(join(folder, `${id}.yaml`), `the id "${rule.id}" must be the name of the file`);
    return rule;
  });
}

/** Reads and compiles the threat rules and the word lists that they share. Throws `DataError` or `PhraseError`. */
export function loadThreatRules(dataFolder: string): ThreatRules {
  return compileThreatRules(readThreatRules(dataFolder), readData(dataFolder, 'threat-words.yaml', ThreatLexicon));
}

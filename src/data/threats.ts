import { join } from 'node:path';
import { compileThreatRules, type ThreatRules } from '../classify/threats.ts';
import type { ThreatLexicon, ThreatRule } from '../model/threat.ts';
import { DataError, type DataPlace, openData } from './folder.ts';

/** The threat rules of a data folder, checked and not yet compiled. Throws `DataError`. */
export function readThreatRules(place: DataPlace): readonly ThreatRule[] {
  const data = openData(place);
  return data.names('rules/threats').map((id) => {
    const path = `rules/threats/${id}.yaml`;
    const rule = data.checked(path, 'ThreatRule');
    if (rule.id !== id) throw new DataError(join(data.path, path), `the id "${rule.id}" must be the name of the file`);
    return rule;
  });
}

/** The word lists that they share. Throws `DataError`. */
export function readThreatWords(place: DataPlace): ThreatLexicon {
  return openData(place).checked('threat-words.yaml', 'ThreatLexicon');
}

/** Reads and compiles the threat rules and the word lists that they share. Throws `DataError` or `PhraseError`. */
export function loadThreatRules(place: DataPlace): ThreatRules {
  const data = openData(place);
  return compileThreatRules(readThreatRules(data), readThreatWords(data));
}

/**
 * Takes away the servers that stood for documents which never answered: a catalogue or a card may speak of any number of
 * servers. What was ever read of one, or declared for it, keeps it. The visits to the documents stay.
 */
export const DROP_MERE_DOCUMENTS: readonly string[] = [
  `CREATE TEMP TABLE mere_documents AS
   SELECT s.server_id FROM servers s
   WHERE s.server_id LIKE 'file:%' AND s.name = substr(s.server_id, 6)
     AND NOT EXISTS (SELECT 1 FROM readings r WHERE r.server_id = s.server_id AND r.placeholder = 0)
     AND NOT EXISTS (SELECT 1 FROM tool_versions v WHERE v.server_id = s.server_id)
     AND NOT EXISTS (SELECT 1 FROM server_aliases a WHERE a.server_id = s.server_id)`,
  ...['changes', 'readings', 'servers'].map(
    (table) => `DELETE FROM ${table} WHERE server_id IN (SELECT server_id FROM mere_documents)`,
  ),
  'DROP TABLE mere_documents',
];

-- Critical tools first seen in the last seven days
select strftime('%Y-%m-%dT%H:%M:%fZ', first_seen / 1000.0, 'unixepoch') as seen_at, server_id, tool_name, category, provenance
from tool_risk
where severity_rank = 3 and first_seen >= (unixepoch('now') - 7 * 86400) * 1000
order by first_seen desc, server_id, tool_name
limit 200

-- Critical tools first seen in the last seven days
select datetime(first_seen / 1000, 'unixepoch') as seen_at, server_id, tool_name, category, provenance
from tool_risk
where severity_rank = 3 and first_seen >= (unixepoch('now') - 7 * 86400) * 1000
order by first_seen desc, server_id, tool_name
limit 200

-- What changed lately, and how the severity moved
select strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') as changed_at, server_id, tool_name, what, cause, from_severity, to_severity, fields
from recent_changes
order by at desc
limit 200

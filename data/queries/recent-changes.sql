-- What changed lately, and how the severity moved
select datetime(at / 1000, 'unixepoch') as changed_at, server_id, tool_name, what, cause, from_severity, to_severity, fields
from recent_changes
order by at desc
limit 200

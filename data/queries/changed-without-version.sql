-- Definitions that changed while the version did not
select datetime(at / 1000, 'unixepoch') as changed_at, server_id, tool_name, fields, from_severity, to_severity
from recent_changes
where without_version_change = 1
order by at desc
limit 200

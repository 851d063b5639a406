-- Definitions that changed while the version did not
select strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') as changed_at, server_id, tool_name, fields, from_severity, to_severity
from recent_changes
where without_version_change = 1
order by at desc
limit 200

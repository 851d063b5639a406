-- Tools called read-only that do more than read
select server_id, tool_name, category, severity
from tool_hints
where read_only_hint = 1 and category not in ('Read', 'Unknown')
order by severity_rank desc, server_id, tool_name
limit 200

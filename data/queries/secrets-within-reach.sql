-- Tools that read secrets, keys or credentials
select r.server_id, r.tool_name, r.category, r.severity
from tool_risk r, json_each(r.capabilities) c
where c.value = 'reads-secrets'
order by r.severity_rank desc, r.server_id, r.tool_name

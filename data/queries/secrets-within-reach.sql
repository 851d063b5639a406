-- Tools that read secrets, keys or credentials
select server_id, tool_name, category, severity, confidence
from tool_capability
where capability = 'reads-secrets'
order by severity_rank desc, confidence desc, server_id, tool_name
limit 200

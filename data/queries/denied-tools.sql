-- Tools that the recommended policy denies
select server_id, tool_name, category, severity
from policies
where strength = 'recommended' and decision = 'deny'
order by severity_rank desc, server_id, tool_name
limit 200

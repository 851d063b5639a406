-- Servers by their worst tools
select server_id, severity, critical_count, high_count, tool_count
from server_risk
where severity_rank is not null
order by severity_rank desc, critical_count desc, high_count desc, server_id
limit 200

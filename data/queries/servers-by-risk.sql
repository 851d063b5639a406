-- Servers by their worst tools
select server_id, severity, critical_count, high_count, tool_count
from server_risk
where tool_count > 0
order by critical_count desc, high_count desc, server_id

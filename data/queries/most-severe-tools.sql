-- The most severe tools, worst first
select server_id, tool_name, category, severity, confidence
from tool_risk
order by severity_rank desc, confidence desc, server_id, tool_name
limit 100

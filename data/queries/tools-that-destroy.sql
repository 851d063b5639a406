-- Tools that delete, drop or reset
select server_id, tool_name, severity, confidence
from tool_risk
where category = 'Destructive'
order by severity_rank desc, confidence desc, server_id, tool_name
limit 200

-- Tools that a policy can only guess at
select server_id, tool_name, category, severity, confidence
from tool_risk
where category = 'Unknown' or confidence < 0.6
order by severity_rank desc, confidence desc, server_id, tool_name
limit 200

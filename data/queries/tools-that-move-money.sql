-- Tools that move money or create obligations
select server_id, tool_name, severity, confidence, provenance
from tool_risk
where category = 'Financial'
order by severity_rank desc, confidence desc, server_id, tool_name
limit 200

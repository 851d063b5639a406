-- Critical tools with what they say of themselves
with worst as materialized (
  select server_id, tool_name
  from tool_risk
  where severity_rank = 3
  order by confidence desc, server_id, tool_name
  limit 200)
select server_id, tool_name, t.category, t.title, t.description
from worst cross join tool_risk t using (server_id, tool_name)
order by t.confidence desc, server_id, tool_name

-- Servers with a tool that runs code or commands
select r.server_id, count(*) as tools, max(r.severity_rank) as worst_rank, min(r.tool_name) as example
from tool_risk r, json_each(r.capabilities) c
where c.value in ('runs-code', 'runs-arbitrary-code')
group by r.server_id
order by worst_rank desc, tools desc, r.server_id

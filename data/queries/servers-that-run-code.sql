-- Servers with a tool that runs code or commands
select server_id, tool_count, severity_rank as worst_rank
from server_capability
where capability = 'runs-code'
order by tool_count desc, severity_rank desc, server_id
limit 200

-- Capabilities by the number of tools that have them
select capability, tool_count, server_count
from capability_count
order by tool_count desc, capability

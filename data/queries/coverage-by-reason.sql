-- How the visits ended, by source, outcome and reason
select source, outcome, reason, manifest_count, tool_count
from coverage
order by source, manifest_count desc, outcome, reason

-- Tools whose own hints contradict their words
select server_id, tool_name, rule, text
from findings
where rule in ('hint-contradicts-text', 'hint-denies-reading') and discounted is null
order by rule, server_id, tool_name
limit 200

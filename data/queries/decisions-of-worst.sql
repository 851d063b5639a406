-- What the recommended policy says of critical tools
select category, decision, count(*) as tool_count
from policies
where strength = 'recommended' and severity_rank = 3
group by category, decision
order by category, decision

-- What each policy says of critical tools
select strength, decision, count(*) as tools
from policies
where severity_rank = 3
group by strength, decision
order by strength, decision

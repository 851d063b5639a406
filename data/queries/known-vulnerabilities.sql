-- Servers with a known vulnerability, worst first
select server_id, version, cve, severity, fixed, title
from server_advisories
where state = 'affected'
order by case severity when 'critical' then 0 when 'high' then 1 when 'medium' then 2 when 'low' then 3 else 4 end,
  server_id, cve
limit 200

-- Servers with a known vulnerability, worst first
select server_id, version, cve, severity, fixed, title
from server_advisories
where state = 'affected'
order by severity_rank desc, server_id, cve
limit 200

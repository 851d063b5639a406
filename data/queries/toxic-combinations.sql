-- Servers that read private things and send out
select r.server_id,
  sum(c.value in ('reads-secrets', 'reads-private-data', 'reads-files')) as reads_private,
  sum(c.value in ('sends-messages', 'reaches-network', 'sends-any-request')) as sends_out
from tool_risk r, json_each(r.capabilities) c
group by r.server_id
having reads_private > 0 and sends_out > 0
order by reads_private + sends_out desc, r.server_id

-- Servers that read private things and send out
select private.server_id, sum(private.tool_count) as reads_private,
  (select sum(o.tool_count) from server_capability o
   where o.server_id = private.server_id
     and o.capability in ('sends-messages', 'reaches-network', 'reaches-outside')) as sends_out
from server_capability private
where private.capability in ('reads-secrets', 'reads-private-data', 'reads-files')
group by private.server_id
having sends_out > 0
order by reads_private + sends_out desc, private.server_id
limit 200

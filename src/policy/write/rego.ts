/**
 * The Rego module: always the same, whatever the policy is. It reads `data.toolrisk`, so that no name from outside ever
 * stands in code. `decision` is "allow", "ask" or "deny".
 */
export const REGO_MODULE = `# Decides on calls of MCP tools by the policy in data.toolrisk.
# Input: {"server": "NAME", "tool": {"name": "NAME", "arguments": {}}}
package toolrisk

import rego.v1

default decision := "deny"

rank := {"allow": 0, "ask": 1, "deny": 2}

rule := data.toolrisk.servers[input.server].tools[input.tool.name]

# An argument by its path; undefined where it is absent.
argument(path) := value if {
	walk(input.tool.arguments, [path, value])
}

holds(c) if {
	c.kind == "text"
	value := argument(c.argument)
	is_string(value)
	fits(c, value)
	every part in c.without {
		not contains(value, part)
	}
}

holds(c) if {
	c.kind == "value"
	value := argument(c.argument)
	some wanted in c.values
	type_name(value) == type_name(wanted)
	value == wanted
}

holds(c) if {
	c.kind == "maximum"
	value := argument(c.argument)
	is_number(value)
	value >= 0
	value <= c.maximum
}

fits(c, value) if value in c.exact

fits(c, value) if {
	some start in c.starts
	startswith(value, start)
}

broken if {
	some c in rule.constraints
	not holds(c)
}

# The decision by operation: each parameter that selects one has its own table. Only a text can select: a list would be
# taken for a path by object.get.
by_operation contains result if {
	some operation in rule.operations
	value := argument(operation.argument)
	is_string(value)
	result := object.get(operation.decisions, value, rule.decision)
}

by_operation contains rule.decision if {
	some operation in rule.operations
	not is_string(argument(operation.argument))
}

by_operation contains rule.decision if count(rule.operations) == 0

by_operation contains rule.otherwise if broken

decision := result if {
	ranks := [rank[one] | some one in by_operation]
	count(ranks) > 0
	some result, number in rank
	number == max(ranks)
}

allow if decision == "allow"
`;

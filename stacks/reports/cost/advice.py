"""How to lower what a bill is for."""

from collections.abc import Mapping

NOTHING = "Nothing is known that would lower it without doing less."
BY_WHAT: Mapping[str, str] = {
    "answers, words sent": "Fewer passages in a prompt (top_k), shorter histories, or the tier `economy` in models.answer_tier.",
    "answers, words written": "models.tiers.TIER.output_tokens, or the tier `economy` in models.answer_tier.",
    "agents, words sent": "agents.limits: fewer calls a turn; the tier `economy` for agents.",
    "data nodes": "search.instance_type: docs/scale.md computes what your passages need. Reserved instances cost less.",
    "data nodes, further zones": "search.data_nodes and zones: one where an hour without search is no matter.",
    "master nodes": "search.master_nodes: 0 for two or three small data nodes; AWS advises three for production.",
    "endpoint instances": "models.embedding.provider: bedrock costs by text. A smaller instance_type, or a Savings Plan.",
    "endpoint instances, further ones": "models.embedding.min_instances: 1, if questions may wait some minutes when it fails.",
    "snapshots of functions": "functions.memory_mb: half costs half. snap_start: false, and a first answer takes seconds longer.",
    "interface endpoints": "network.adopt: a VPC that has them already, for several environments or of a network team (docs/brought.md).",
    "interface endpoints, further zones": "One zone, where its loss is no matter.",
    "keys": "One key for several kinds of data would be cheaper, and whoever may use it could read them all.",
    "alarms": "None is without a runbook; fewer functions have fewer alarms.",
    "NAT gateways": "network.nat_gateways: none, if no tool of an agent goes outside (docs/decisions/210).",
    "firewall": "assistant.web_firewall: false, where nobody but you reaches the API.",
    "users": "Threat protection makes users dear: Cognito's tier Plus.",
}


def how_to_lower(stack: str, what: str) -> str:
    return BY_WHAT.get(what) or BY_WHAT.get(what.partition(",")[0], NOTHING)

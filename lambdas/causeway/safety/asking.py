"""Sentences that ask for something, in questions or requests, and tell nothing."""

import re

_REQUEST = (
    r"explain|describe|write|draft|compose|translate|summari[sz]e|provide|tell|give|list|develop|break down|show|define|discuss|"
    r"compare|create|generate|name|outline|solve|calculate|imagine|say|repeat|print|output"
)
ASKS = re.compile(rf"[?？؟][\"'”’)\]]*\s*$|^\W*(?:please |now |then )?(?:{_REQUEST})\b", re.IGNORECASE)
MAY_ASK = re.compile(rf"[?？؟]|(?:^|[.!?\n]\s*)\W*(?:please |now |then )?(?:{_REQUEST})\b", re.IGNORECASE)

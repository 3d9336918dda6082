"""Where a message ends and the messages that it answers or passes on begin."""

import re

_RULED = (
    "Original Message|Forwarded message|Original Appointment|Ursprüngliche Nachricht|Weitergeleitete Nachricht|Message d'origine|"
    "Message transféré|Mensaje original|Mensaje reenviado|Messaggio originale|Messaggio inoltrato|Oorspronkelijk bericht|"
    "Mensagem original|Mensagem encaminhada|Ursprungligt meddelande|Oprindelig meddelelse|Wiadomość oryginalna"
)
_HTML = re.compile(
    r"<(?:div|blockquote)\b[^<>]{0,400}?\b(?:class|id)\s*=\s*[\"']?(?:[\w-]+\s)*"
    r"(?:gmail_quote|gmail_quote_container|yahoo_quoted|moz-cite-prefix|divRplyFwdMsg|appendonsend|protonmail_quote)\b"
    rf"|<(?:p|div|span|font|b)\b[^<>]{{0,400}}>\s*-{{2,}}\s*(?:{_RULED})",
    re.IGNORECASE,
)
_PLAIN = re.compile(rf"^\s*(?:-{{2,}}\s*(?:{_RULED})\s*-{{2,}}|_{{10,}}\n+(?:From|Von|De|Da|Van):)", re.IGNORECASE | re.MULTILINE)
_MARK = re.compile(r"^(?:> ?)+")


def split_page(page: str) -> tuple[str, str]:
    """The HTML of a message, and that of the messages before it."""
    found = _HTML.search(page)
    return (page[: found.start()], page[found.start() :]) if found else (page, "")


def split_text(text: str) -> tuple[str, str]:
    """The text of a message, and that of the messages before it without its quotation marks; answers between quotes stay whole."""
    found = _PLAIN.search(text)
    if found:
        return text[: found.start()], text[found.start() :]
    lines = text.rstrip().split("\n")
    first = len(lines)
    while first and (lines[first - 1].startswith(">") or not lines[first - 1].strip()):
        first -= 1
    quoted = lines[first:]
    if not any(line.startswith(">") for line in quoted):
        return text, ""
    head, attribution = _attributed(lines[:first])
    return "\n".join(head), "\n".join([*attribution, *(_MARK.sub("", line) for line in quoted)])


def _attributed(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines without the last ones that say who wrote what is quoted below: "On Monday Ada wrote:"."""
    if not lines or not lines[-1].rstrip().endswith(":"):
        return lines, []
    begin = next((at + 1 for at in range(len(lines) - 1, -1, -1) if not lines[at].strip()), 0)
    return (lines[:begin], lines[begin:]) if len(lines) - begin <= 3 else (lines[:-1], lines[-1:])

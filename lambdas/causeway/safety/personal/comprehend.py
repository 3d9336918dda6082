"""Personal data as Amazon Comprehend finds it: names and addresses, too, in English and Spanish.

Comprehend is asked beside the patterns, which know more countries and check digits. A text is charged for each hundred characters.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from causeway.safety.personal.kinds import Kind, Personal

if TYPE_CHECKING:
    from mypy_boto3_comprehend import ComprehendClient

LANGUAGES = frozenset({"en", "es"})
MOST_BYTES = 100_000  # of a text in UTF-8
# What is not here is not taken: dates, ages and web addresses are no personal data alone, passwords and keys are another matter.
_KINDS: Mapping[str, tuple[Kind, str]] = {
    "NAME": ("name", ""),
    "ADDRESS": ("address", ""),
    "EMAIL": ("email", ""),
    "PHONE": ("phone", ""),
    "CREDIT_DEBIT_NUMBER": ("card", ""),
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER": ("iban", ""),
    "BANK_ACCOUNT_NUMBER": ("account", ""),
    "IP_ADDRESS": ("ip_address", ""),
    "SSN": ("national_number", "us-ssn"),
    "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER": ("national_number", "us-itin"),
    "UK_NATIONAL_INSURANCE_NUMBER": ("national_number", "uk-nino"),
    "UK_NATIONAL_HEALTH_SERVICE_NUMBER": ("national_number", "uk-nhs"),
    "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER": ("national_number", "uk-utr"),
    "CA_SOCIAL_INSURANCE_NUMBER": ("national_number", "ca-sin"),
    "CA_HEALTH_NUMBER": ("national_number", "ca-health"),
    "IN_AADHAAR": ("national_number", "in-aadhaar"),
    "IN_PERMANENT_ACCOUNT_NUMBER": ("national_number", "in-pan"),
    "IN_NREGA": ("national_number", "in-nrega"),
    "IN_VOTER_NUMBER": ("national_number", "in-voter"),
    "PASSPORT_NUMBER": ("national_number", "passport"),
    "DRIVER_ID": ("national_number", "driving-licence"),
}


class Comprehend:
    """A recogniser."""

    def __init__(self, client: "ComprehendClient") -> None:
        self._client = client

    def __call__(self, text: str, language: str) -> list[Personal]:
        """Nothing in languages other than English and Spanish. text: at most 100,000 bytes in UTF-8; raises ValueError for more."""
        if language not in LANGUAGES or not text.strip():
            return []
        if len(text.encode()) > MOST_BYTES:
            raise ValueError(f"Comprehend takes at most {MOST_BYTES:,} bytes at once: cut the text into pieces")
        found = self._client.detect_pii_entities(Text=text, LanguageCode="en" if language == "en" else "es")
        return [
            Personal(*_KINDS[entity["Type"]][:1], entity["BeginOffset"], entity["EndOffset"], entity["Score"], _KINDS[entity["Type"]][1])
            for entity in found["Entities"]
            if entity["Type"] in _KINDS
        ]

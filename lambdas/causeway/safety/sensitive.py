"""Text that must be kept nowhere: credentials and the numbers of cards, accounts, passports and telephones, and addresses of mail.

Rules, not a model: any number of nine digits or more counts, and the words by which people introduce a secret. What the guardrail blocks
of a question is in `stacks/models/guardrail.py`; it runs when a model is asked, and this also where none is.
"""

import re

_DIGITS = re.compile(r"(?:\d[ ./-]?){8,}\d")
_IBAN = re.compile(r"\b[a-z]{2}\d{2}[ -]?(?:[a-z0-9]{4}[ -]?){2,7}[a-z0-9]{1,4}\b", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")
_KEY = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}|(?<![\w/+-])(?=[\w/+=-]*\d)(?=[\w/+=-]*[a-zA-Z])[\w/+=-]{20,}")
_SECRET = re.compile(
    r"\b(?:passwords?|pass ?codes?|passphrases?|pin|cvv|cvc|ssn|social security|secret (?:key|code|word)|security code|api key|"
    r"passwor\w*|kennwort|geheimzahl|mot de passe|code secret|contraseña|clave secreta|palavra-passe|senha|wachtwoord)\b",
    re.IGNORECASE,
)


def is_sensitive(text: str) -> bool:
    return any(rule.search(text) for rule in (_DIGITS, _IBAN, _MAIL, _KEY, _SECRET))

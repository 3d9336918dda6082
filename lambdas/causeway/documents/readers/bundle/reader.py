"""Bundles (.zip) to blocks: `document.md`, its pictures in their places, with pages and captions of `manifest.json`.

The format is described in docs/decisions/236-bundles.md.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from causeway.documents.content import Block, Content
from causeway.documents.readers.album import Album
from causeway.documents.readers.bundle.archive import DOCUMENT, MANIFEST, Bundle, path_of
from causeway.documents.readers.bundle.manifest import Image, Manifest, manifest_in
from causeway.documents.readers.decoding import decode
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.markdown.reader import read_text_of
from causeway.language.detection import named_language

_PAGE = re.compile(r"^[ \t]*<!--[ \t]*page[ \t:]*(\d{1,5})[ \t]*-->[ \t]*$", re.MULTILINE | re.IGNORECASE)
_NEAR = 2  # blocks before and after a picture in which its caption may stand


def read_bundle(data: bytes, limits: Limits) -> Content:
    """Raises BadDocument: truncated, zip_bomb, encrypted, archive, bad_manifest."""
    return _Reading(Bundle(data, limits), limits).content()


class _Reading:
    def __init__(self, bundle: Bundle, limits: Limits) -> None:
        self._bundle, self._album = bundle, Album(limits)
        said = bundle.read(MANIFEST)
        self._manifest = Manifest() if said is None else manifest_in(said)
        self._images: dict[str, Image] = {}  # by the ids of kept pictures
        self._seen: set[str] = set()
        self._page: int | None = None

    def content(self) -> Content:
        parts = list(self._parts(decode(self._bundle.read(DOCUMENT) or b"")))
        blocks = [replace(block, page=block.page or page) for page, part in parts for block in part.blocks]
        blocks = list(self._captioned(blocks))
        blocks += self._unplaced()
        report = [tally for _, part in parts for tally in part.report]
        title = self._manifest.title or next((part.title for _, part in parts if part.title), None)
        language = named_language(self._manifest.language or "") or next((part.language for _, part in parts if part.language), None)
        return self._album.put_into(Content(title, blocks, language, report))

    def _parts(self, text: str) -> Iterator[tuple[int | None, Content]]:
        """Each page's text; the whole where no page is marked."""
        first, *marked = _PAGE.split(text)
        if first.strip() or not marked:
            yield None, read_text_of(first, self._keep)
        for number, body in zip(marked[::2], marked[1::2], strict=True):
            self._page = int(number)
            yield self._page, read_text_of(body, self._keep)

    def _keep(self, address: str) -> str | None:
        path = path_of(address)
        if path is None:
            return self._album.of_address(address)
        return self._kept(self._manifest.of(path))

    def _kept(self, image: Image) -> str | None:
        self._seen.add(image.file)
        data = self._bundle.read(image.file)
        if data is None:
            self._album.leave_out("missing")
            return None
        name = self._album.add(data, page=image.page or self._page)
        if name is not None:
            self._images.setdefault(name, image)
        return name

    def _captioned(self, blocks: Sequence[Block]) -> Iterator[Block]:
        """Behind each picture its caption, where the document does not give it there already."""
        for at, block in enumerate(blocks):
            yield block
            near = " ".join(" ".join(other.text.split()) for other in blocks[max(0, at - _NEAR) : at + _NEAR + 1]).casefold()
            for name in block.pictures:
                caption = " ".join(self._images[name].caption.split()) if name in self._images else ""
                if caption and caption.casefold() not in near:
                    yield Block("text", caption, page=self._images[name].page or block.page, pictures=(name,), caption=True)

    def _unplaced(self) -> Iterator[Block]:
        """Pictures of the manifest that the document does not show, by their captions."""
        for image in self._manifest.images:
            if image.file not in self._seen and (name := self._kept(image)) and image.caption.strip():
                yield Block("text", image.caption, page=image.page, pictures=(name,), caption=True)

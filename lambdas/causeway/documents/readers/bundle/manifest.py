"""`manifest.json` of a bundle: what its document is called, and what its pictures show."""

from pydantic import BaseModel, Field, ValidationError

from causeway.documents.bad import BadDocument


class Image(BaseModel):
    """file: its path in the bundle, beside `document.md`. page: of the original, from 1."""

    file: str
    page: int | None = Field(None, ge=1)
    caption: str = ""


class Manifest(BaseModel):
    """language: an ISO 639 code. What else a manifest says is not read."""

    title: str | None = None
    language: str | None = None
    images: list[Image] = []

    def of(self, file: str) -> Image:
        return next((image for image in self.images if image.file == file), Image(file=file, page=None))


def manifest_in(data: bytes) -> Manifest:
    """Raises BadDocument bad_manifest, which names the fields."""
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        told = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}" for fault in faults[:3])
        raise BadDocument("bad_manifest", f"manifest.json of the bundle cannot be read ({told}). Correct it and upload it again.") from None

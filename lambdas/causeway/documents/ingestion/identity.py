"""Names that follow from a document's place and content, the same at every attempt."""

from hashlib import sha256

# Part of every version: raise it when reading, chunking or a field of the index changes, and a re-upload is indexed again.
READER = "reader-9"
_SEQUENCER_WIDTH = 40


def document_id(tenant: str, name: str) -> str:
    """32 hex digits; a document keeps its id when its content changes."""
    return sha256(f"{tenant}/{name}".encode()).hexdigest()[:32]


def content_hash(content: bytes) -> str:
    """SHA-256 of the file as uploaded, in hex."""
    return sha256(content).hexdigest()


def version(content: bytes, rules: str = "") -> str:
    """16 hex digits of the content, of the reader that cuts it, and of the domain's rules for what may be indexed."""
    return sha256(content + f"\0{READER}{rules}".encode()).hexdigest()[:16]


def ordered(sequencer: str) -> str:
    """A sequencer of S3 in a form that sorts as text: S3 defines the order on values padded with zeros at the right."""
    return sequencer.upper().ljust(_SEQUENCER_WIDTH, "0")


def file_name(name: str) -> str:
    """The last part of a document's name."""
    return name.rsplit("/", 1)[-1]

"""Articles as the catalog keeps them: packed, or by the name that an engine has them by."""

import hashlib
import json
import zlib
from typing import NamedTuple, Self

from loccit.types import Article

LEVEL = 6
"""Of zlib: a third of the text at 25 MB/s; level 9 would take twice as long for two percent."""


class Elsewhere(NamedTuple):
    """An article whose record an engine keeps."""

    name: str
    """By which the engine has it."""
    language: str
    alike: str
    """`alike` of the article."""

    @classmethod
    def read(cls, text: str) -> Self:
        """That of a `line`."""
        return cls(*json.loads(text))

    def line(self) -> str:
        """As the catalog keeps it."""
        return json.dumps(self)


def packed(article: Article) -> bytes:
    """An article as it is kept in the catalog."""
    return zlib.compress(article.model_dump_json(exclude_defaults=True).encode(), LEVEL)


def unpacked(record: bytes) -> bytes:
    """Its JSON."""
    return zlib.decompress(record)


def alike(article: Article) -> str:
    """A hash that articles share which differ in nothing but their file, and the language that was found out."""
    plain = article.model_copy(update={"file": "", "language": None})
    return hashlib.sha256(plain.model_dump_json(exclude_defaults=True).encode()).hexdigest()


def digest(article: Article) -> int:
    """What an article adds to the hash of the content, a sum: so it is the same in whatever order they came."""
    return int.from_bytes(hashlib.sha256(f"{article.id}\0{article.sha256}".encode()).digest())

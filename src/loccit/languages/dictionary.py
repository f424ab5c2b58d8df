"""The words a language has, whatever an index holds: a word that is merely not in the articles is not mistyped."""

import gzip
import json
from functools import cache
from importlib.resources import files

from loccit.languages import language


@cache
def dictionary(code: str) -> frozenset[str]:
    """The common words of a language, in small letters; none where there is no list of it. Read at the first call."""
    # pyspellchecker's own reader counts letters besides, and takes three times as long
    listed = files("spellchecker") / "resources" / f"{language(code).code}.json.gz"
    return frozenset(json.loads(gzip.decompress(listed.read_bytes()))) if listed.is_file() else frozenset()

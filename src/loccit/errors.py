"""What can go wrong, one class a cause. Each message is one plain sentence with the value and the cure."""


class LoccitError(Exception):
    """The base of them all; its text is written for the person who reads it."""


class IndexMissing(LoccitError):
    """There is no built index in the folder."""


class IndexDamaged(LoccitError):
    """A file of the built index is missing, cut short or changed."""


class IndexOutdated(LoccitError):
    """The built index was made by another version or another analysis."""


class EngineUnreachable(LoccitError):
    """The search engine does not answer, or not for the whole index."""

    language: str | None = None
    """That of the question which it leaves without an answer."""


class BadSettings(LoccitError):
    """`index.toml`, `bot.toml` or the environment holds something that cannot be."""


class BadQuestion(LoccitError):
    """There is nothing to ask, or far too much."""


class BadTestSet(LoccitError):
    """A test set cannot be read."""


class BadModel(LoccitError):
    """A model file is missing, damaged or of another version."""


class MissingLibrary(LoccitError):
    """An optional library is not installed; the message has its install line."""

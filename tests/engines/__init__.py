"""The engines' tests; `tests/opensearch` runs those that hold for all of them against a real cluster."""

from loccit.engines import ENGINES, REMOTE

LOCAL = sorted(ENGINES.keys() - set(REMOTE))
"""Those that need no cluster."""

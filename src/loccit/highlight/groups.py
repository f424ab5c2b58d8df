"""The groups of features: all that the name of one may begin with."""

WIDE = frozenset(("s0", "s1", "s01", "e0", "e1", "e01", "len", "az", "tag"))
"""Features that weigh differently by the asking phrase and by what is asked for, not by the type of question alone."""

GROUPS = WIDE | {
    *("s2", "s012", "sm0", "sm1", "sd", "sr", "sdr", "e2", "e012", "em0", "em1", "ed", "er", "edr", "i", "im", "ba"),
    *("s=0", "s=1", "s=2", "s=3", "s=x", "s=y", "s=p", "s=q", "i=0", "i=x", "ba="),
    *("e=0", "e=1", "e=2", "e=3", "e=x", "e=y", "e=p", "e=q"),
}
"""All that features begin with: `s` is of the start and `e` of the end (0 the token itself, 1 and 2 the next ones
outwards; m matches of the question's words, d and r the nearest such word), `i` of each token inside, the others of the
whole, `ba` of what stands before and after. Those with `=` are words, for the language of the training alone."""


def group(feature: str) -> str:
    """What kind of feature one is."""
    return feature[:3] if feature[1:2] == "=" or feature.startswith("ba=") else feature.partition(":")[0]

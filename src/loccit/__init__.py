"""loccit answers questions from your own articles, in the articles' own words, with the exact place cited."""

__version__ = "0.1.0"

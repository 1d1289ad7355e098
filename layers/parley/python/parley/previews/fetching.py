"""Fetching what a link leads to.

Nothing of who shared the link or read it is told. `robots.txt` is not asked: a person has shared this one page, nothing
is crawled.
"""

from parley.outbound import documents
from parley.outbound.documents import Document

USER_AGENT = "Mozilla/5.0 (compatible; Parley-LinkPreviews/1)"
SECONDS = 8.0
"""Of a document with its redirects."""


def fetch(url: str, kinds: frozenset[str], *, most_bytes: int, whole: bool) -> Document:
    """The document at a link, of one of these types: its first `most_bytes` or, where it must be `whole`, all of it.

    Raises `NotFetched`.
    """
    return documents.fetch(url, seconds=SECONDS, most_bytes=most_bytes, user_agent=USER_AGENT, kinds=kinds, whole=whole)

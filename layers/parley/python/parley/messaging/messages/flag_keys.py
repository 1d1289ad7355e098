"""The keys of flags, and who raises them other than users."""

import hashlib

REPORTERS = {"block_list": "_block_list", "pre_send": "_pre_send"}
"""Who reports what moderation finds by itself: no user has these ids, since theirs begin with a letter or digit."""


def flag_shard(message_id: str) -> str:
    """Which sixteenth of the tenant's flags those of a message are listed in: a hexadecimal digit."""
    return hashlib.sha256(message_id.encode()).hexdigest()[0]

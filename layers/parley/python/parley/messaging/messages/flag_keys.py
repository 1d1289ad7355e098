"""Who raises flags other than users."""

REPORTERS = {"block_list": "_block_list", "pre_send": "_pre_send"}
"""Who reports what moderation finds by itself: no user has these ids, since theirs begin with a letter or digit."""

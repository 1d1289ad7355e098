"""The words of the messaging service, as the API spells them, and bounds that several of its parts share."""

from typing import Literal

ConversationType = Literal["direct", "group", "channel"]
Role = Literal["member", "admin", "owner"]
History = Literal["full", "joined"]
MAX_MEMBERS_PER_CALL = 100
REPORTERS = {"block_list": "_block_list", "pre_send": "_pre_send"}
"""Who reports what moderation finds by itself: no user has these ids, since theirs begin with a letter or digit."""

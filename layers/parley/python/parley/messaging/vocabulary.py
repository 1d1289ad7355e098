"""The words of the messaging service, as the API spells them, and bounds that several of its parts share."""

from typing import Annotated, Literal

from pydantic import Field

ConversationType = Literal["direct", "group", "channel"]
History = Literal["full", "joined"]
SlowModeSeconds = Annotated[int, Field(ge=0, le=86_400)]
AttachedKind = Literal["image", "video", "audio", "file", "location"]
MAX_MEMBERS_PER_CALL = 100
MAX_LABELS = 5
"""Of a conversation for one of its members."""
MAX_LABEL_BYTES = 200
"""Of all of them together: a membership stays below 1 KiB, so that moving its read pointer is 1 WRU."""
REPORTERS = {"block_list": "_block_list", "pre_send": "_pre_send"}
"""Who reports what moderation finds by itself: no user has these ids, since theirs begin with a letter or digit."""

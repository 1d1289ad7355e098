"""The words of the messaging service, as the API spells them, and bounds that several of its parts share."""

from typing import Literal

ConversationType = Literal["direct", "group", "channel"]
Role = Literal["member", "admin", "owner"]
History = Literal["full", "joined"]
MAX_MEMBERS_PER_CALL = 100

"""Roles of members, and for each action the lowest role that may take it: the one table that every check asks.

Roles are a ladder: whoever stands higher may do all that those below may. In a direct conversation nobody has another
role than member.
"""

from collections.abc import Mapping
from typing import Literal

Role = Literal["member", "moderator", "admin", "owner"]
Least = Literal["member", "moderator", "admin", "owner", "nobody"]
"""The lowest role that may, or that nobody may."""
Permission = Literal[
    "post",
    "reply",
    "react",
    "vote",
    "upload",
    "see_members",
    "pin",
    "delete_any",
    "see_edits",
    "close_polls",
    "bypass_restrictions",
    "freeze",
    "slow_mode",
    "edit_details",
    "truncate",
    "invite",
    "add_members",
    "remove_members",
    "review_join_requests",
    "ban",
    "change_roles",
    "archive",
]
RANKS: Mapping[str, int] = {"member": 0, "moderator": 1, "admin": 2, "owner": 3, "nobody": 4}
DEFAULTS: Mapping[Permission, Least] = {
    "post": "member",
    "reply": "member",
    "react": "member",
    "vote": "member",
    "upload": "member",
    "see_members": "member",
    "pin": "admin",
    "delete_any": "moderator",
    "see_edits": "moderator",
    "close_polls": "admin",
    "bypass_restrictions": "moderator",
    "freeze": "moderator",
    "slow_mode": "moderator",
    "edit_details": "admin",
    "truncate": "admin",
    "invite": "admin",
    "add_members": "admin",
    "remove_members": "admin",
    "review_join_requests": "admin",
    "ban": "moderator",
    "change_roles": "owner",
    "archive": "owner",
}
"""What holds in a group and in a channel where the tenant says nothing else.

`bypass_restrictions` is to write while frozen, and without slow mode.
"""
BOUNDS: Mapping[Permission, tuple[Least, Least]] = {
    **dict.fromkeys(DEFAULTS, ("member", "nobody")),
    "see_members": ("member", "moderator"),
    **dict.fromkeys(
        (
            "delete_any",
            "see_edits",
            "close_polls",
            "bypass_restrictions",
            "freeze",
            "slow_mode",
            "remove_members",
            "review_join_requests",
            "ban",
        ),
        ("moderator", "nobody"),
    ),
    **dict.fromkeys(("truncate", "change_roles", "archive"), ("admin", "nobody")),
}
"""Between which roles a tenant sets the lowest one. Moderators see who is there whatever it says: they decide about
them. What is decided about others is never for a member, what cannot be taken back or gives power never below an admin.
"""
IN_DIRECT: Mapping[Permission, Least] = {**DEFAULTS, "pin": "member"}
"""What holds between two, who are both members."""


def reaches(role: str, least: str) -> bool:
    """Whether a role is at least another; none reaches `nobody`."""
    return RANKS[role] >= RANKS[least]

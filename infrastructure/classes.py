"""The classes of functions: by them a deploy decides which are restored from snapshots (SnapStart)."""

from typing import Literal

from infrastructure.deployed import Deployed
from infrastructure.routes import Route
from infrastructure.triggered.triggered import Authorizer, Changes, SocketRoutes, TableStream, Triggered

FunctionClass = Literal["authorizers", "hot", "consumers", "others"]

HOT_ROUTES = frozenset(
    {
        "media/complete_upload",
        "media/download",
        "media/sign_download",
        "media/sign_downloads",
        "media/start_upload",
        "messaging/add_reaction",
        "messaging/count_unread",
        "messaging/create_conversation",
        "messaging/edit_message",
        "messaging/get_conversation",
        "messaging/list_conversations",
        "messaging/list_messages",
        "messaging/mark_read",
        "messaging/send_message",
        "push/register_device",
        "realtime/list_events",
        "search/search_messages",
        "search/suggest",
    }
)
"""What a client calls while somebody looks at it and waits."""


def class_of(function: Deployed) -> FunctionClass:
    if isinstance(function, Route):
        return "hot" if function.function in HOT_ROUTES else "others"
    trigger = function.trigger if isinstance(function, Triggered) else None
    if isinstance(trigger, Authorizer):
        return "authorizers"
    if isinstance(trigger, Changes | TableStream):
        return "consumers"
    return "hot" if isinstance(trigger, SocketRoutes) else "others"

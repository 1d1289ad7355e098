"""The life of a connection: opened, kept alive, closed; and what that shows of the user to others."""

from typing import Any

from parley import clock
from parley.errors import NotFound
from parley.identity.caller import Caller
from parley.messaging.access import may
from parley.messaging.members.members import read_members
from parley.realtime import connections, gateway, online, presence, watching
from parley.realtime.audience import SMALL
from parley.realtime.connections import Connection
from parley.realtime.online import Online
from parley.realtime.token_validity import TokenFacts
from parley.tables import keys
from parley.tables.attributes import required_text


def do_open(connection: Connection, token: TokenFacts) -> None:
    """Register a connection and show the user online, where they were not. Raises as `do_connect` does."""
    opened = connections.do_connect(connection, token)
    earlier = {each: facts for each, facts in opened.connections.items() if each != connection.id}
    was_online = Online(earlier, opened.invisible).shows_online(clock.now_ms())
    presence.tell_if_changed(connection.tenant_id, connection.user_id, opened, was_online=was_online)


def do_close(connection: Connection) -> None:
    """Forget a connection and show the user offline, where it was their last. Twice changes nothing."""
    left = connections.forget(connection)
    if left is not None:
        presence.tell_if_changed(connection.tenant_id, connection.user_id, left, was_online=not left.invisible)


def do_ping(caller: Caller, connection: Connection) -> dict[str, Any]:
    """Keep the connection alive, also for presence. One that the registry does not know is closed: its client returns.

    Clients ping at least every ten minutes, after which API Gateway closes an idle connection. 1 WRU.
    """
    if online.touch(caller.tenant_id, caller.user_id, connection.id) is None:
        gateway.close(connection.id)
        raise NotFound("The connection is not registered any more: connect again")
    return {"type": "pong", "time": clock.to_rfc3339(clock.to_datetime(clock.now_ms()))}


def do_watch(caller: Caller, connection: Connection, conversation_id: str) -> dict[str, Any]:
    """Watch a conversation; how its members show now, for the first hundred, to whoever may see them.

    Raises as `watching.do_watch` does.
    """
    if not may(caller, watching.do_watch(caller, connection, conversation_id), "see_members"):
        return {"conversation_id": conversation_id, "presence": []}
    listed = read_members(caller.tenant_id, conversation_id, ("members",), limit=SMALL, cursor=None)
    others = [keys.member_of(required_text(item, "gsk")) for item in listed.entries]
    shown = presence.list_presence(caller, [user_id for user_id in others if user_id != caller.user_id])
    return {"conversation_id": conversation_id, "presence": [each.model_dump(mode="json") for each in shown]}

"""Every act that the audit log tells of, as a request in a small house: what goes before it, and the act itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from parley.settings import settings
from tests.support.aws.gateway import Answer
from tests.support.people.people import Person
from tests.support.people.tokens import OPERATOR, RegisteredTenant, register_tenant
from tests.support.people.traces import items_of

URL = "https://hooks.example.com/parley"


class House:
    """A registered tenant with alice, who owns a group, and bob in it."""

    def __init__(self) -> None:
        self.tenant: RegisteredTenant = register_tenant()
        self.server = self.tenant.server
        for name in ("alice", "bob"):
            assert self.server.put(f"/v1/users/{name}", {"name": f"{name.title()} Secretname"}).status == 201
        self.alice, self.bob = (Person(self.tenant.tenant_id, name) for name in ("alice", "bob"))
        self.server_as_alice = Person(
            self.tenant.tenant_id, "", scope="server", headers={"X-Acting-User": "alice"}, credential="a-key"
        )
        self.room = self.alice.open_group(self.bob)

    @property
    def path(self) -> str:
        return self.tenant.path

    def lines(self) -> list[dict[str, Any]]:
        """The whole log as the tenant reads it, the newest first."""
        return list(ok(self.server.get("/v1/audit", limit=100))["data"])

    def stored(self) -> list[Any]:
        return items_of(settings().audit_table, self.tenant.tenant_id)

    def state(self) -> list[Any]:
        """What the tenant's items say, but for what requests leave that changes nothing: keys, limits, notes."""
        passing = ("#I#", "#RL#", "#UNLISTED", "#NEW")
        return [
            item
            for table in (settings().chat_table, settings().control_table)
            for item in items_of(table, self.tenant.tenant_id)
            if not any(part in item["pk"]["S"] for part in passing)
            and item.get("entity", {}).get("S") != "former_membership"
        ]

    def message(self) -> str:
        return str(ok(self.bob.send(self.room, "secret words"))["id"])


def ok(answer: Answer) -> Any:
    assert answer.status < 300, answer.text
    return answer.body


@dataclass(frozen=True)
class Act:
    """`ready` makes what the act needs and gives its id; `do` is the act, which may be repeated as a client would.

    `id_of` is the target's id, of the house, what was made ready, and the first answer.
    """

    action: str
    target: str
    do: Callable[[House, str], Answer]
    id_of: Callable[[House, str, Any], str]
    ready: Callable[[House], str] = lambda _: ""
    actor: str = "server"
    in_room: bool = False
    before: tuple[str, ...] = ()
    """Acts of their own that the same request does first."""
    once: bool = True
    """Whether the request, sent again after it died, finds what it has done; if not, it does it again."""


def _ready(_: House, made: str, __: Any) -> str:
    return made


def _tenant(house: House, _: str, __: Any) -> str:
    return house.tenant.tenant_id


def _bob(_: House, __: str, ___: Any) -> str:
    return "bob"


def _id(_: House, __: str, body: Any) -> str:
    return str(body["id"])


def _webhook(house: House) -> str:
    return str(ok(house.server.post("/v1/webhooks", {"url": URL}))["id"])


def _command(house: House) -> str:
    ok(house.server.put("/v1/commands/roll", {"url": URL, "description": "Roll dice"}))
    return "roll"


def _key(house: House) -> str:
    return str(ok(OPERATOR.post(f"{house.path}/keys", {}))["kid"])


def _listed(house: House) -> str:
    ok(house.server.put("/v1/moderation/block-list", {"entries": [{"word": "darn"}]}))
    return house.tenant.tenant_id


def _flag(house: House) -> str:
    ok(house.alice.post(f"/v1/messages/{house.message()}/flag", {"reason": "spam"}))
    return str(ok(house.server.get("/v1/moderation/flags"))["data"][0]["id"])


def _type(house: House) -> str:
    return str(ok(house.server.put("/v1/conversation-types/support", {"like": "group"}))["name"])


def _hold(house: House) -> str:
    return str(ok(house.server.post("/v1/holds", {"conversation_id": house.room, "reason": "a matter"}))["id"])


def _announcement(house: House) -> str:
    later = {"message": {"text": "secret words"}, "audience": {}, "send_at": "2027-01-01T00:00:00Z"}
    return str(ok(house.server.post("/v1/announcements", later))["id"])


def _group(house: House) -> str:
    return str(ok(house.server.post("/v1/user-groups", {"handle": "team", "name": "Team"}))["id"])


def _group_of_bob(house: House) -> str:
    group = _group(house)
    ok(house.server.post(f"/v1/user-groups/{group}/members", {"user_ids": ["bob"]}))
    return group


def _reported(house: House) -> str:
    message = house.message()
    ok(house.alice.post(f"/v1/messages/{message}/flag", {"reason": "spam"}))
    return message


def _decided(house: House) -> str:
    message = _reported(house)
    ok(house.server_as_alice.post(f"/v1/moderation/cases/{message}/decide", {}))
    return message


def _appealed(house: House) -> str:
    message = _reported(house)
    ok(house.server_as_alice.post(f"/v1/moderation/cases/{message}/decide", {"actions": ["warn"]}))
    own = "/v1/users/me/moderation-decisions"
    decision = ok(house.bob.get(own))["data"][0]["id"]
    ok(house.bob.post(f"{own}/{decision}/appeal", {"text": "No"}))
    return str(decision)


def _answer(house: House, decision: str) -> Answer:
    path = f"/v1/moderation/appeals/bob/{decision}/answer"
    return house.server_as_alice.post(path, {"outcome": "upheld", "answer": "Secretname"}, key="once")


def _banned(house: House) -> str:
    ok(house.alice.put(f"/v1/conversations/{house.room}/bans/bob"))
    return "bob"


ACTS: tuple[Act, ...] = (
    Act(
        "tenant.updated",
        "tenant",
        lambda house, _: OPERATOR.put(house.path, {"name": "Secretname", "settings": {"text_limit": 900}}),
        _tenant,
        actor="operator",
        once=False,
    ),
    Act(
        "tenant.tokens_revoked",
        "tenant",
        lambda house, _: OPERATOR.post(f"{house.path}/revoke-tokens", key=house.tenant.tenant_id),
        _tenant,
        actor="operator",
        once=False,
    ),
    Act(
        "key.created",
        "key",
        lambda house, _: house.server.post(f"{house.path}/keys", {}, key="once"),
        lambda _, __, body: str(body["kid"]),
    ),
    Act("key.removed", "key", lambda house, kid: OPERATOR.delete(f"{house.path}/keys/{kid}"), _ready, _key, "operator"),
    Act(
        "key.retired",
        "key",
        lambda house, kid: OPERATOR.delete(f"{house.path}/keys/{kid}", overlap_seconds=60),
        _ready,
        _key,
        "operator",
    ),
    Act(
        "webhook.created",
        "webhook",
        lambda house, _: house.server.post("/v1/webhooks", {"url": URL}, key="once"),
        _id,
    ),
    Act(
        "webhook.updated",
        "webhook",
        lambda house, hook: house.server.put(f"/v1/webhooks/{hook}", {"description": "Secretname", "enabled": False}),
        _ready,
        _webhook,
        once=False,
    ),
    Act(
        "webhook.secret_rotated",
        "webhook",
        lambda house, hook: house.server.post(f"/v1/webhooks/{hook}/rotate-secret", {}, key="once"),
        _ready,
        _webhook,
    ),
    Act(
        "webhook.removed", "webhook", lambda house, hook: house.server.delete(f"/v1/webhooks/{hook}"), _ready, _webhook
    ),
    Act(
        "command.created",
        "command",
        lambda house, _: house.server.put("/v1/commands/roll", {"url": URL, "description": "Secretname"}),
        lambda _, __, body: str(body["name"]),
    ),
    Act(
        "command.updated",
        "command",
        lambda house, _: house.server.put("/v1/commands/roll", {"url": URL, "description": "Secretname"}),
        _ready,
        _command,
    ),
    Act(
        "command.secret_rotated",
        "command",
        lambda house, _: house.server.post("/v1/commands/roll/rotate-secret", {}, key="once"),
        _ready,
        _command,
    ),
    Act("command.removed", "command", lambda house, _: house.server.delete("/v1/commands/roll"), _ready, _command),
    Act(
        "block_list.put",
        "block_list",
        lambda house, _: house.server.put("/v1/moderation/block-list", {"entries": [{"word": "secretname"}]}),
        _tenant,
        once=False,
    ),
    Act(
        "block_list.removed",
        "block_list",
        lambda house, _: house.server.delete("/v1/moderation/block-list"),
        _ready,
        _listed,
    ),
    Act(
        "pre_send.secret_rotated",
        "pre_send",
        lambda house, _: house.server.post("/v1/moderation/pre-send/rotate-secret", {}, key="once"),
        _tenant,
    ),
    Act(
        "flag.resolved",
        "flag",
        lambda house, flag: house.server.post(
            f"/v1/moderation/flags/{flag}/resolve", {"resolution": "dismissed", "note": "Secretname"}, key="once"
        ),
        _ready,
        _flag,
        in_room=True,
    ),
    Act(
        "case.decided",
        "message",
        lambda house, message: house.server_as_alice.post(
            f"/v1/moderation/cases/{message}/decide", {"actions": ["warn"], "reason": "Secretname"}, key="once"
        ),
        _ready,
        _reported,
        in_room=True,
    ),
    Act(
        "case.reopened",
        "message",
        lambda house, message: house.server_as_alice.post(f"/v1/moderation/cases/{message}/reopen", key="once"),
        _ready,
        _decided,
        in_room=True,
    ),
    Act("appeal.decided", "user", _answer, _bob, _appealed, in_room=True),
    Act(
        "user.tokens_revoked",
        "user",
        lambda house, _: house.server.post("/v1/users/bob/revoke-tokens", key="once"),
        _bob,
        once=False,
    ),
    Act(
        "user.erased",
        "user",
        lambda house, _: house.server.delete("/v1/users/bob"),
        _bob,
        before=("user.tokens_revoked",),
        once=False,
    ),
    Act(
        "user.deactivated",
        "user",
        lambda house, _: house.server.post("/v1/users/bob/deactivate", key="once"),
        _bob,
    ),
    Act(
        "user.reactivated",
        "user",
        lambda house, _: house.server.post("/v1/users/bob/reactivate", key="once"),
        _bob,
        ready=lambda house: ok(house.server.post("/v1/users/bob/deactivate"))["id"],
    ),
    Act(
        "user.shadow_banned",
        "user",
        lambda house, _: house.server.put("/v1/users/bob/shadow-ban", {"reason": "Secretname"}),
        _bob,
    ),
    Act(
        "user.shadow_ban_lifted",
        "user",
        lambda house, _: house.server.delete("/v1/users/bob/shadow-ban"),
        _bob,
        ready=lambda house: ok(house.server.put("/v1/users/bob/shadow-ban", {}))["user_id"],
    ),
    Act(
        "user.banned",
        "user",
        lambda house, _: house.alice.put(f"/v1/conversations/{house.room}/bans/bob", {"reason": "Secretname"}),
        _bob,
        actor="user",
        in_room=True,
    ),
    Act(
        "user.unbanned",
        "user",
        lambda house, _: house.alice.delete(f"/v1/conversations/{house.room}/bans/bob"),
        _bob,
        _banned,
        "user",
        in_room=True,
    ),
    Act(
        "member.role_changed",
        "user",
        lambda house, _: house.server_as_alice.put(
            f"/v1/conversations/{house.room}/members/bob/role", {"role": "admin"}
        ),
        _bob,
        in_room=True,
    ),
    Act(
        "conversation.restricted",
        "conversation",
        lambda house, _: house.alice.put(
            f"/v1/conversations/{house.room}", {"frozen": True, "slow_mode_seconds": 30, "name": "Secretname"}
        ),
        lambda house, _, __: house.room,
        actor="user",
        in_room=True,
        once=False,
    ),
    Act(
        "conversation.team_changed",
        "conversation",
        lambda house, _: house.server_as_alice.put(f"/v1/conversations/{house.room}", {"team": "red"}),
        lambda house, _, __: house.room,
        in_room=True,
        once=False,
    ),
    Act(
        "conversation.truncated",
        "conversation",
        lambda house, _: house.alice.post(f"/v1/conversations/{house.room}/truncate"),
        lambda house, _, __: house.room,
        lambda house: house.message(),
        actor="user",
        in_room=True,
    ),
    Act(
        "invite_link.created",
        "conversation",
        lambda house, _: house.alice.post(f"/v1/conversations/{house.room}/invite-links", {}, key="once"),
        lambda house, _, __: house.room,
        actor="user",
        in_room=True,
    ),
    Act(
        "invite_link.removed",
        "conversation",
        lambda house, link: house.alice.delete(f"/v1/conversations/{house.room}/invite-links/{link}"),
        lambda house, _, __: house.room,
        lambda house: str(ok(house.alice.post(f"/v1/conversations/{house.room}/invite-links", {}))["id"]),
        actor="user",
        in_room=True,
    ),
    Act(
        "message.deleted",
        "message",
        lambda house, message: house.server.delete(f"/v1/messages/{message}"),
        _ready,
        House.message,
        in_room=True,
    ),
    Act(
        "message.erased",
        "message",
        lambda house, message: house.server.delete(f"/v1/messages/{message}", hard="true"),
        _ready,
        House.message,
        in_room=True,
        before=("message.deleted",),
    ),
    Act(
        "conversation_type.put",
        "conversation_type",
        lambda house, _: house.server.put("/v1/conversation-types/support", {"like": "group"}),
        lambda *_: "support",
    ),
    Act(
        "conversation_type.removed",
        "conversation_type",
        lambda house, name: house.server.delete(f"/v1/conversation-types/{name}"),
        _ready,
        _type,
    ),
    Act(
        "user_group.created",
        "user_group",
        lambda house, _: house.server.post("/v1/user-groups", {"handle": "secretname", "name": "Secretname"}, key="1"),
        _id,
    ),
    Act(
        "user_group.updated",
        "user_group",
        lambda house, group: house.server.put(f"/v1/user-groups/{group}", {"name": "Secretname"}),
        _ready,
        _group,
    ),
    Act(
        "user_group.removed",
        "user_group",
        lambda house, group: house.server.delete(f"/v1/user-groups/{group}"),
        _ready,
        _group,
    ),
    Act(
        "user_group.members_added",
        "user_group",
        lambda house, group: house.server.post(f"/v1/user-groups/{group}/members", {"user_ids": ["bob"]}, key="1"),
        _ready,
        _group,
    ),
    Act(
        "user_group.members_removed",
        "user_group",
        lambda house, group: house.server.post(
            f"/v1/user-groups/{group}/members/remove", {"user_ids": ["bob"]}, key="1"
        ),
        _ready,
        _group_of_bob,
    ),
    Act(
        "hold.placed",
        "hold",
        lambda house, _: house.server.post(
            "/v1/holds", {"conversation_id": house.room, "reason": "Secretname"}, key="1"
        ),
        _id,
        in_room=True,
    ),
    Act(
        "hold.released",
        "hold",
        lambda house, hold: house.server.delete(f"/v1/holds/{hold}"),
        _ready,
        _hold,
    ),
    Act(
        "announcement.created",
        "announcement",
        lambda house, _: house.server.post(
            "/v1/announcements", {"message": {"text": "Secretname"}, "audience": {"team": "Secretname"}}, key="1"
        ),
        _id,
    ),
    Act(
        "announcement.cancelled",
        "announcement",
        lambda house, announcement: house.server.post(f"/v1/announcements/{announcement}/cancel", key="1"),
        _ready,
        _announcement,
    ),
    Act(
        "export.started",
        "export",
        lambda house, _: house.server.post("/v1/exports", {}, key="once"),
        _id,
        once=False,
    ),
)
ELSEWHERE = {"tenant.created", "issuer.created", "issuer.removed", "import.started", "import.cancelled"}
"""Acts with tests of their own: the first of a tenant, those that need an issuer on this machine, and those of
imports, which have a file in S3."""

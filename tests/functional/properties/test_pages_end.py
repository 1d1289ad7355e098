"""Every cursor that a list gives is taken by it, until the last page gives none; each element is on one page.

Searches are held to the same in `tests/functional/search/querying/test_pages_of_hits.py`; replay, which has no end, in
`tests/functional/realtime/test_replay.py`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infrastructure.routes import ROUTES
from parley import clock, ids
from parley.jobs import import_list, store
from parley.media.items import DownloadItem, MediaItem, media_key
from parley.review.items import DecisionItem, decision_key
from parley.search.indexing import quarantine
from parley.search.indexing.quarantine import Refused
from parley.settings import settings as parley_settings
from parley.tables import dynamodb, keys
from parley.tables.keys import Key
from parley.webhooks.items import DeliveryItem
from tests.support.aws.job_queues import job_queues
from tests.support.people.listing import pages_of
from tests.support.people.people import Person, Workspace, new_workspace
from tests.support.people.tokens import OPERATOR
from tests.support.people.world import own_tables


class List(NamedTuple):
    """A list of so many elements: who reads it where, and what each element is called by."""

    reader: Person
    path: str
    name: Callable[[Any], Any]
    query: dict[str, Any] = {}  # noqa: RUF012 - never written


class House:
    """A tenant with as many users as are needed."""

    def __init__(self, size: int) -> None:
        self.tenant: Workspace = new_workspace("pages")
        self.alice = self.tenant.person("alice")
        self.size = size
        self.numbers = range(size)

    def people(self) -> list[Person]:
        return [self.tenant.person(f"user-{number:02}") for number in self.numbers]

    def room(self, *members: Person) -> str:
        return self.alice.open_group(*members)

    def message(self) -> str:
        return str(self.alice.send(self.room(), "hello")["id"])


def _ok(answer: Any) -> Any:
    assert answer.status < 300, answer.text
    return answer


def _id(element: Any) -> Any:
    return element["id"]


def conversations(house: House) -> List:
    for _ in house.numbers:
        house.room()
    return List(house.alice, "/v1/conversations", _id)


def archived_conversations(house: House) -> List:
    for _ in house.numbers:
        _ok(house.alice.delete(f"/v1/conversations/{house.room()}"))
    return List(house.alice, "/v1/conversations", _id, {"archived": "true"})


def bans(house: House) -> List:
    people = house.people()
    room = house.room(*people)
    for one in people:
        _ok(house.alice.put(f"/v1/conversations/{room}/bans/{one.user_id}", {"reason": "noise"}))
    return List(house.alice, f"/v1/conversations/{room}/bans", lambda one: one["user_id"])


def invites(house: House) -> List:
    people, room = house.people(), house.room()
    _ok(house.alice.post(f"/v1/conversations/{room}/invites", {"user_ids": [one.user_id for one in people] or ["x"]}))
    return List(house.alice, f"/v1/conversations/{room}/invites", lambda one: one["user_id"])


def own_invites(house: House) -> List:
    carol = house.tenant.person("carol")
    for _ in house.numbers:
        _ok(house.alice.post(f"/v1/conversations/{house.room()}/invites", {"user_ids": ["carol"]}))
    return List(carol, "/v1/users/me/invites", lambda one: one["conversation_id"])


def mutes(house: House) -> List:
    for one in house.people():
        _ok(house.alice.put(f"/v1/users/{one.user_id}/mute", {}))
    return List(house.alice, "/v1/users/me/mutes", lambda one: one["user_id"])


def join_requests(house: House) -> List:
    people, room = house.people(), house.room()
    _ok(house.alice.put(f"/v1/conversations/{room}", {"join_requests": True}))
    for one in people:
        _ok(one.post(f"/v1/conversations/{room}/join-requests", {}))
    return List(house.alice, f"/v1/conversations/{room}/join-requests", lambda one: one["user_id"])


def own_join_requests(house: House) -> List:
    carol = house.tenant.person("carol")
    for _ in house.numbers:
        room = house.room()
        _ok(house.alice.put(f"/v1/conversations/{room}", {"join_requests": True}))
        _ok(carol.post(f"/v1/conversations/{room}/join-requests", {}))
    return List(carol, "/v1/users/me/join-requests", lambda one: one["conversation_id"])


def members(house: House) -> List:
    room = house.room(*house.people()[1:])
    return List(house.alice, f"/v1/conversations/{room}/members", lambda one: one["user_id"])


def receipts(house: House) -> List:
    people = house.people()[1:]
    room = house.room(*people)
    message = house.alice.send(room, "hello")["id"]
    for one in people:
        _ok(one.post(f"/v1/conversations/{room}/read", {"message_id": message}))
    return List(house.alice, f"/v1/conversations/{room}/receipts", lambda one: one["user_id"])


def messages(house: House) -> List:
    room = house.room()
    for number in house.numbers:
        _ok(house.alice.send(room, str(number)))
    return List(house.alice, f"/v1/conversations/{room}/messages", _id)


def messages_from_the_first(house: House) -> List:
    return messages(house)._replace(query={"order": "asc"})


def replies(house: House) -> List:
    room = house.room()
    root = house.alice.send(room, "root")["id"]
    for number in house.numbers:
        _ok(house.alice.send(room, str(number), parent_id=root))
    return List(house.alice, f"/v1/messages/{root}/replies", _id)


def threads(house: House) -> List:
    room = house.room()
    for number in house.numbers:
        root = house.alice.send(room, f"root {number}")["id"]
        _ok(house.alice.send(room, "a reply", parent_id=root))
    return List(house.alice, "/v1/threads", _id)


def drafts(house: House) -> List:
    for number in house.numbers:
        _ok(house.alice.put(f"/v1/conversations/{house.room()}/draft", {"text": str(number)}))
    return List(house.alice, "/v1/drafts", lambda one: one["conversation_id"])


def bookmarks(house: House) -> List:
    room = house.room()
    for number in house.numbers:
        _ok(house.alice.put(f"/v1/messages/{house.alice.send(room, str(number))['id']}/bookmark", {}))
    return List(house.alice, "/v1/bookmarks", lambda one: one["message_id"])


def scheduled_messages(house: House) -> List:
    room, later = house.room(), clock.to_rfc3339(clock.to_datetime(clock.now_ms() + 3_600_000))
    for number in house.numbers:
        message = {"conversation_id": room, "text": str(number)}
        _ok(house.alice.post("/v1/scheduled-messages", {"message": message, "send_at": later}))
    return List(house.alice, "/v1/scheduled-messages", _id)


def announcements(house: House) -> List:
    later = clock.to_rfc3339(clock.to_datetime(clock.now_ms() + 3_600_000))
    for number in house.numbers:
        body = {"message": {"text": str(number)}, "audience": {}, "send_at": later}
        with job_queues():
            _ok(house.tenant.server.post("/v1/announcements", body))
    return List(house.tenant.server, "/v1/announcements", _id)


def pins(house: House) -> List:
    room = house.room()
    for number in house.numbers:
        _ok(house.alice.put(f"/v1/messages/{house.alice.send(room, str(number))['id']}/pin"))
    return List(house.alice, f"/v1/conversations/{room}/pins", _id)


def edits(house: House) -> List:
    message = house.message()
    for number in house.numbers:
        _ok(house.alice.put(f"/v1/messages/{message}", {"text": f"text {number}"}))
    return List(house.alice, f"/v1/messages/{message}/edits", lambda one: one["text"])


def reactions(house: House) -> List:
    people = house.people()
    message = house.alice.send(house.room(*people), "hello")["id"]
    for one in people:
        _ok(one.post(f"/v1/messages/{message}/reactions", {"reaction": "👍"}))
    return List(house.alice, f"/v1/messages/{message}/reactions", lambda one: one["user_id"])


def votes(house: House) -> List:
    people = house.people()
    poll = {"question": "Lunch?", "options": [{"text": "Yes"}, {"text": "No"}]}
    message = house.alice.send(house.room(*people), "", poll=poll)["id"]
    for one in people:
        _ok(one.put(f"/v1/messages/{message}/votes", {"options": ["1"]}))
    return List(house.alice, f"/v1/messages/{message}/votes", lambda one: one["user_id"])


def votes_for_an_option(house: House) -> List:
    return votes(house)._replace(query={"option": "1"})


def blocks(house: House) -> List:
    for one in house.people():
        _ok(house.alice.put(f"/v1/users/{one.user_id}/block"))
    return List(house.alice, "/v1/users/me/blocks", lambda one: one["user_id"])


def user_groups(house: House) -> List:
    for number in house.numbers:
        _ok(house.tenant.server.post("/v1/user-groups", {"handle": f"group-{number}", "name": "Group"}))
    return List(house.alice, "/v1/user-groups", lambda one: one["handle"])


def user_group_members(house: House) -> List:
    group = _ok(house.tenant.server.post("/v1/user-groups", {"handle": "team", "name": "Team"}))["id"]
    named = {"user_ids": [one.user_id for one in house.people()]}
    if named["user_ids"]:
        _ok(house.tenant.server.post(f"/v1/user-groups/{group}/members", named))
    return List(house.alice, f"/v1/user-groups/{group}/members", lambda one: one["user_id"])


def users(house: House) -> List:
    house.people()
    return List(house.alice, "/v1/users", _id, {"q": "user"})


def flags(house: House) -> List:
    room = house.room(bob := house.tenant.person("bob"))
    for number in house.numbers:
        message = house.alice.send(room, str(number))["id"]
        _ok(bob.post(f"/v1/messages/{message}/flag", {"reason": "spam"}))
    return List(house.tenant.server, "/v1/moderation/flags", _id)


def cases(house: House) -> List:
    flags(house)
    return List(house.tenant.server, "/v1/moderation/cases", lambda one: one["message_id"])


def cases_by_source(house: House) -> List:
    flags(house)
    return List(house.tenant.server, "/v1/moderation/cases", lambda one: one["message_id"], {"source": "user"})


def appeals(house: House) -> List:
    decisions(house)
    for each in _ok(house.alice.get("/v1/users/me/moderation-decisions", limit=100))["data"]:
        _ok(house.alice.post(f"/v1/users/me/moderation-decisions/{each['id']}/appeal", {"text": "No"}))
    return List(house.tenant.server, "/v1/moderation/appeals", _id)


def decisions(house: House) -> List:
    for number in house.numbers:
        decided = {"decision_id": f"{number:026}", "user_id": "alice", "conversation_id": "c", "message_id": "c-1"}
        at = decision_key(house.tenant.tenant_id, "alice", f"{number:026}")
        item = DecisionItem(pk=at.pk, sk=at.sk, **decided, actions=["warn"], decided_by="maria")
        item.decided_at = clock.now_ms()
        dynamodb.put(parley_settings().chat_table, item.serialize())
    return List(house.alice, "/v1/users/me/moderation-decisions", _id)


def downloads(house: House) -> List:
    at, now = media_key(house.tenant.tenant_id, "m" * 26), clock.now_ms()
    file = MediaItem(pk=at.pk, sk=at.sk, tenant_id=house.tenant.tenant_id, media_id="m" * 26, owner_id="alice")
    file.status, file.filename, file.content_type, file.size, file.reserved = "ready", "a.jpg", "image/jpeg", 1, {}
    file.created_at = file.upload_expires_at = now
    dynamodb.put(parley_settings().chat_table, file.serialize())
    for number in house.numbers:
        made = f"{now:015d}-{number:04}"
        record = DownloadItem(pk=at.pk, sk=keys.download_sk(made), download_id=made, media_id="m" * 26, user_id="alice")
        record.variant, record.bytes_expected, record.created_at, record.valid_until = f"v{number}", 1, now, now + 1000
        record.expires_at = now // 1000 + 3600
        dynamodb.put(parley_settings().control_table, record.serialize())
    return List(house.tenant.server, f"/v1/media/{'m' * 26}/downloads", lambda one: one["variant"])


def deliveries(house: House) -> List:
    server, now = house.tenant.server, clock.now_ms()
    hook = _ok(server.post("/v1/webhooks", {"url": "https://example.com/hook", "events": ["message.created"]}))["id"]
    for number in house.numbers:
        at = Key(keys.webhook_log(server.tenant_id, hook), keys.delivery_sk(f"{number:026}"))
        entry = DeliveryItem(pk=at.pk, sk=at.sk, delivery_id=f"{number:026}", event_type="message.created")
        entry.event_id, entry.event, entry.status, entry.created_at = "e", {}, "delivered", now
        entry.expires_at = now // 1000 + 3600
        dynamodb.put(parley_settings().control_table, entry.serialize())
    return List(server, f"/v1/webhooks/{hook}/deliveries", _id)


def failures(house: House) -> List:
    pk = keys.conversation(house.tenant.tenant_id, "0" * 26)
    sources = [Key(pk, keys.message_sk(number + 1)) for number in house.numbers]
    quarantine.set_aside([Refused(one, house.tenant.tenant_id, "error", "reason") for one in sources])
    return List(OPERATOR, "/v1/admin/search/failures", lambda one: one["source"])


def audit_lines(house: House) -> List:
    for number in house.numbers:
        _ok(house.tenant.server.post(f"/v1/users/user-{number}/revoke-tokens"))
    return List(house.tenant.server, "/v1/audit", lambda one: one["target_id"], {"action": "user.tokens_revoked"})


def imports(house: House) -> List:
    for _ in house.numbers:
        job = store.new(
            house.tenant.tenant_id, "import", None, job_id=ids.new_id(), step="checking", size=1, source="import"
        )
        dynamodb.transact([store.put_action(job), import_list.entry_action(job)])
    return List(house.tenant.server, "/v1/imports", _id)


def shadowed(house: House) -> tuple[str, Person]:
    """A conversation with a message and replies of bob's, as many as are needed, that only bob is shown."""
    bob = house.tenant.person("bob")
    room = house.room(bob)
    _ok(house.alice.put(f"/v1/conversations/{room}/bans/bob", {"shadow": True}))
    root = _ok(bob.send(room, "hello"))["id"]
    for _ in house.numbers[1:]:
        _ok(bob.send(room, "a reply", parent_id=root))
    return room, bob


def shadowed_messages(house: House) -> List:
    room, _ = shadowed(house)
    return List(house.alice, f"/v1/conversations/{room}/shadowed-messages", _id)


def shadowed_by_user(house: House) -> List:
    _, bob = shadowed(house)
    return List(house.tenant.server, f"/v1/users/{bob.user_id}/shadowed-messages", _id)


LISTS: dict[Callable[[House], List], str] = {
    conversations: "messaging/list_conversations",
    archived_conversations: "messaging/list_conversations",
    bans: "messaging/list_bans",
    members: "messaging/list_members",
    receipts: "messaging/list_receipts",
    messages: "messaging/list_messages",
    messages_from_the_first: "messaging/list_messages",
    replies: "messaging/list_replies",
    threads: "messaging/list_threads",
    drafts: "personal/list_drafts",
    bookmarks: "personal/list_bookmarks",
    scheduled_messages: "personal/list_scheduled_messages",
    announcements: "jobs/list_announcements",
    pins: "messaging/list_pins",
    edits: "messaging/list_edits",
    reactions: "messaging/list_reactions",
    votes: "messaging/list_votes",
    votes_for_an_option: "messaging/list_votes",
    blocks: "messaging/list_blocks",
    invites: "community/list_invites",
    own_invites: "community/list_own_invites",
    mutes: "community/list_user_mutes",
    join_requests: "community/list_join_requests",
    own_join_requests: "community/list_own_join_requests",
    user_groups: "community/list_user_groups",
    user_group_members: "community/list_user_group_members",
    users: "users/list_users",
    flags: "moderation/list_flags",
    appeals: "moderation/list_appeals",
    decisions: "moderation/list_decisions",
    cases: "moderation/list_cases",
    cases_by_source: "moderation/list_cases",
    downloads: "media/list_downloads",
    deliveries: "webhooks/list_deliveries",
    failures: "search/list_failures",
    audit_lines: "operations/list_audit",
    imports: "jobs/list_imports",
    shadowed_messages: "moderation/list_shadowed_messages",
    shadowed_by_user: "moderation/list_shadowed_by_user",
}
WHOLE = {
    "commands/list_commands",
    "commands/list_conversation_commands",
    "community/list_conversation_types",
    "community/list_invite_links",
    "jobs/list_holds",
    "tenants/list_issuers",
    "tenants/list_keys",
    "webhooks/list_webhooks",
    "push/list_devices",
    "search/list_recent",
    "search/list_saved_searches",
}
"""Lists that are not paged."""


def test_every_list_is_here() -> None:
    listed = {route.function for route in ROUTES if route.endpoint.startswith("list_")}
    assert set(LISTS.values()) == listed - WHOLE - {"realtime/list_events"}


@pytest.mark.parametrize("fill", LISTS, ids=lambda fill: fill.__name__)
@given(size=st.integers(1, 9), limit=st.integers(1, 5))
@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_follow_each_other_to_the_end(tables: None, fill: Callable[[House], List], size: int, limit: int) -> None:
    with own_tables():
        one = fill(House(size))
        seen: list[Any] = []
        for page in pages_of(one.reader, one.path, limit=limit, **one.query):
            assert len(page["data"]) <= limit
            seen += [one.name(element) for element in page["data"]]
        assert len(seen) == len(set(seen)) == size

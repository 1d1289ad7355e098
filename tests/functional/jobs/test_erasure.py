"""Erasing a user: the request, what is left of them afterwards, and what the others see."""

from dataclasses import replace
from typing import Any

import pytest

from parley import clock
from parley.ids import DELETED_USER
from parley.jobs.erasure import SETTLE_MS
from parley.messaging.access import member_summary_key
from parley.messaging.items import MemberSummaryItem
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import required_number
from parley.tables.expressions import Update
from parley.tables.keys import Key
from parley.users import revocation
from parley.users.items import UserItem
from parley.users.profiles import user_key
from tests.support.clients.jobs import JobQueues
from tests.support.faults.interference import crash_after
from tests.support.people.listing import listed, preview_of, unread_of
from tests.support.people.people import Person, Workspace
from tests.support.people.teams import with_teams
from tests.support.people.traces import traces_of

ZOE = "zoe-4711"
"""An id that no text holds by accident."""


@pytest.fixture
def zoe(jobs: JobQueues, acme: Workspace) -> Person:
    return acme.person(ZOE, "Zoe Zimmer")


def erase(jobs: JobQueues, acme: Workspace, **query: str) -> dict[str, Any]:
    """Erase zoe and give the job as it ended."""
    begun = acme.server.delete(f"/v1/users/{ZOE}", **query)
    assert begun.status == 202, begun.text
    assert begun["status"] == "queued"
    jobs.run_all()
    ended = acme.server.get(f"/v1/jobs/{begun['id']}")
    assert (ended["status"], ended["percent"], ended["failures"]) == ("completed", 100, 0), ended.text
    return dict(ended.body)


def summary_of(who: Person, conversation_id: str) -> MemberSummaryItem:
    summary = MemberSummaryItem.at(member_summary_key(who.tenant_id, conversation_id), consistent=True)
    assert summary is not None
    return summary


def versions_of(who: Workspace) -> tuple[int, int, str | None]:
    """The version of zoe's item, the one that it was erased at, and the job that erases it."""
    item = UserItem.at(user_key(who.tenant_id, ZOE), consistent=True)
    assert item is not None
    return int(item.version), int(item.erased_version), item.erasure


def ok(answer: Any) -> Any:
    assert answer.status < 300, answer.text
    return answer


def in_days(days: int) -> str:
    return clock.to_rfc3339(clock.to_datetime(clock.now_ms() + days * 86_400_000))


def live(zoe: Person, alice: Person, bob: Person, *, rejoin: bool = False) -> dict[str, str]:
    """All that a user can leave behind, in three conversations of which one was left before."""
    group = zoe.open_group(alice, bob, name="general")
    former = alice.open_group(zoe, bob, name="former")
    direct = str(ok(zoe.post("/v1/conversations", {"type": "direct", "members": [bob.user_id]}))["id"])
    mine = str(ok(zoe.post("/v1/messages", {"conversation_id": group, "text": "first words"}, key="k1"))["id"])
    hers = str(ok(alice.send(group, "hello", mentions=[ZOE, bob.user_id]))["id"])
    places = {"group": group, "former": former, "direct": direct, "mine": mine, "hers": hers}
    places["reply"] = str(ok(zoe.send(group, "a reply", parent_id=hers))["id"])
    places["shown"] = str(ok(zoe.send(group, "shown too", parent_id=hers, show_in_conversation=True))["id"])
    ok(zoe.put(f"/v1/messages/{mine}", {"text": "second words"}))
    ok(alice.put(f"/v1/messages/{hers}", {"text": "hello all"}))
    ok(zoe.post(f"/v1/messages/{hers}/reactions", {"reaction": "👍"}))
    ok(alice.post(f"/v1/messages/{mine}/reactions", {"reaction": "👍"}))
    ok(zoe.put(f"/v1/messages/{hers}/pin"))
    ok(zoe.post(f"/v1/messages/{hers}/flag", {"reason": "spam"}))
    ok(alice.post(f"/v1/messages/{mine}/flag", {"reason": "rude"}))
    rude = str(ok(zoe.send(former, "first words again"))["id"])
    ok(bob.post(f"/v1/messages/{rude}/flag", {"reason": "rude"}))
    maria = Person(zoe.tenant_id, "", scope="server", headers={"X-Acting-User": "maria"})
    ok(maria.post(f"/v1/moderation/cases/{rude}/decide", {"actions": ["delete_message", "warn"]}))
    decision = ok(zoe.get("/v1/users/me/moderation-decisions"))["data"][0]["id"]
    ok(zoe.post(f"/v1/users/me/moderation-decisions/{decision}/appeal", {"text": "first words were meant"}))
    ok(zoe.send(direct, "to bob"))
    places["former_message"] = str(ok(zoe.send(former, "I was here", custom={"phone": "0815"}))["id"])
    ok(zoe.delete(f"/v1/messages/{ok(zoe.send(former, 'never mind'))['id']}"))
    ok(zoe.delete(f"/v1/conversations/{former}/members/{ZOE}"))
    ok(zoe.put("/v1/users/alice/block"))
    ok(zoe.put("/v1/users/alice/mute", {}))
    ok(bob.put(f"/v1/users/{ZOE}/mute", {}))
    ok(bob.put(f"/v1/users/{ZOE}/block"))
    ok(zoe.put("/v1/users/me/devices/phone", {"platform": "fcm", "token": "token-of-zoes-phone"}))
    ok(zoe.put(f"/v1/messages/{hers}/bookmark", {"note": "keep it", "remind_at": "2030-01-01T00:00:00Z"}))
    later = {"message": {"conversation_id": group, "text": "not sent yet"}, "send_at": in_days(30)}
    ok(zoe.post("/v1/scheduled-messages", later))
    ok(zoe.put(f"/v1/conversations/{group}/draft", {"text": "never sent"}))
    ok(zoe.put(f"/v1/conversations/{group}/draft", {"text": "nor this"}, parent_id=hers))
    server = Person(alice.tenant_id, "", scope="server", tenant_settings=alice.tenant_settings)
    team = ok(server.post("/v1/user-groups", {"handle": "team", "name": "Team"}))["id"]
    ok(server.post(f"/v1/user-groups/{team}/members", {"user_ids": [ZOE, bob.user_id]}))
    if rejoin:
        ok(alice.post(f"/v1/conversations/{former}/members", {"user_ids": [ZOE]}))
    return places


def test_a_user_is_erased_as_the_version_that_was_read(jobs: JobQueues, acme: Workspace, zoe: Person) -> None:
    path = f"/v1/users/{ZOE}"
    stale = acme.server.get(path).headers["ETag"]
    acme.server.put(path, {"name": "Zoe Zander"})
    assert acme.server.delete(path, headers={"If-Match": stale}).code == "version_conflict"
    assert zoe.get("/v1/users/me")["name"] == "Zoe Zander"
    read = acme.server.get(path).headers["ETag"]
    begun, again = (acme.server.delete(path, headers={"If-Match": read}) for _ in range(2))
    assert (begun.status, again["id"]) == (202, begun["id"])
    jobs.run_all()
    assert acme.server.delete(path, headers={"If-Match": read}).status == 404


def test_a_profile_that_changes_after_it_was_looked_at_stays(
    acme: Workspace, zoe: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/v1/users/{ZOE}"
    revoke = revocation.do_revoke_tokens

    def beside(*given: Any) -> None:
        revoke(*given)
        ok(acme.server.put(path, {"name": "Zoe Zander"}))

    monkeypatch.setattr(revocation, "do_revoke_tokens", beside)
    tag = acme.server.get(path).headers["ETag"]
    assert acme.server.delete(path, headers={"If-Match": tag}).code == "version_conflict"
    assert acme.server.get(path)["name"] == "Zoe Zander"


def test_nothing_names_an_erased_user(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person
) -> None:
    live(zoe, alice, bob, rejoin=True)
    assert len(traces_of(acme.tenant_id, ZOE)) > 20
    job = erase(jobs, acme)
    assert traces_of(acme.tenant_id, ZOE, "Zoe Zimmer", "first words", "0815") == []
    assert job["done"]["messages"] == 7
    assert job["done"]["conversations"] == 3


def test_messages_stay_without_their_author(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person
) -> None:
    places = live(zoe, alice, bob)
    erase(jobs, acme)
    mine = alice.get(f"/v1/messages/{places['mine']}")
    assert (mine["author_id"], mine["text"], mine["custom"]) == (DELETED_USER, "second words", {})
    assert mine["reactions"]["👍"]["count"] == 1
    assert alice.get(f"/v1/messages/{places['mine']}/edits")["data"] == []
    hers = bob.get(f"/v1/messages/{places['hers']}")
    assert (hers["mentions"], hers["reactions"], hers["pinned_by"]) == (["bob"], {}, DELETED_USER)
    assert hers["reply_count"] == 2
    replies = bob.get(f"/v1/messages/{places['hers']}/replies")["data"]
    assert [(reply["author_id"], reply["text"]) for reply in replies] == [
        (DELETED_USER, "a reply"),
        (DELETED_USER, "shown too"),
    ]
    history = bob.get(f"/v1/conversations/{places['group']}/messages", order="asc")["data"]
    assert [message["author_id"] for message in history] == [DELETED_USER, "alice", DELETED_USER]
    assert preview_of(bob, places["direct"])["author_id"] == DELETED_USER
    assert bob.get(f"/v1/conversations/{places['group']}")["created_by"] == DELETED_USER


def test_messages_go_where_the_tenant_wants_it(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person
) -> None:
    places = live(zoe, alice, bob)
    unread = unread_of(alice, places["former"])
    job = erase(jobs, acme, messages="remove")
    assert job["done"]["messages"] == 7
    assert traces_of(acme.tenant_id, ZOE, "first words", "second words", "a reply", "0815", "to bob") == []
    assert alice.get(f"/v1/messages/{places['mine']}").status == 404
    page = alice.get(f"/v1/conversations/{places['group']}/messages", order="asc")
    assert [message["text"] for message in page["data"]] == ["hello all"]
    assert page["void_seqs"] == [1, 3]
    assert alice.get(f"/v1/messages/{places['hers']}")["reply_count"] == 0
    assert unread == 1
    assert unread_of(alice, places["former"]) == 0
    assert acme.server.get("/v1/moderation/flags")["data"] == []


def test_unread_counts_stay_what_they_were(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person
) -> None:
    places = live(zoe, alice, bob)
    before = {place: unread_of(bob, places[place]) for place in ("group", "former", "direct")}
    erase(jobs, acme)
    assert {place: unread_of(bob, places[place]) for place in before} == before


def test_a_sole_owner_hands_over_to_an_admin_before_who_was_there_longer(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person
) -> None:
    group = zoe.open_group(alice)
    jobs.moved.pass_seconds(1)
    ok(zoe.post(f"/v1/conversations/{group}/members", {"user_ids": ["bob"]}))
    ok(zoe.put(f"/v1/conversations/{group}/members/bob/role", {"role": "admin"}))
    erase(jobs, acme)
    assert (listed(alice, group)["role"], listed(bob, group)["role"]) == ("member", "owner")
    summary = summary_of(alice, group)
    assert (int(summary.member_count), int(summary.owner_count)) == (2, 1)


def test_without_an_admin_the_member_of_longest_standing_owns_it(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person
) -> None:
    group = zoe.open_group(bob)
    jobs.moved.pass_seconds(1)
    ok(zoe.post(f"/v1/conversations/{group}/members", {"user_ids": ["alice"]}))
    erase(jobs, acme)
    assert (listed(alice, group)["role"], listed(bob, group)["role"]) == ("member", "owner")


def test_a_conversation_of_nobody_is_closed(jobs: JobQueues, acme: Workspace, zoe: Person) -> None:
    group = zoe.open_group()
    erase(jobs, acme)
    summary = summary_of(zoe, group)
    assert (int(summary.member_count), int(summary.owner_count)) == (0, 0)
    assert summary.archived_at is not None


def test_who_waits_to_be_a_first_member_is_one_no_more(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person
) -> None:
    """Whoever opened the conversation died before its last first members were written: a repetition writes them."""
    group = alice.open_group(zoe)
    waiting = Update().set(pending=[ZOE, "bob"])
    dynamodb.update(settings().chat_table, member_summary_key(acme.tenant_id, group), waiting)
    erase(jobs, acme)
    assert list(summary_of(alice, group).pending) == ["bob"]


def test_the_id_may_be_used_again_and_begins_empty(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person
) -> None:
    places = live(zoe, alice, bob)
    ok(bob.delete(f"/v1/users/{ZOE}/block"))
    erase(jobs, acme)
    assert acme.server.get(f"/v1/users/{ZOE}").status == 404
    again = acme.server.put(f"/v1/users/{ZOE}", {})
    assert (again.status, again["name"], again["custom"]) == (201, ZOE, {})
    assert acme.server.put(f"/v1/users/{ZOE}", {"name": "Zoe the second"}).status == 200
    assert zoe.get("/v1/conversations")["data"] == []
    assert zoe.get("/v1/users/me/blocks")["data"] == []
    direct = zoe.post("/v1/conversations", {"type": "direct", "members": ["bob"]})
    assert direct["id"] == places["direct"]
    assert zoe.get(f"/v1/conversations/{places['direct']}/messages")["data"] == []
    assert zoe.get(f"/v1/messages/{places['mine']}").status == 404
    assert [message["text"] for message in bob.get(f"/v1/conversations/{places['direct']}/messages")["data"]] == [
        "to bob"
    ]


def test_the_ids_next_user_is_in_no_team(jobs: JobQueues, acme: Workspace, zoe: Person) -> None:
    ok(acme.server.put(f"/v1/users/{ZOE}", {"teams": ["red", "blue"]}))
    with_teams_on = replace(acme, tenant_settings={**acme.tenant_settings, "teams": True})
    with crash_after(2):
        with_teams_on.server.put(f"/v1/users/{ZOE}", {"teams": ["red"]})
    erase(jobs, acme)
    stored = dynamodb.get(settings().chat_table, user_key(acme.tenant_id, ZOE)) or {}
    assert not {"teams", "left_teams"} & stored.keys()
    assert acme.server.put(f"/v1/users/{ZOE}", {})["teams"] is None


def test_as_long_as_it_goes_on_the_user_is_gone_and_cannot_come_back(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person
) -> None:
    group = alice.open_group()
    job = acme.server.delete(f"/v1/users/{ZOE}")
    assert acme.server.get(f"/v1/users/{ZOE}").status == 404
    assert [user["id"] for user in alice.get("/v1/users")["data"]] == ["alice"]
    refused = acme.server.put(f"/v1/users/{ZOE}", {"name": "Zoe"})
    assert (refused.status, refused.code, refused["job_id"]) == (409, "user_being_erased", job["id"])
    added = alice.post(f"/v1/conversations/{group}/members", {"user_ids": [ZOE]})
    assert added["data"][0]["status"] == "not_found"
    assert alice.put(f"/v1/users/{ZOE}/block").status == 404
    jobs.run_all()
    assert acme.server.put(f"/v1/users/{ZOE}", {"name": "Zoe"}).status == 201


@pytest.mark.parametrize("has_profile", [True, False])
def test_what_is_left_says_at_which_version_the_next_profile_begins(
    jobs: JobQueues, acme: Workspace, alice: Person, *, has_profile: bool
) -> None:
    if has_profile:
        acme.server.put(f"/v1/users/{ZOE}", {"name": "Zoe"})
        acme.server.put(f"/v1/users/{ZOE}", {"name": "Zoe Zimmer"})
    else:
        ghost = Person(acme.tenant_id, ZOE, tenant_settings=acme.tenant_settings)
        channel = ok(alice.post("/v1/conversations", {"type": "channel", "name": "news"}))["id"]
        ok(ghost.post(f"/v1/conversations/{channel}/members", {"user_ids": [ZOE]}))
    before = 2 if has_profile else 0
    begun = acme.server.delete(f"/v1/users/{ZOE}")
    assert versions_of(acme) == (before + 1, before + 1, begun["id"])
    jobs.run_all()
    assert versions_of(acme) == (before + 2, before + 2, None)
    created = acme.server.put(f"/v1/users/{ZOE}", {"name": "Zoe"})
    assert (created.status, created["version"]) == (201, before + 3)


def test_asking_again_tells_of_the_same_job_until_it_has_ended(jobs: JobQueues, acme: Workspace, zoe: Person) -> None:
    first, second = acme.server.delete(f"/v1/users/{ZOE}"), acme.server.delete(f"/v1/users/{ZOE}")
    assert (first.status, second.status, second["id"]) == (202, 202, first["id"])
    jobs.run_all()
    assert acme.server.delete(f"/v1/users/{ZOE}").code == "user_not_found"


def test_a_user_without_a_profile_is_erased_too(jobs: JobQueues, acme: Workspace, alice: Person) -> None:
    channel = ok(alice.post("/v1/conversations", {"type": "channel", "name": "news"}))["id"]
    ghost = Person(acme.tenant_id, ZOE, tenant_settings=acme.tenant_settings)
    ok(ghost.post(f"/v1/conversations/{channel}/members", {"user_ids": [ZOE]}))
    ok(ghost.send(channel, "boo"))
    erase(jobs, acme)
    assert traces_of(acme.tenant_id, ZOE) == []


def test_what_is_sent_while_the_user_is_being_erased_is_found(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person
) -> None:
    """The gateway may let a token in for a minute after it was revoked."""
    group = alice.open_group(zoe)
    channel = ok(alice.post("/v1/conversations", {"type": "channel", "name": "news"}))["id"]
    acme.server.delete(f"/v1/users/{ZOE}")
    ok(zoe.send(group, "one last word"))
    assert jobs.run_next()
    assert zoe.send(group, "too late").code == "conversation_not_found"
    ok(zoe.post(f"/v1/conversations/{channel}/members", {"user_ids": [ZOE]}))
    ok(zoe.send(channel, "and another"))
    ok(alice.send(group, "bye", mentions=[ZOE]))
    jobs.run_all()
    assert traces_of(acme.tenant_id, ZOE) == []
    assert [m["author_id"] for m in alice.get(f"/v1/conversations/{group}/messages")["data"]] == ["alice", DELETED_USER]


def test_others_go_on_while_a_user_is_erased(jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person) -> None:
    group = zoe.open_group(alice)
    for number in range(5):
        ok(zoe.send(group, f"zoe {number}"))
    acme.server.delete(f"/v1/users/{ZOE}", messages="remove")
    number = 0
    while jobs.run_next():
        ok(alice.send(group, f"alice {number}"))
        number += 1
    texts = [m["text"] for m in alice.get(f"/v1/conversations/{group}/messages", order="asc")["data"]]
    assert texts == [f"alice {each}" for each in range(number)]
    assert unread_of(alice, group) == 0


def test_a_token_from_before_is_refused_at_once(jobs: JobQueues, acme: Workspace, zoe: Person) -> None:
    from parley.settings import settings  # noqa: PLC0415
    from parley.tables import dynamodb, keys  # noqa: PLC0415

    jobs.moved.pass_seconds(5)
    acme.server.delete(f"/v1/users/{ZOE}")
    item = dynamodb.get(settings().chat_table, keys.Key(keys.user(acme.tenant_id, ZOE), keys.REVOCATION_SK))
    assert item is not None
    assert int(item["tokens_valid_from"]["N"]) == jobs.moved.now


def test_only_the_tenants_back_end_erases(jobs: JobQueues, zoe: Person, alice: Person) -> None:
    assert zoe.delete(f"/v1/users/{ZOE}").code == "server_token_required"
    assert alice.delete(f"/v1/users/{ZOE}").code == "server_token_required"


def test_another_tenants_user_and_job_do_not_exist(
    jobs: JobQueues, acme: Workspace, globex: Workspace, zoe: Person
) -> None:
    job = acme.server.delete(f"/v1/users/{ZOE}")
    assert globex.server.delete(f"/v1/users/{ZOE}").body["code"] == "user_not_found"
    foreign, absent = globex.server.get(f"/v1/jobs/{job['id']}"), globex.server.get("/v1/jobs/nothing")
    assert (foreign.status, foreign.code) == (absent.status, absent.code) == (404, "job_not_found")
    assert acme.server.get(f"/v1/jobs/{job['id']}").status == 200
    assert zoe.get(f"/v1/jobs/{job['id']}").code == "server_token_required"


@pytest.mark.parametrize(
    ("user_id", "status", "code"),
    [("nobody", 404, "user_not_found"), ("a*b", 422, "validation_failed"), ("USER#1", 422, "validation_failed")],
)
def test_who_does_not_exist_cannot_be_erased(
    jobs: JobQueues, acme: Workspace, user_id: str, status: int, code: str
) -> None:
    answer = acme.server.delete(f"/v1/users/{user_id.replace('#', '%23')}")
    assert (answer.status, answer.code) == (status, code)


def test_an_unknown_choice_is_refused(jobs: JobQueues, acme: Workspace, zoe: Person) -> None:
    assert acme.server.delete(f"/v1/users/{ZOE}", messages="shred").status == 422
    assert jobs.messages() == []


def test_a_job_shows_how_far_it_is(jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person) -> None:
    live(zoe, alice, bob)
    job_id = acme.server.delete(f"/v1/users/{ZOE}")["id"]
    assert jobs.run_next()
    waiting = acme.server.get(f"/v1/jobs/{job_id}")
    assert (waiting["status"], waiting["step"], waiting["done"]) == (
        "running",
        "settling",
        {"memberships": 2, "devices": 1},
    )
    ((_, _, visible_at),) = jobs.messages()
    assert visible_at == jobs.moved.now + SETTLE_MS
    jobs.run_all()
    ended = acme.server.get(f"/v1/jobs/{job_id}")
    assert ended["finished_at"] is not None
    assert ended["kind"] == "erasure"
    assert ended["user_id"] == ZOE


def test_saved_searches_go_with_their_owner_and_no_other(jobs: JobQueues, acme: Workspace, zoe: Person) -> None:
    alice = acme.person("alice")
    for owner in (zoe, alice):
        assert ok(owner.post("/v1/search/saved", {"q": "lunch", "notify": True}))["notify"] is True
    erase(jobs, acme)
    partition = keys.alerts(acme.tenant_id)
    alerts, _ = dynamodb.query(settings().chat_table, partition, begins_with=keys.ALERT_PREFIX, consistent=True)
    count = dynamodb.get(settings().chat_table, Key(partition, keys.ALERT_COUNT_SK))
    assert [keys.alert_of(each["sk"]["S"])[0] for each in alerts] == ["alice"]
    assert required_number(count or {}, "alerts") == 1
    assert traces_of(acme.tenant_id, ZOE) == []


def test_a_search_that_is_saved_while_its_user_is_erased_leaves_no_alert(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person
) -> None:
    """The gateway keeps a decision for a minute: a request may come after what had been saved was forgotten."""
    zoe.open_group(alice)
    begun = ok(acme.server.delete(f"/v1/users/{ZOE}"))
    assert jobs.run_next()
    ok(zoe.post("/v1/search/saved", {"q": "late words", "notify": True}))
    jobs.run_all()
    assert acme.server.get(f"/v1/jobs/{begun['id']}")["status"] == "completed"
    assert traces_of(acme.tenant_id, ZOE, "late words") == []


def test_a_deactivated_user_is_erased_and_the_next_of_the_id_is_active(
    acme: Workspace, zoe: Person, jobs: JobQueues
) -> None:
    ok(acme.server.post(f"/v1/users/{ZOE}/deactivate"))
    erase(jobs, acme)
    assert acme.server.post(f"/v1/users/{ZOE}/reactivate").code == "user_not_found"
    anew = acme.server.put(f"/v1/users/{ZOE}", {})
    assert (anew.status, anew["deactivated_at"]) == (201, None)
    raw = dynamodb.get(settings().chat_table, Key(keys.user(acme.tenant_id, ZOE), keys.REVOCATION_SK), consistent=True)
    assert raw is not None
    assert "deactivated_at" not in raw
    assert [user["id"] for user in acme.server.get("/v1/users")["data"]] == [ZOE]


def test_whose_message_was_forwarded_is_named_no_more(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person
) -> None:
    group = zoe.open_group(alice, bob, name="general")
    said = ok(zoe.send(group, "my words"))["id"]
    own = ok(zoe.post(f"/v1/messages/{said}/forward", {"conversation_ids": [group]}))["data"][0]["message"]["id"]
    copy = ok(alice.post(f"/v1/messages/{said}/forward", {"conversation_ids": [group]}))["data"][0]["message"]
    assert copy["forwarded_from"]["author_id"] == ZOE
    ok(acme.server.delete(f"/v1/users/{ZOE}"))
    jobs.run_all()
    for message in (own, copy["id"]):
        assert ok(bob.get(f"/v1/messages/{message}"))["forwarded_from"]["author_id"] == "_deleted"


def test_a_place_goes_with_its_author_and_a_message_that_was_nothing_else_goes_for_good(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person
) -> None:
    group = zoe.open_group(alice, bob, name="general")
    place = {"latitude": 48.1, "longitude": 11.5}
    alone = ok(zoe.post("/v1/messages", {"conversation_id": group, "location": place}))["id"]
    said = ok(zoe.send(group, "I am here", location=place, type="note"))["id"]
    ok(acme.server.delete(f"/v1/users/{ZOE}"))
    jobs.run_all()
    left = ok(alice.get(f"/v1/messages/{said}"))
    assert (left["author_id"], left["location"], left["text"]) == ("_deleted", None, "I am here")
    assert alice.get(f"/v1/messages/{alone}").status == 404


def test_the_next_user_of_an_id_has_nothing_of_the_last(jobs: JobQueues, acme: Workspace, zoe: Person) -> None:
    acme = with_teams(acme)
    path, at = f"/v1/users/{ZOE}", user_key(acme.tenant_id, ZOE)
    said = {"avatar_url": "https://example.com/z.png", "custom": {"a": 1}, "languages": ["de"], "role": "agent"}
    ok(acme.server.put(path, {**said, "teams": ["red", "blue"]}))
    dynamodb.update(settings().chat_table, at, Update().set(left_teams=["green"]))
    erase(jobs, acme)
    kept = dynamodb.get(settings().chat_table, at, consistent=True) or {}
    assert kept.keys() == {"pk", "sk", "entity", "user_id", "version", "erased_at", "erased_version"}
    anew = ok(acme.server.put(path, {"name": "Zoe"}))
    assert (anew["teams"], anew["role"], anew["languages"], anew["custom"]) == (None, None, None, {})

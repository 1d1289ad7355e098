"""What has expired is gone at once, though DynamoDB deletes it days later; what a user chose does not expire."""

from collections.abc import Callable

import pytest

from parley import clock
from parley.ids import MessageAddress
from parley.jobs import store
from parley.push import push_claims
from parley.settings import settings
from parley.tables import attributes, dynamodb, idempotency, keys, transactions
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Update, at_version, differs, lasting
from parley.tables.idempotency import StoredAnswer
from parley.tables.keys import Key
from parley.webhooks import deliveries
from parley.webhooks.delivery_queue import Job
from tests.support.dynamodb.expiry import delete_expired
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace

A_DAY = 24 * 3600


def put(tenant_id: str, sk: str, *, lasts: int | None) -> Key:
    """An item that expires in so many seconds, or never."""
    at = Key(keys.user(tenant_id, "someone"), sk)
    expires_at = None if lasts is None else clock.now_ms() // 1000 + lasts
    made = {**at._asdict(), "entity": "test", "version": 1, "expires_at": expires_at}
    dynamodb.client().put_item(TableName=settings().control_table, Item=attributes.item(made))
    return at


READS: dict[str, Callable[[Key], bool]] = {
    "get": lambda at: dynamodb.get(settings().control_table, at) is not None,
    "get, consistent": lambda at: dynamodb.get(settings().control_table, at, consistent=True) is not None,
    "batch_get": lambda at: at in dynamodb.batch_get(settings().control_table, [at], consistent=True),
    "query": lambda at: bool(dynamodb.query(settings().control_table, at.pk, begins_with=at.sk)[0]),
}


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize(("lasts", "there"), [(None, True), (60, True), (0, False), (-1, False), (-3 * A_DAY, False)])
def test_an_item_is_read_until_the_moment_at_which_it_expires(
    acme: Workspace, *, read: str, lasts: int | None, there: bool
) -> None:
    assert READS[read](put(acme.tenant_id, "ITEM", lasts=lasts)) is there


@pytest.mark.parametrize(("lasts", "taken"), [(None, True), (60, True), (-1, False)])
def test_what_reads_take_for_absent_can_be_written_anew(acme: Workspace, *, lasts: int | None, taken: bool) -> None:
    table = settings().control_table
    writes: tuple[Callable[[RawItem], None], ...] = (
        lambda anew: dynamodb.put_if_absent(table, anew),
        lambda anew: dynamodb.transact([transactions.put_if_absent(table, anew)]),
        lambda anew: dynamodb.put(table, anew, condition=at_version(None)),
    )
    for number, write in enumerate(writes):
        at = put(acme.tenant_id, f"ITEM{number}", lasts=lasts)
        anew = attributes.item({**at._asdict(), "entity": "anew"})
        if taken:
            with pytest.raises((ConditionFailed, TransactionRefused)):
                write(anew)
        else:
            write(anew)
            assert attributes.text(dynamodb.get(table, at) or {}, "entity") == "anew"


def test_what_has_expired_is_not_changed_in_place(acme: Workspace) -> None:
    at = put(acme.tenant_id, "ITEM", lasts=-1)
    with pytest.raises(ConditionFailed):
        dynamodb.update(settings().control_table, at, Update().set(seen=1), condition=lasting())


def test_a_finished_job_is_gone_after_thirty_days(acme: Workspace, moving_clock: MovingClock) -> None:
    job = store.new(acme.tenant_id, "export", None, job_id="0" * 26, step="reading")
    dynamodb.transact([store.put_action(job), store.list_action(job)])
    store.end(store.load(acme.tenant_id, job.id), "completed")
    assert acme.server.get(f"/v1/jobs/{job.id}").status == 200
    moving_clock.pass_seconds(30 * A_DAY - 60)
    assert acme.server.get(f"/v1/jobs/{job.id}").status == 200
    moving_clock.pass_seconds(120)
    assert acme.server.get(f"/v1/jobs/{job.id}").code == "job_not_found"
    assert acme.server.get(f"/v1/exports/{job.id}").code == "export_not_found"


def test_a_job_that_has_not_ended_does_not_expire(acme: Workspace, moving_clock: MovingClock) -> None:
    job = store.new(acme.tenant_id, "export", None, job_id="0" * 26, step="reading")
    dynamodb.transact([store.put_action(job), store.list_action(job)])
    moving_clock.pass_seconds(400 * A_DAY)
    assert acme.server.get(f"/v1/jobs/{job.id}")["status"] == "queued"


def test_an_idempotency_key_is_forgotten_after_its_day(acme: Workspace, moving_clock: MovingClock) -> None:
    at = keys.idempotency(acme.tenant_id, "test", "alice", "k")
    assert idempotency.begin(at, "body") is None
    idempotency.finish(at, StoredAnswer(201, {"n": 1}))
    assert idempotency.begin(at, "body") == StoredAnswer(201, {"n": 1})
    moving_clock.pass_seconds(A_DAY + 1)
    assert idempotency.begin(at, "another body") is None


@pytest.mark.parametrize("days", [1, 31, 400])
def test_who_is_invisible_stays_so_until_they_choose_otherwise(
    acme: Workspace, alice: Person, bob: Person, general: str, moving_clock: MovingClock, days: int
) -> None:
    alice.put("/v1/users/me/status", {"invisible": True, "status_text": "away"})
    moving_clock.pass_seconds(days * A_DAY)
    delete_expired(acme.tenant_id)
    own = alice.get("/v1/users/alice/presence")
    assert (own["online"], own["status_text"], own["last_active_at"]) == (False, None, None)
    online = dynamodb.get(settings().control_table, Key(keys.user(acme.tenant_id, "alice"), keys.ONLINE_SK)) or {}
    assert attributes.flag(online, "invisible")
    alice.put("/v1/users/me/status", {"invisible": False, "status_text": "back"})
    assert bob.get("/v1/users/alice/presence")["status_text"] == "back"


@pytest.mark.parametrize("days", [31, 400])
def test_what_a_user_wants_to_be_told_of_holds_until_they_choose_otherwise(
    acme: Workspace, alice: Person, general: str, moving_clock: MovingClock, days: int
) -> None:
    alice.put("/v1/users/me/notifications", {"level": "none"})
    alice.put(f"/v1/conversations/{general}/notifications", {"level": "mentions"})
    alice.put(f"/v1/conversations/{general}/mute", {})
    alice.put("/v1/users/bob/block")
    moving_clock.pass_seconds(days * A_DAY)
    delete_expired(acme.tenant_id)
    assert alice.get("/v1/users/me/notifications")["level"] == "none"
    assert alice.get(f"/v1/conversations/{general}/notifications")["level"] == "mentions"


def put_listed(tenant_id: str, lasts: list[int]) -> str:
    """A partition whose items expire in so many seconds each, in the order of their sort keys; its key."""
    pk = keys.user(tenant_id, "listed")
    for number, seconds in enumerate(lasts):
        expires_at = clock.now_ms() // 1000 + seconds
        made = {"pk": pk, "sk": f"L#{number:04d}", "entity": "test", "expires_at": expires_at}
        dynamodb.client().put_item(TableName=settings().control_table, Item=attributes.item(made))
    return pk


def all_pages(pk: str, limit: int, *, forward: bool) -> list[list[str]]:
    pages, after = [], None
    while True:
        found, after = dynamodb.query(settings().control_table, pk, limit=limit, forward=forward, after=after)
        pages.append([raw["sk"]["S"] for raw in found])
        if after is None:
            return pages


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("limit", [1, 3, 10])
@pytest.mark.parametrize(
    "lasts",
    [
        [-1, -1, 60, 60, -1, -1, -1, 60, 60, -1],
        [60, -1] * 8,
        [-1] * 12,
        [-1] * 11 + [60],
        [60] + [-1] * 11,
        [60] * 7,
    ],
)
def test_a_page_is_full_or_the_last_whatever_has_expired_between(
    acme: Workspace, *, lasts: list[int], limit: int, forward: bool
) -> None:
    pk = put_listed(acme.tenant_id, lasts)
    pages = all_pages(pk, limit, forward=forward)
    there = [f"L#{number:04d}" for number, seconds in enumerate(lasts) if seconds > 0]
    assert [sk for page in pages for sk in page] == (there if forward else there[::-1])
    assert all(len(page) == limit for page in pages[:-1])


def test_a_page_past_very_much_that_has_expired_ends_with_where_to_go_on(
    acme: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reads are bounded: the page is short, and its key leads on."""
    monkeypatch.setattr(dynamodb, "READS_OF_A_PAGE", 1)
    pages = all_pages(put_listed(acme.tenant_id, [-1] * 7 + [60]), 2, forward=True)
    assert pages == [[], [], [], ["L#0007"], []][: len(pages)]
    assert ["L#0007"] in pages


def listed_deliveries(acme: Workspace, webhook_id: str, lasts: list[int]) -> None:
    for number, seconds in enumerate(lasts):
        at = deliveries.delivery_key(acme.tenant_id, webhook_id, f"{number:026d}")
        made = {
            **at._asdict(),
            "entity": "webhook_delivery",
            "delivery_id": f"{number:026d}",
            "event_type": "message.created",
            "event_id": "e",
            "status": "delivered",
            "created_at": 1,
            "event": "{}",
            "attempts": 1,
            "expires_at": clock.now_ms() // 1000 + seconds,
        }
        dynamodb.client().put_item(TableName=settings().control_table, Item=attributes.item(made))


@pytest.mark.parametrize("reads", [1, 8])
@pytest.mark.parametrize("lasts", [[60] * 2 + [-1] * 5 + [60] * 3, [-1] * 6 + [60], [60] + [-1] * 6])
def test_a_log_of_deliveries_does_not_end_early(
    acme: Workspace, monkeypatch: pytest.MonkeyPatch, *, lasts: list[int], reads: int
) -> None:
    monkeypatch.setattr(dynamodb, "READS_OF_A_PAGE", reads)
    webhook_id = acme.server.post("/v1/webhooks", {"url": "https://93.184.216.34/hook"})["id"]
    listed_deliveries(acme, webhook_id, lasts)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(len(lasts) + 1):
        page = acme.server.get(f"/v1/webhooks/{webhook_id}/deliveries", limit=2, **cursor)
        seen += [each["id"] for each in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    else:
        pytest.fail("the list has no end")
    assert seen == [f"{number:026d}" for number, seconds in reversed(list(enumerate(lasts))) if seconds > 0]


@pytest.mark.parametrize(("lasts", "built_on"), [(60, True), (1, True), (0, False), (-1, False), (-3 * A_DAY, False)])
def test_a_renewed_item_builds_on_nothing_that_has_expired(acme: Workspace, *, lasts: int, built_on: bool) -> None:
    at = put(acme.tenant_id, "ITEM", lasts=lasts)
    change = Update().add(version=1).set(expires_at=clock.now_ms() // 1000 + 60)
    after = dynamodb.renew(settings().control_table, at, change, returning="ALL_NEW")
    assert attributes.number(after, "version") == (2 if built_on else 1)
    assert ("entity" in after) is built_on


def test_a_renewal_on_a_condition_takes_what_has_expired_for_absent(acme: Workspace) -> None:
    change = Update().set(expires_at=clock.now_ms() // 1000 + 60, entity="anew")
    there, gone = put(acme.tenant_id, "A", lasts=60), put(acme.tenant_id, "B", lasts=-1)
    with pytest.raises(ConditionFailed):
        dynamodb.renew(settings().control_table, there, change, condition=differs("entity", "test"))
    dynamodb.renew(settings().control_table, gone, change, condition=differs("entity", "test"))
    assert attributes.text(dynamodb.get(settings().control_table, gone) or {}, "entity") == "anew"


def test_a_claim_of_a_push_is_given_anew_after_its_time(acme: Workspace, moving_clock: MovingClock) -> None:
    address = MessageAddress("c" * 26, 1)
    assert push_claims.claim(acme.tenant_id, address, {"one", "two"}) == {"one", "two"}
    assert push_claims.claim(acme.tenant_id, address, {"two", "three"}) == {"three"}
    moving_clock.pass_seconds(push_claims.KEPT_SECONDS + 1)
    assert push_claims.claim(acme.tenant_id, address, {"one"}) == {"one"}
    assert push_claims.claim(acme.tenant_id, address, {"two", "one"}) == {"two"}


def test_a_delivery_that_is_noted_after_its_time_begins_anew(acme: Workspace, moving_clock: MovingClock) -> None:
    job = Job(acme.tenant_id, "w" * 26, "0" * 26, {"id": "e", "type": "message.created"})
    deliveries.record(job, "delivered")
    moving_clock.pass_seconds(deliveries.KEPT_SECONDS + 1)
    deliveries.record(job, "pending")
    at = deliveries.delivery_key(acme.tenant_id, "w" * 26, "0" * 26)
    noted = dynamodb.get(settings().control_table, at) or {}
    assert attributes.text(noted, "status") == "pending"
    assert attributes.number(noted, "created_at") > clock.now_ms() - 60_000

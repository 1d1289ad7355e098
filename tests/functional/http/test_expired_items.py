"""What has expired is gone at once, though DynamoDB deletes it days later; what a user chose does not expire."""

from collections.abc import Callable

import pytest

from parley import clock
from parley.jobs import store
from parley.settings import settings
from parley.tables import attributes, dynamodb, idempotency, keys, transactions
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Update, at_version, lasting
from parley.tables.idempotency import StoredAnswer
from parley.tables.keys import Key
from tests.support.aws.expiry import delete_expired
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
    alice.put("/v1/users/me/status", {"status_text": "back"})
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

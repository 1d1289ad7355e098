"""Storage quotas: exact, whoever starts at once, and given back by whatever ends a file."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from parley import clock
from parley.errors import QuotaExceeded, Unavailable
from parley.identity.caller import Caller, Tenant
from parley.identity.tenant_settings import TenantSettings
from parley.media import quota
from parley.media.schemas import StartUpload
from parley.media.uploads import sweeping, uploading
from tests.support.clients.uploading import checked, start, store
from tests.support.people.people import Person, Workspace


def _start(caller: Caller, size: int) -> bool:
    """Start until it is decided: a start that meets too much contention is answered 503 and repeated."""
    while True:
        try:
            uploading.do_start(caller, StartUpload(filename="f", content_type="text/plain", size=size))
        except QuotaExceeded:
            return False
        except Unavailable:
            continue
        else:
            return True


def _used(tenant_id: str) -> int:
    return sum(quota.used_by_shard(tenant_id))


@pytest.mark.parametrize("same_user", [True, False], ids=["one user", "fifty users"])
def test_fifty_concurrent_starts_never_exceed_the_quota(acme: Workspace, *, same_user: bool) -> None:
    size, fitting = 100_000, 20
    limits = {"storage_bytes": size * fitting + size // 2, "user_storage_bytes": size * 1000}
    if same_user:
        limits = {"storage_bytes": size * 1000, "user_storage_bytes": size * fitting + size // 2}
    tenant = Tenant(acme.tenant_id, TenantSettings.model_validate(limits))
    callers = [Caller(tenant, "alice" if same_user else f"user-{number}") for number in range(50)]
    with ThreadPoolExecutor(50) as pool:
        admitted = list(pool.map(lambda caller: _start(caller, size), callers))
    assert sum(admitted) == fitting
    assert _used(acme.tenant_id) == fitting * size
    if same_user:
        assert quota.used_by_user(acme.tenant_id, "alice") == fitting * size


def test_a_file_larger_than_any_counter_is_spread_over_several(acme: Workspace) -> None:
    person = Workspace(acme.tenant_id, {"storage_bytes": 1600}).person("alice")
    assert start(person, 1500).status == 201
    assert max(quota.used_by_shard(acme.tenant_id)) == 100
    refused = start(person, 101)
    assert (refused.status, refused.code, refused["scope"]) == (413, "quota_exceeded", "tenant")
    assert start(person, 100).status == 201
    assert _used(acme.tenant_id) == 1600


def test_a_user_has_a_quota_of_their_own(acme: Workspace) -> None:
    workspace = Workspace(acme.tenant_id, {"user_storage_bytes": 10})
    alice, bob = workspace.person("alice"), workspace.person("bob")
    assert start(alice, 8).status == 201
    refused = start(alice, 3)
    assert (refused.status, refused.code, refused["scope"]) == (413, "quota_exceeded", "user")
    assert start(bob, 10).status == 201
    assert _used(acme.tenant_id) == 18


def _abort(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_id = start(person, 100)["upload_id"]
    person.delete(f"/v1/upload/{upload_id}")
    person.delete(f"/v1/upload/{upload_id}")


def _expire(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    start(person, 11 * 1024 * 1024)
    later = clock.now_ms() + 25 * 3600 * 1000
    monkeypatch.setattr(clock, "now_ms", lambda: later)
    sweeping.sweep()
    sweeping.sweep()


def _reject(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    media = checked(person, b"no picture", "image/png")
    assert media["status"] == "rejected"
    person.delete(f"/v1/media/{media['id']}")


def _delete(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    media = checked(person, b"hello", "text/plain")
    assert person.delete(f"/v1/media/{media['id']}").status == 204
    assert person.delete(f"/v1/media/{media['id']}").status == 404


def _delete_unchecked(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    assert person.delete(f"/v1/media/{store(person, b'hello')}").status == 204


@pytest.mark.parametrize("end", [_abort, _expire, _reject, _delete, _delete_unchecked])
def test_whatever_ends_a_file_gives_its_bytes_back_once(
    alice: Person, monkeypatch: pytest.MonkeyPatch, end: Callable[[Person, pytest.MonkeyPatch], None]
) -> None:
    kept = start(alice, 7)
    assert kept.status == 201
    end(alice, monkeypatch)
    left = 0 if end is _expire else 7
    assert (_used(alice.tenant_id), quota.used_by_user(alice.tenant_id, "alice")) == (left, left)


def test_a_start_that_fails_reserves_nothing(acme: Workspace) -> None:
    person = Workspace(acme.tenant_id, {"storage_bytes": 5}).person("alice")
    assert start(person, 6).status == 413
    assert (_used(acme.tenant_id), quota.used_by_user(acme.tenant_id, "alice")) == (0, 0)

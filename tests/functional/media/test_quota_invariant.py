"""Whatever is done in whatever order, the counters are the sum of what is there."""

import uuid

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import DataObject, data, integers, sampled_from

from parley.media import lifecycle, quota
from tests.support.clients.uploading import start
from tests.support.people.people import Person, Workspace, new_workspace

STORAGE, USER = 3000, 1200


class Quotas(RuleBasedStateMachine):
    """Two users start, abort, delete and have files rejected, at random."""

    @initialize()
    def begin(self) -> None:
        tenant = new_workspace(f"q{uuid.uuid4().hex[:4]}").tenant_id
        workspace = Workspace(tenant, {"storage_bytes": STORAGE, "user_storage_bytes": USER})
        self.tenant = tenant
        self.people = [workspace.person("alice"), workspace.person("bob")]
        self.files: dict[str, tuple[Person, int]] = {}

    @rule(who=integers(0, 1), size=integers(1, 1300))
    def start(self, who: int, size: int) -> None:
        person = self.people[who]
        mine = sum(kept for owner, kept in self.files.values() if owner is person)
        whole = sum(kept for _, kept in self.files.values())
        answer = start(person, size)
        fits = mine + size <= USER and whole + size <= STORAGE
        assert answer.status == (201 if fits else 413), answer.text
        if fits:
            self.files[str(answer["upload_id"])] = (person, size)

    @rule(picked=data(), how=sampled_from(["abort", "delete", "reject"]))
    def end(self, picked: DataObject, how: str) -> None:
        if not self.files:
            return
        upload_id = picked.draw(sampled_from(sorted(self.files)))
        person, _ = self.files.pop(upload_id)
        if how == "abort":
            assert person.delete(f"/v1/upload/{upload_id}").status == 204
        elif how == "delete":
            assert person.delete(f"/v1/media/{upload_id}").status == 204
        else:
            item = lifecycle.load(self.tenant, upload_id)
            assert item is not None
            assert lifecycle.mark_processing(item)
            stale = item
            item = lifecycle.load(self.tenant, upload_id)
            assert item is not None
            assert lifecycle.end(item, "rejected", reason="test")
            assert not lifecycle.end(item, "rejected", reason="again")
            assert not lifecycle.end(stale, "expired")

    @rule(picked=data(), removed=integers(0, 1300))
    def settle(self, picked: DataObject, removed: int) -> None:
        """A file is ready, smaller than it came: metadata was removed from it."""
        if not self.files:
            return
        upload_id = picked.draw(sampled_from(sorted(self.files)))
        person, size = self.files[upload_id]
        item = lifecycle.load(self.tenant, upload_id)
        assert item is not None
        kept = max(0, size - removed)
        assert lifecycle.mark_processing(item)
        assert lifecycle.mark_ready(item, {"variants": "{}"}, kept)
        assert not lifecycle.mark_ready(item, {"variants": "{}"}, kept)
        self.files[upload_id] = (person, kept)
        self._counted_exactly()
        del self.files[upload_id]
        assert person.delete(f"/v1/media/{upload_id}").status == 204

    @invariant()
    def counters_are_exact(self) -> None:
        if hasattr(self, "files"):
            self._counted_exactly()

    def _counted_exactly(self) -> None:
        assert sum(quota.used_by_shard(self.tenant)) == sum(size for _, size in self.files.values())
        for person in self.people:
            kept = sum(size for owner, size in self.files.values() if owner is person)
            assert quota.used_by_user(self.tenant, person.user_id) == kept


@pytest.mark.usefixtures("tables")
def test_counters_are_the_sum_of_what_is_there() -> None:
    run_state_machine_as_test(
        Quotas,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            database=None,
        ),
    )

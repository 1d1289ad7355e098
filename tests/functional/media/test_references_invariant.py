"""Whatever is sent, edited and deleted in whatever order, a file is shown by the messages that carry it, and kept as
long as one names it.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import DataObject, data, sampled_from, sets

from parley import clock
from parley.media.uploads import sweeping
from tests.support.clients.uploading import checked
from tests.support.people.people import new_workspace

FILES = 3
MINUTE_MS = 60_000


@dataclass
class Carrier:
    """A message: what it carries, and all that it ever named."""

    shows: set[int]
    names: set[int] = field(default_factory=set)


class References(RuleBasedStateMachine):
    """Alice sends, edits and deletes messages with her files, and the files; her back end erases messages, and the
    sweeper comes by.
    """

    move_clock: Callable[[int], None]

    @initialize()
    def begin(self) -> None:
        workspace = new_workspace(f"r{uuid.uuid4().hex[:4]}")
        self.server = workspace.server
        self.alice, self.bob = workspace.person("alice"), workspace.person("bob")
        self.group = self.alice.open_group(self.bob)
        self.ids = [str(checked(self.alice, b"file %d" % number, "text/plain")["id"]) for number in range(FILES)]
        self.gone: set[int] = set()
        self.released: set[int] = set()
        self.messages: dict[str, Carrier] = {}

    @rule(files=sets(sampled_from(range(FILES)), min_size=1))
    def send(self, files: set[int]) -> None:
        answer = self.alice.send(self.group, "look", attachments=[self.ids[number] for number in sorted(files)])
        assert answer.status == (422 if files & self.gone else 201), answer.text
        if answer.status == 201:
            self.messages[str(answer["id"])] = Carrier(set(files), set(files))

    @rule(files=sets(sampled_from(range(FILES))), picked=data())
    def edit(self, files: set[int], picked: DataObject) -> None:
        found = self._any(picked)
        if found is None:
            return
        message_id, message = found
        answer = self.alice.put(
            f"/v1/messages/{message_id}", {"attachments": [self.ids[number] for number in sorted(files)]}
        )
        if message_id in self.deleted():
            assert answer.code == "message_deleted"
        elif (files - message.shows) & self.gone:
            assert answer.code == "attachment_not_found"
        else:
            assert answer.status == 200, answer.text
            message.shows = set(files)
            message.names |= files

    @rule(picked=data(), hard=sampled_from([True, False]))
    def delete(self, picked: DataObject, *, hard: bool) -> None:
        found = self._any(picked)
        if found is None:
            return
        message_id, message = found
        if hard:
            assert self.server.delete(f"/v1/messages/{message_id}", hard="true").status == 204
            del self.messages[message_id]
            self.released |= message.names
        else:
            assert self.alice.delete(f"/v1/messages/{message_id}").status == 200
            message.shows = {-1}  # nothing, for good

    @rule(number=sampled_from(range(FILES)))
    def delete_file(self, number: int) -> None:
        expected = 404 if number in self.gone else 204
        assert self.alice.delete(f"/v1/media/{self.ids[number]}").status == expected
        self.gone.add(number)

    @rule()
    def sweep(self) -> None:
        self.move_clock(5 * MINUTE_MS)
        sweeping.sweep()
        named = {number for message in self.messages.values() for number in message.names}
        self.gone |= self.released - named
        self.released -= self.released - named

    def deleted(self) -> set[str]:
        return {message_id for message_id, message in self.messages.items() if message.shows == {-1}}

    def _any(self, picked: DataObject) -> tuple[str, Carrier] | None:
        if not self.messages:
            return None
        message_id = picked.draw(sampled_from(sorted(self.messages)))
        return message_id, self.messages[message_id]

    @invariant()
    def files_are_shown_and_kept_exactly(self) -> None:
        if not hasattr(self, "messages"):
            return
        shown = {number for message in self.messages.values() for number in message.shows}
        for number, media_id in enumerate(self.ids):
            mine, theirs = (person.get(f"/v1/media/{media_id}").status for person in (self.alice, self.bob))
            assert mine == (404 if number in self.gone else 200)
            assert theirs == (200 if number in shown - self.gone else 404)

    @invariant()
    def messages_show_what_is_gone(self) -> None:
        if not hasattr(self, "messages"):
            return
        for message_id in self.messages.keys() - self.deleted():
            shown = self.bob.get(f"/v1/messages/{message_id}")["attachments"]
            gone = {each["media_id"] for each in shown if each["status"] == "deleted"}
            assert gone == {self.ids[number] for number in self.messages[message_id].shows & self.gone}


@pytest.mark.usefixtures("tables")
def test_files_are_shown_and_kept_by_the_messages_that_name_them(monkeypatch: pytest.MonkeyPatch) -> None:
    real, offset = clock.now_ms, 0

    def move(milliseconds: int) -> None:
        nonlocal offset
        offset += milliseconds

    monkeypatch.setattr(clock, "now_ms", lambda: real() + offset)
    monkeypatch.setattr(References, "move_clock", staticmethod(move), raising=False)
    run_state_machine_as_test(
        References,
        settings=settings(
            max_examples=8,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            database=None,
        ),
    )

"""Pages that are read while others send: no message twice, none left out that had been sent before."""

from typing import Any, Literal
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley import clock
from parley.messaging.messages import history
from parley.messaging.messages.schemas import SendMessage
from parley.messaging.messages.sending import sending
from tests.support.faults.interference import before_call, crash_after
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.clocks import Clock
from tests.support.people.people import Person, new_workspace


class Feed:
    """A conversation in which alice sends while bob reads, a call that never comes back between her sends."""

    def __init__(self, moved: Clock) -> None:
        workspace = new_workspace("acme")
        self.alice, self.bob = workspace.person("alice"), workspace.person("bob")
        self.group = self.alice.open_group(self.bob)
        self.moved, self.sent, self.late = moved, 0, 0

    def act(self, event: str) -> None:
        if event == "wait":
            self.moved.pass_seconds(3)
        else:
            getattr(self, event)()

    def send(self) -> None:
        self.sent += 1
        assert self.alice.send(self.group, str(self.sent)).status == 201

    def send_slowly(self) -> None:
        """Take a number now; the message comes with `arrive`, as that of a sender whose network is slow."""
        self.late += 1
        with in_one_thread(), crash_after(4 if self._leased else 5):
            self._post(f"late{self.late}")

    def arrive(self) -> None:
        """The slow senders' messages arrive: their clients have tried again."""
        for number in range(1, self.late + 1):
            assert self._post(f"late{number}").status == 201
        self.late = 0

    @property
    def _leased(self) -> bool:
        return self.sent + self.late > 1

    def _post(self, key: str) -> Any:
        return self.alice.post("/v1/messages", {"conversation_id": self.group, "text": key}, key=key)

    def page(self, who: Person, **query: Any) -> dict[str, Any]:
        answer = who.get(f"/v1/conversations/{self.group}/messages", **query)
        assert answer.status == 200, answer.text
        body: dict[str, Any] = answer.body
        return body

    def everything(self) -> list[str]:
        """All messages, oldest first, once nothing is being written any more."""
        self.arrive()
        self.moved.pass_seconds(6)
        found: list[str] = []
        page = self.page(self.bob, order="asc", limit=100)
        while True:
            found += [one["id"] for one in page["data"]]
            if page["next_cursor"] is None:
                return found
            page = self.page(self.bob, order="asc", limit=100, cursor=page["next_cursor"])


EVENTS = st.lists(st.sampled_from(["send", "send_slowly", "arrive", "wait", "page"]), max_size=14)


@settings(max_examples=20, deadline=None)
@given(before=st.lists(st.sampled_from(["send", "send_slowly"]), max_size=6), events=EVENTS, limit=st.integers(1, 4))
def test_a_forward_reader_sees_every_message_once_and_in_order(
    tables: None, before: list[str], events: list[str], limit: int
) -> None:
    moved = Clock()
    with patch.object(clock, "now_ms", moved):
        feed = Feed(moved)
        for event in before:
            feed.act(event)
        seen: list[dict[str, Any]] = []
        position: dict[str, Any] = {"after_seq": 0}

        def follow() -> bool:
            page = feed.page(feed.bob, limit=limit, order="asc", **position)
            seen.extend(page["data"])
            if page["next_cursor"] is not None:
                position.clear()
                position["cursor"] = page["next_cursor"]
                return bool(page["data"] or page["void_seqs"])
            position.clear()
            position["after_seq"] = max([one["seq"] for one in page["data"]] + page["void_seqs"], default=reached())
            return False

        def reached() -> int:
            return max((one["seq"] for one in seen), default=0)

        for event in events:
            if event == "page":
                follow()
            else:
                feed.act(event)
        feed.arrive()
        moved.pass_seconds(6)
        for _ in range(60):
            if not follow():
                break
        follow()
        assert [one["id"] for one in seen] == feed.everything()
        assert [one["seq"] for one in seen] == sorted(one["seq"] for one in seen)


@settings(max_examples=20, deadline=None)
@given(
    before=st.lists(st.sampled_from(["send", "send_slowly", "wait"]), max_size=10),
    events=EVENTS,
    limit=st.integers(1, 4),
)
def test_a_backward_reader_sees_what_had_been_sent_once_or_knows_what_is_missing(
    tables: None, before: list[str], events: list[str], limit: int
) -> None:
    moved = Clock()
    with patch.object(clock, "now_ms", moved):
        feed = Feed(moved)
        for event in before:
            feed.act(event)
        page = feed.page(feed.bob, limit=limit)
        newest = max([one["seq"] for one in page["data"]] + page["void_seqs"], default=0)
        seen, void = list(page["data"]), list(page["void_seqs"])
        for event in [*events, *["page"] * 30]:
            if event == "page":
                if page["next_cursor"] is None:
                    break
                page = feed.page(feed.bob, limit=limit, cursor=page["next_cursor"])
                seen += page["data"]
                void += page["void_seqs"]
            else:
                feed.act(event)
        assert page["next_cursor"] is None
        seqs = [one["seq"] for one in seen]
        assert seqs == sorted(set(seqs), reverse=True)
        assert not set(seqs) & set(void)
        missing = set(range(1, newest + 1)) - set(seqs) - set(void)
        later = [one for one in feed.everything() if int(one.rsplit("-", 1)[1]) <= newest]
        assert {int(one.rsplit("-", 1)[1]) for one in later} <= set(seqs) | missing
        acknowledged = {one["text"] for one in seen if not one["text"].startswith("late")}
        assert len(acknowledged) == sum(event == "send" for event in before)


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_a_message_that_arrives_while_its_number_is_being_closed_is_not_passed_over(
    tables: None, order: Literal["asc", "desc"]
) -> None:
    """Its writer was silent for 6 s and comes back between the query of a page and the void item for its number."""
    moved = Clock()
    with patch.object(clock, "now_ms", moved):
        feed = Feed(moved)
        for event in ("send", "send", "send_slowly", "send"):
            feed.act(event)
        moved.pass_seconds(6)
        body = SendMessage(conversation_id=feed.group, text="late1")

        def arrive() -> None:
            sending.do_send(feed.alice.caller, body, idempotency_key="late1")

        seen: list[str] = []
        cursor: str | None = None
        with before_call("PutItem", arrive):
            while True:
                page = history.do_list(feed.bob.caller, feed.group, limit=10, order=order, cursor=cursor)
                seen += [one.text for one in page.data]
                cursor = page.next_cursor
                if cursor is None:
                    break
    assert seen == (["1", "2", "late1", "3"] if order == "asc" else ["3", "late1", "2", "1"])

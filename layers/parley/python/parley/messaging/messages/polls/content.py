"""The poll of a message as it is stored and shown: a question, options in the order of their ids, how it is voted on.

Options have the ids `1`, `2`, …: a poll never changes, so its options are stored as a list of texts.
"""

from collections.abc import Mapping
from typing import Any

from parley import clock
from parley.errors import InvalidPoll
from parley.messaging.messages.annotations import Votes
from parley.messaging.messages.polls.schemas import NewPoll, OwnPollResults, Poll, PollOption
from parley.wire import moment

StoredPoll = Mapping[str, Any]
LONGEST_MS = 365 * 24 * 3600 * 1000


def stored_poll(poll: NewPoll | None) -> dict[str, Any] | None:
    """A poll as its message keeps it."""
    if poll is None:
        return None
    return {
        "question": poll.question,
        "options": [option.text for option in poll.options],
        "max_votes": poll.max_votes,
        "anonymous": poll.anonymous,
        "closes_at": None if poll.closes_at is None else clock.from_datetime(poll.closes_at),
    }


def check_closes_later(poll: NewPoll | None) -> None:
    """Refuse a poll that has closed before anybody can vote, or that stays open for years; raises `InvalidPoll`."""
    if poll is None or poll.closes_at is None:
        return
    if not 0 < clock.from_datetime(poll.closes_at) - clock.now_ms() <= LONGEST_MS:
        raise InvalidPoll("A poll closes in the future, within a year")


def apart(words: str, poll: StoredPoll | None) -> tuple[str, dict[str, Any] | None]:
    """The text and the poll in what `items.words_of` has made of them, once moderation has masked parts of it."""
    if poll is None:
        return words, None
    lines = words.rsplit("\n", 1 + len(poll["options"]))
    first = -len(poll["options"]) - 1
    text = "".join(lines[:first])
    return text, {**poll, "question": lines[first], "options": lines[first + 1 :]}


def option_ids(poll: StoredPoll) -> list[str]:
    return [str(number) for number in range(1, len(poll["options"]) + 1)]


def closed_at(poll: StoredPoll, votes: Votes) -> int | None:
    """When the poll was closed, or closed by itself; None while it is open."""
    due = poll["closes_at"]
    moments = [votes.closed_at] if votes.closed_at is not None else []
    if due is not None and due <= clock.now_ms():
        moments.append(due)
    return min(moments, default=None)


def poll_view(poll: StoredPoll | None, results: OwnPollResults | None = None) -> Poll | None:
    if poll is None:
        return None
    return Poll(
        question=poll["question"],
        options=[
            PollOption(id=option_id, text=text)
            for option_id, text in zip(option_ids(poll), poll["options"], strict=True)
        ],
        max_votes=poll["max_votes"],
        anonymous=poll["anonymous"],
        closes_at=moment(poll["closes_at"]),
        results=results,
    )


def results_view(poll: StoredPoll, votes: Votes) -> OwnPollResults:
    return OwnPollResults(
        counts={option_id: votes.counts.get(option_id, 0) for option_id in option_ids(poll)},
        voters=votes.voters,
        closed_at=moment(closed_at(poll, votes)),
        mine=list(votes.mine),
    )

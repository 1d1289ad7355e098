"""The audit after a soak: each acknowledged message once, in order, counted, indexed, delivered or replayable.

It judges what clients see (`Seen`) by what they were told (`History`), and knows nothing of how either came about.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.proof.soak.history import History, Sent


@dataclass
class Seen:
    """What the API shows at the end: by conversation its messages, oldest first; by user what concerns them."""

    messages: dict[str, list[dict[str, Any]]]
    members: dict[str, list[str]]
    unread: dict[tuple[str, str], int] = field(default_factory=dict)
    """By user and conversation, as the list of conversations has it."""
    read_up_to: dict[tuple[str, str], int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    found: dict[str, list[str]] = field(default_factory=dict)
    """By user, the ids of the messages that a search for the soak's word finds."""
    told: dict[str, set[str]] = field(default_factory=dict)
    """By user, the ids of messages that they were told of as created, or found where the replay said to read anew."""
    ended: dict[str, set[str]] = field(default_factory=dict)
    """By user, the ids of messages that they were told of as deleted."""


def audit(history: History, seen: Seen) -> list[str]:
    """Every fault, in words; none where all is well."""
    return [
        *_once(history, seen),
        *_in_order(history, seen),
        *_counted(seen),
        *_indexed(seen),
        *_told(history, seen),
    ]


def _once(history: History, seen: Seen) -> Iterator[str]:
    """An acknowledged message is there once, as it was last acknowledged; of the others none is there twice."""
    shown = {str(each["id"]): each for listed in seen.messages.values() for each in listed}
    ids = Counter(str(each["id"]) for listed in seen.messages.values() for each in listed)
    yield from (f"{each} is listed {times} times" for each, times in ids.items() if times > 1)
    known: dict[str, Sent] = {}
    for sent in history.acknowledged():
        assert sent.id is not None
        if sent.id in known:
            yield f"{sent.id} was given to two sends: {known[sent.id].texts} and {sent.texts}"
        known[sent.id] = sent
        there = shown.get(sent.id)
        if there is None:
            yield f"{sent.id} was acknowledged and is lost: {sent.texts}"
        elif sent.deleted is not None and (there["deleted_at"] is not None) != sent.deleted:
            yield f"{sent.id} is {'deleted' if there['deleted_at'] else 'there'}, against what was acknowledged"
        elif there["deleted_at"] is None and there["text"] not in sent.texts:
            yield f"{sent.id} says {there['text']!r}, not {sent.texts}"
    maybe = Counter(text for sent in history.sent if sent.id is None for text in sent.texts)
    others = Counter(str(each["text"]) for each in shown.values() if each["id"] not in known and not each["deleted_at"])
    for text, times in others.items():
        if times > maybe[text]:
            yield f"{text!r} is there {times} times, and {maybe[text]} sends of it were not acknowledged"


def _in_order(history: History, seen: Seen) -> Iterator[str]:
    """Numbers rise without two alike; what one author sent one after the other stands in that order."""
    numbers: dict[str, int] = {}
    for conversation, listed in seen.messages.items():
        order = [int(each["seq"]) for each in listed]
        if order != sorted(set(order)):
            yield f"the numbers of {conversation} do not rise: {order}"
        numbers |= {str(each["id"]): int(each["seq"]) for each in listed}
    last: dict[tuple[str, str], int] = {}
    for sent in sorted(history.acknowledged(), key=lambda each: each.number):
        number, whose = numbers.get(str(sent.id)), (sent.conversation, sent.author)
        if number is None:
            continue
        if number <= last.get(whose, 0):
            yield f"{sent.id} of {sent.author} stands before what they had sent before it"
        last[whose] = max(number, last.get(whose, 0))


def _counted(seen: Seen) -> Iterator[str]:
    """What is unread is what a recount says, by conversation and in all."""
    for user, total in seen.totals.items():
        recounts = []
        for conversation, listed in seen.messages.items():
            if user not in seen.members[conversation]:
                continue
            upto = seen.read_up_to[user, conversation]
            recount = sum(int(each["seq"]) > upto and each["deleted_at"] is None for each in listed)
            recounts.append(recount)
            counted = seen.unread[user, conversation]
            if counted != recount:
                yield f"{user} has {counted} unread in {conversation}, and a recount says {recount}"
        if total != sum(recounts):
            yield f"{user} has {total} unread in all, and a recount says {sum(recounts)}"


def _indexed(seen: Seen) -> Iterator[str]:
    for user, found in seen.found.items():
        expected = {
            str(each["id"])
            for conversation, listed in seen.messages.items()
            if user in seen.members[conversation]
            for each in listed
            if each["deleted_at"] is None
        }
        twice = [each for each, times in Counter(found).items() if times > 1]
        if twice:
            yield f"{user} finds {len(twice)} messages twice: {twice[:3]}"
        if missing := sorted(expected - set(found)):
            yield f"{user} does not find {len(missing)} messages: {missing[:3]}"
        if beyond := sorted(set(found) - expected):
            yield f"{user} finds {len(beyond)} messages that are not there: {beyond[:3]}"


def _told(history: History, seen: Seen) -> Iterator[str]:
    """A follower was told of it, or the replay tells.

    Of a message that its author has deleted, or may have, the deletion alone may be told (ADR 23).
    """
    for user, told in seen.told.items():
        ended = seen.ended.get(user, set())
        missed = [
            sent
            for sent in history.acknowledged()
            if user in seen.members[sent.conversation]
            and sent.id not in told
            and not (sent.id in ended and sent.deleted is not False)
        ]
        if missed:
            yield f"{user} was never told of {len(missed)} messages: {missed[:3]}"

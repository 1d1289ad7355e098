"""Reading what an export is of, page by page: a position says where to go on, and is all that is remembered.

A position is JSON: the `stage`, which `shard` of it, `after` which of its entries, and a stack of `lines` that have
been begun, the innermost last. A line is a partition (or part of one) that is read to its end: `[kind, partition,
after]`.

| stage of a tenant | what is read |
| --- | --- |
| `tenant` | the tenant, its types of conversations, its user groups, holds and announcements |
| `audit` | the years of its audit log |
| `users` | the directory's sixteen shards: profiles, and the blocks and user groups of each |
| `conversations` | their sixteen shards: conversations with their threads and members |
| `files` | their sixteen shards |

| stage of a user | what is read |
| --- | --- |
| `user` | profile, memberships, groups, blocks, mutes, devices, presence, searches; what they wrote as members |
| `own_files` | files |

What is written while it goes on may be in it or not; what was there before and stays is in it once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from parley import clock
from parley.audit import audit_log
from parley.holds import holds
from parley.jobs import store
from parley.jobs.export_lines import Record, announcement, edits_of, own_records_of, records_of
from parley.messaging import erasing
from parley.permissions.items import types_key
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, required_text, text
from parley.tables.items import COLLECTION_INDEX
from parley.tables.keys import Key
from parley.tables.shards import SHARDS, shard_of

PAGE = 500
FEW = 25
Position = dict[str, Any]
Line = list[Any]
TENANT_STAGES = ("tenant", "audit", "users", "conversations", "files")
USER_STAGES = ("user", "own_files")
OF_THEIR_OWN = frozenset(
    {
        "user", "membership", "block", "thread_follow", "draft", "bookmark", "scheduled_message", "user_mute",
        "user_group_member", "moderation_decision",
    }
)  # fmt: skip
"""What a user's own partition holds that is told to them."""
END = "end"
"""All stages are behind; lines may not be."""


@dataclass(frozen=True, slots=True)
class Scope:
    """All of a tenant, or one of its users."""

    tenant_id: str
    user_id: str | None = None

    @property
    def stages(self) -> tuple[str, ...]:
        return TENANT_STAGES if self.user_id is None else USER_STAGES


@dataclass(slots=True)
class Page:
    """Records, and where to go on: None when all has been read. `units` is what it cost to read, about."""

    records: list[Record] = field(default_factory=list)
    position: Position | None = None
    units: float = 1.0


def beginning(scope: Scope) -> Position:
    return {"stage": scope.stages[0], "shard": 0, "after": None, "lines": []}


def percent(scope: Scope, position: Position | None) -> int:
    """How far a position is, roughly: stages and shards are not of a size."""
    if position is None or position["stage"] == END:
        return 99
    steps = len(scope.stages) * len(SHARDS)
    return 99 * (scope.stages.index(position["stage"]) * len(SHARDS) + int(position["shard"])) // steps


def read(scope: Scope, position: Position) -> Page:
    """The page at a position."""
    lines: list[Line] = [list(line) for line in position["lines"]]
    if not lines:
        return _entries(scope, position)
    kind, *at = lines.pop()
    page = _LINES[kind](scope, at, lines)
    page.position = None if not lines and position["stage"] == END else {**position, "lines": lines}
    return page


def _entries(scope: Scope, position: Position) -> Page:
    """The next entries of a stage: each begins a line, or several."""
    stage, shard = position["stage"], position["shard"]
    if stage == "tenant":
        raw = dynamodb.get(settings().chat_table, Key(keys.tenant(scope.tenant_id), keys.TENANT_SK))
        begun = [
            ["groups", keys.user_groups(scope.tenant_id), None],
            ["holds", keys.holds(scope.tenant_id), None],
            ["announcements", keys.announcements(scope.tenant_id), None],
        ]
        types = dynamodb.get(settings().chat_table, types_key(scope.tenant_id))
        said = [record for each in (raw, types) if each is not None for record in records_of(each)]
        return Page(said, _next_stage(scope, stage, lines=begun))
    if stage == "audit":
        years = audit_log.kept_years(clock.to_datetime(clock.now_ms()))
        begun = [["audit", keys.audit(scope.tenant_id, year), None] for year in years]
        return Page(position=_next_stage(scope, stage, lines=begun))
    if stage == "user":
        user_id = scope.user_id or ""
        own = keys.user(scope.tenant_id, user_id)
        return Page(position=_next_stage(scope, stage, lines=[["own", own, None], ["private", own, None]]))
    partition, prefix = _listing(scope, stage, SHARDS[shard])
    found, more = dynamodb.query(
        settings().chat_table,
        partition,
        index=COLLECTION_INDEX,
        begins_with=prefix,
        limit=FEW,
        after=position["after"],
    )
    records, lines = _begin(scope, stage, found)
    if more is not None:
        following: Position | None = {**position, "after": more}
    elif stage == "own_files" or shard + 1 == len(SHARDS):
        following = _next_stage(scope, stage)
    else:
        following = {**position, "shard": shard + 1, "after": None}
    if lines:
        following = {**(following or {**position, "stage": END}), "lines": lines}
    return Page(records, following, _units(found))


def _next_stage(scope: Scope, stage: str, *, lines: list[Line] | None = None) -> Position | None:
    position = scope.stages.index(stage) + 1
    if position == len(scope.stages):
        return None
    return {"stage": scope.stages[position], "shard": 0, "after": None, "lines": lines or []}


def _listing(scope: Scope, stage: str, shard: str) -> tuple[str, str | None]:
    """The partition of the index that lists a stage's entries, and what their sort keys begin with."""
    if stage == "users":
        return keys.directory(scope.tenant_id, shard), None
    if stage == "conversations":
        return keys.conversations(scope.tenant_id, shard), None
    if stage == "files":
        return keys.files(scope.tenant_id, shard), None
    user_id = scope.user_id or ""
    return keys.files(scope.tenant_id, shard_of(user_id)), keys.files_gsk(user_id, "")


def _begin(scope: Scope, stage: str, found: list[RawItem]) -> tuple[list[Record], list[Line]]:
    if stage == "users":
        return [], [["user", entry["pk"]["S"], None] for entry in found]
    if stage == "conversations":
        ids = [keys.conversation_of(entry["pk"]["S"]) for entry in found]
        return [], [line for each in ids for line in _conversation_lines(scope, each)]
    places = [dynamodb.key_of(entry) for entry in found]
    files = dynamodb.batch_get(settings().chat_table, places) if places else {}
    return [record for at in places if at in files for record in records_of(files[at])], []


def _conversation_lines(scope: Scope, conversation_id: str) -> list[Line]:
    return [
        ["line", keys.conversation(scope.tenant_id, conversation_id), None],
        ["members", keys.members(scope.tenant_id, conversation_id), None],
    ]


def _query(
    table: str, pk: str, after: str | None, *, prefix: str | None = None, limit: int = PAGE
) -> tuple[list[RawItem], str | None]:
    start = None if after is None else dynamodb.key((pk, after))
    found, more = dynamodb.query(table, pk, begins_with=prefix, limit=limit, after=start)
    return found, None if more is None else more["sk"]["S"]


def _user_line(_: Scope, at: Line, lines: list[Line]) -> Page:
    """A user's profile, threads, and who has blocked or muted them: memberships are read with their conversations.

    Not what they have not sent, nor what they keep or send later: that is in an export of their own.
    """
    pk, after = at
    found, more = _query(settings().chat_table, pk, after)
    if more is not None:
        lines.append(["user", pk, more])
    wanted = {"user", "blocked_by", "thread_follow", "muted_by", "user_group_member", "moderation_decision"}
    said = [record for raw in found if text(raw, "entity") in wanted for record in records_of(raw)]
    return Page(said, units=_units(found))


def _conversation_line(_: Scope, at: Line, lines: list[Line]) -> Page:
    """A conversation's partition, or a thread's; threads are read before it goes on."""
    pk, after = at
    found, more = _query(settings().chat_table, pk, after)
    if more is not None:
        lines.append(["line", pk, more])
    lines += [["line", thread, None] for raw in found if (thread := erasing.thread_of(raw)) is not None]
    return Page([record for raw in found for record in records_of(raw)], units=_units(found))


def _members(_: Scope, at: Line, lines: list[Line]) -> Page:
    """Memberships, whole, by the conversation's list of them: it knows members without a profile too."""
    gpk, after = at
    listed, more = dynamodb.query(settings().chat_table, gpk, index=COLLECTION_INDEX, limit=100, after=after)
    if more is not None:
        lines.append(["members", gpk, more])
    places = [dynamodb.key_of(entry) for entry in listed]
    found = dynamodb.batch_get(settings().chat_table, places) if places else {}
    said = [record for at_ in places if at_ in found for record in records_of(found[at_])]
    return Page(said, units=_units(list(found.values())) + len(places) / 2)


def _own(scope: Scope, at: Line, lines: list[Line]) -> Page:
    """A user's own partition. Each conversation that they are or were in begins a line, so few are read at once."""
    pk, after = at
    found, more = _query(settings().chat_table, pk, after, limit=FEW)
    if more is not None:
        lines.append(["own", pk, more])
    wanted = OF_THEIR_OWN
    said = [record for raw in found if text(raw, "entity") in wanted for record in records_of(raw)]
    current = [required_text(raw, "conversation_id") for raw in found if text(raw, "entity") == "membership"]
    former = [keys.former_membership_of(raw["sk"]["S"]) for raw in found if text(raw, "entity") == "former_membership"]
    back = _are_members(pk, former)
    lines += [
        ["written", keys.conversation(scope.tenant_id, conversation_id), None]
        for conversation_id in (*current, *(each for each in former if each not in back))
    ]
    return Page(said, units=_units(found) + len(former) / 2)


def _are_members(pk: str, conversation_ids: list[str]) -> set[str]:
    """Those of these conversations that the user has come back to: they are read as such."""
    places = {Key(pk, keys.membership_sk(each)): each for each in conversation_ids}
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True) if places else {}
    return {places[at] for at in found}


def _written(scope: Scope, at: Line, lines: list[Line]) -> Page:
    """What a user wrote in a conversation or a thread; what a message said before is read right after it."""
    pk, after = at
    user_id = scope.user_id or ""
    found, more = _query(settings().chat_table, pk, after)
    if more is not None:
        lines.append(["written", pk, more])
    page = Page([record for raw in found for record in own_records_of(raw, user_id)], units=_units(found))
    for raw in found:
        if (thread := erasing.thread_of(raw)) is not None:
            lines.append(["written", thread, None])
        if (edits := edits_of(raw, user_id)) is not None:
            kept, _ = _query(settings().chat_table, edits[0], None, prefix=edits[1])
            page.records += [record for edit in kept for record in records_of(edit)]
            page.units += _units(kept)
    return page


def _private(_: Scope, at: Line, lines: list[Line]) -> Page:
    """What `control` holds of a user: devices, presence, recent searches."""
    pk, after = at
    found, more = _query(settings().control_table, pk, after)
    if more is not None:
        lines.append(["private", pk, more])
    wanted = {"push_user", "online", "recent_searches"}
    said = [record for raw in found if text(raw, "entity") in wanted for record in records_of(raw)]
    return Page(said, units=_units(found))


def _groups(scope: Scope, at: Line, lines: list[Line]) -> Page:
    """The tenant's user groups; who is in them is read with the users."""
    pk, after = at
    start = None if after is None else dynamodb.key((pk, after))
    found, more = dynamodb.query(settings().chat_table, keys.user_groups(scope.tenant_id), limit=PAGE, after=start)
    if more is not None:
        lines.append(["groups", pk, more["sk"]["S"]])
    return Page([record for raw in found for record in records_of(raw)], units=_units(found))


def _holds(scope: Scope, _: Line, __: list[Line]) -> Page:
    """The tenant's holds, which are few."""
    found = holds.all_of(scope.tenant_id)
    return Page([record for each in found for record in records_of(each.serialize())], units=1 + len(found) / 8)


def _announcements(scope: Scope, at: Line, lines: list[Line]) -> Page:
    """The tenant's announcements of the last time: each is a job."""
    pk, after = at
    found, more = dynamodb.query(
        settings().control_table,
        keys.announcements(scope.tenant_id),
        begins_with=keys.ANNOUNCEMENT_PREFIX,
        limit=FEW,
        after=None if after is None else dynamodb.key((pk, after)),
    )
    if more is not None:
        lines.append(["announcements", pk, more["sk"]["S"]])
    jobs = store.load_all(scope.tenant_id, [keys.announcement_of(raw["sk"]["S"]) for raw in found])
    return Page([announcement(job) for job in jobs], units=1 + len(jobs))


def _audit(_: Scope, at: Line, lines: list[Line]) -> Page:
    """A year of the audit log."""
    pk, after = at
    start = None if after is None else dynamodb.key((pk, after))
    found, more = dynamodb.query(settings().audit_table, pk, limit=PAGE, after=start)
    if more is not None:
        lines.append(["audit", pk, more["sk"]["S"]])
    return Page([record for raw in found for record in records_of(raw)], units=_units(found))


_LINES: dict[str, Callable[[Scope, Line, list[Line]], Page]] = {
    "audit": _audit,
    "groups": _groups,
    "holds": _holds,
    "announcements": _announcements,
    "user": _user_line,
    "line": _conversation_line,
    "members": _members,
    "own": _own,
    "written": _written,
    "private": _private,
}


def _units(found: list[RawItem]) -> float:
    """About what reading these cost, eventually consistent: half a unit for 4 KiB."""
    return 0.5 + sum(_size(raw) for raw in found) / 8192


def _size(raw: RawItem) -> int:
    return sum(len(name) + len(str(next(iter(value.values())))) for name, value in raw.items())

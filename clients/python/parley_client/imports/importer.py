"""Makes what a checked file says, through the public API with a server token, which acts for each user in turn.

Conversations go beside each other and what is said in one goes in the file's order. Every key follows from the ids in
the file, so whatever is asked for twice is made once, with or without the state of an earlier run.
"""

import hashlib
import mimetypes
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from parley_client.client import Client
from parley_client.errors import NotFound, RateLimited, Refused, Unauthenticated, Unavailable, Unreachable
from parley_client.imports.fields import IMPORTED
from parley_client.imports.form import Checked, Record, file_of
from parley_client.imports.lanes import spread
from parley_client.imports.state import OtherPlace, State
from parley_client.repeating import LONGEST_RETRY_AFTER_SECONDS, pause
from parley_client.uploads import Uploader
from parley_client.uploads.source import Source
from parley_client.uploads.uploader import Started, UploadFailed

WORKERS = 8
MEMBERS_AT_ONCE = 100
_ENDS_IT = (Unauthenticated, Unavailable, Unreachable, RateLimited)
"""What the next record would meet too."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that Parley refused, or that hangs on one."""

    line: int
    type: str
    detail: str


@dataclass
class Report:
    """What came of an import: by type, what was made now and what was there; and what was refused."""

    made: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)


class _HangsOn(Exception):
    """What the record names was refused."""


class Importer:
    """Imports a checked file. `source` names where its ids are from; two sources may use the same ids.

    `progress` is told the type of each record that is done. Raises what ends it: a refused token, a server that does
    not answer, a budget of a day that is spent. The state stays, and another run goes on.
    """

    def __init__(
        self,
        parley: Client,
        state: State,
        *,
        source: str,
        workers: int = WORKERS,
        progress: Callable[[str], None] = lambda _type: None,
    ) -> None:
        self._parley, self._state, self._source = parley, state, source
        self._workers, self.progress = workers, progress
        self._lock = threading.Lock()
        self._report = Report()

    def run(self, checked: Checked) -> Report:
        """Make what is not made yet."""
        if checked.problems:
            raise ValueError("a file with problems is not imported")
        self._report = Report()
        self._check_place(checked)
        phases: tuple[tuple[tuple[str, ...], Callable[[Record], str]], ...] = (
            (("user",), lambda record: str(record.said["user_id"])),
            (("conversation",), lambda record: str(record.said["conversation_id"])),
            (("membership",), lambda record: str(record.said["conversation_id"])),
            (("message", "reaction"), lambda record: checked.conversation_of[record.said["message_id"]]),
        )
        for types, lane in phases:
            spread(checked.records(*types), lane, lambda record: self._take(checked, record), workers=self._workers)
        self._report.failures.sort(key=lambda failure: failure.line)
        return self._report

    def _check_place(self, checked: Checked) -> None:
        """Raises `OtherPlace` where Parley does not have what the state says: it was another tenant, or is gone."""
        known = self._state.first("conversation")
        if known is None or known[0] not in checked.conversations:
            return
        name, made = known
        try:
            self._acting(checked.conversations[name].created_by).get_conversation(made)
        except NotFound:
            said = f"Parley does not have the conversations of {self._state.path}: remove it to begin anew"
            raise OtherPlace(said) from None

    def _take(self, checked: Checked, record: Record) -> None:
        name = _name(record)
        if self._state.get(record.type, name) is not None:
            self._count(self._report.known, record)
            return
        try:
            made = self._make(checked, record)
        except _ENDS_IT:
            raise
        except (Refused, UploadFailed, _HangsOn) as failure:
            with self._lock:
                self._report.failures.append(Failure(record.line, record.type, _why(failure)))
            self.progress(record.type)
            return
        self._state.put(record.type, name, made)
        self._count(self._report.made, record)

    def _count(self, counter: Counter[str], record: Record) -> None:
        with self._lock:
            counter[record.type] += 1
        self.progress(record.type)

    def _make(self, checked: Checked, record: Record) -> str:
        said = dict(record.said)
        match record.type:
            case "user":
                return wait_out(lambda: self._parley.put_user(**_body(said)))["id"]
            case "conversation":
                return self._conversation(said)
            case "membership":
                return self._membership(said, checked.conversations[said["conversation_id"]].created_by)
            case "message":
                return self._message(checked, said)
        target = self._known("message", said["message_id"])
        reacting = self._acting(said["user_id"])
        key = self._key("reaction", _name(record))
        wait_out(lambda: reacting.add_reaction(target, reaction=said["reaction"], idempotency_key=key))
        return target

    def _conversation(self, said: dict[str, Any]) -> str:
        owner = self._acting(said["created_by"])
        name = said["conversation_id"]
        others = [each for each in dict.fromkeys(said.get("members", ())) if each != said["created_by"]]
        body: dict[str, Any] = {each: said[each] for each in ("name", "avatar_url", "history") if each in said}
        body |= {
            "type": said["conversation_type"],
            "members": others[:MEMBERS_AT_ONCE],
            "custom": _imported(said, name),
        }
        key = self._key("conversation", name)
        made: str = wait_out(lambda: owner.create_conversation(**body, idempotency_key=key))["id"]
        for first in range(MEMBERS_AT_ONCE, len(others), MEMBERS_AT_ONCE):
            self._add(owner, made, others[first : first + MEMBERS_AT_ONCE], self._key("members", f"{name} {first}"))
        return made

    def _membership(self, said: dict[str, Any], owner_id: str) -> str:
        place, user_id = self._known("conversation", said["conversation_id"]), said["user_id"]
        owner, role = self._acting(owner_id), said.get("role", "member")
        if user_id != owner_id:
            self._add(owner, place, [user_id], self._key("membership", f"{said['conversation_id']} {user_id}"))
        if user_id != owner_id and role != "member":
            wait_out(lambda: owner.change_role(place, user_id, role=role))
        return place

    @staticmethod
    def _add(owner: Client, place: str, user_ids: list[str], key: str) -> None:
        wait_out(lambda: owner.add_members(place, user_ids=user_ids, idempotency_key=key))

    def _message(self, checked: Checked, said: dict[str, Any]) -> str:
        name, author = said["message_id"], self._acting(said["author_id"])
        place = self._known("conversation", said["conversation_id"])
        body: dict[str, Any] = {
            each: said[each] for each in ("text", "mentions", "show_in_conversation") if each in said
        }
        body |= {"conversation_id": place, "custom": _imported(said, name)}
        if "parent_id" in said:
            body["parent_id"] = self._known("message", said["parent_id"])
        if files := said.get("attachments"):
            uploads = enumerate(files)
            body["attachments"] = [self._upload(checked, author, place, f"{name} {at}", file) for at, file in uploads]
        return str(wait_out(lambda: author.send_message(**body, idempotency_key=self._key("message", name)))["id"])

    def _upload(self, checked: Checked, author: Client, place: str, name: str, file: str) -> str:
        """The media's id. A run that was interrupted goes on with the parts that have not arrived."""
        known = self._state.get("file", name)
        if known is not None:
            return known
        path = file_of(checked.path, file)
        if path is None:
            raise _HangsOn(f"the file {file} is gone")
        source = Source.of(path)
        sha256 = source.sha256()
        answer = wait_out(
            lambda: author.start_upload(
                filename=path.name,
                content_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
                size=source.size,
                sha256=sha256,
                conversation_id=place,
                part_checksums=True,
                idempotency_key=self._key("file", name),
            )
        )
        started = Started(str(answer["upload_id"]), source.size, source.modified_ns, sha256)
        made = Uploader(author, workers=2).resume(started, path)
        self._state.put("file", name, made)
        return made

    def _known(self, kind: str, name: str) -> str:
        made = self._state.get(kind, name)
        if made is None:
            raise _HangsOn(f"the {kind} {name} was refused")
        return made

    def _acting(self, user_id: str) -> Client:
        return self._parley.acting_as(user_id)

    def _key(self, kind: str, name: str) -> str:
        digest = hashlib.sha256(f"{self._source}\0{kind}\0{name}".encode()).hexdigest()
        return f"import-{digest[:40]}"


def _name(record: Record) -> str:
    """What the state calls a record."""
    said = record.said
    match record.type:
        case "membership":
            return f"{said['conversation_id']} {said['user_id']}"
        case "reaction":
            return f"{said['message_id']} {said['user_id']} {said['reaction']}"
    return str(said[f"{record.type}_id"])


def _body(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != "type"}


def _imported(said: dict[str, Any], name: str) -> dict[str, Any]:
    """The record's own data, and what it was: Parley says itself when a message is sent."""
    was = {"id": name} | ({"created_at": said["created_at"]} if "created_at" in said else {})
    return {**said.get("custom", {}), IMPORTED: was}


def wait_out(ask: Callable[[], Answer]) -> Answer:
    """The answer, however often a rate limit asks to wait; a budget of a day is told instead."""
    number = 0
    while True:
        try:
            return ask()
        except RateLimited as limited:
            wait = limited.retry_after or 1.0
            if not limited.retryable or wait > LONGEST_RETRY_AFTER_SECONDS:
                raise
            time.sleep(wait + pause(number))
            number = min(number + 1, 5)


def _why(failure: Exception) -> str:
    if not isinstance(failure, Refused):
        return str(failure)
    wrong = "; ".join(str(each) for each in failure.document.get("errors") or [])
    detail = failure.document.get("detail") or failure.document.get("title") or f"status {failure.status}"
    return f"{detail} ({failure.code})" + (f": {wrong}" if wrong else "")

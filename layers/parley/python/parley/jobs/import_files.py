"""Files of an import: fetched from where its messages say that they are, each checked as an upload and made once.

They come before the conversations, so that a message is written with what the checks have found. A file's id follows
from its message and place: a run that died fetches again what it had not stored. What cannot be had is told in the
report, and its message says what it had; nothing waits for a server that does not answer.
"""

import mimetypes
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from parley import clock
from parley.errors import ParleyError
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.jobs import import_lines, import_store, store
from parley.jobs.import_items import conversation_id_of
from parley.jobs.import_lines import ConversationLine, FileOfLine, MessageLine
from parley.jobs.import_messages import Numbered, file_ids, name_of
from parley.jobs.store import StoredJob
from parley.media import lifecycle, references, tombstones
from parley.media.attachments import Files
from parley.media.items import MediaItem, media_key
from parley.media.media_types import allowed_type
from parley.media.schemas import StartUpload
from parley.media.summaries import summary
from parley.media.uploads import storing
from parley.messaging.access import meta_key
from parley.outbound import documents
from parley.outbound.documents import NotFetched
from parley.settings import settings
from parley.tables import dynamodb

AT_ONCE = 4
STEP_SECONDS = 10.0
"""After so long no further files are begun in a step."""
FETCH_SECONDS = 12.0
"""Of one attempt, with its redirects; there are two where the first may only have had bad luck."""
LARGEST_FILE = 32 * 1024 * 1024
"""So many bytes of `AT_ONCE` files are in memory, beside a conversation."""
MOST_PROBLEMS = 100
CARRIED = frozenset({"ready", "processing"})
"""What a file may be to be in a message: one whose check takes long is shown as it is once that has ended."""
SETTLE_MS = 60_000
"""How long the checks of the last files are waited for."""
USER_AGENT = "Parley-Import/1"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file that a message names."""

    media_id: str
    message: MessageLine
    file: FileOfLine


def fetch(job: StoredJob, server: Caller) -> StoredJob:
    """Fetch the next files: a few seconds' work."""
    until = time.monotonic() + STEP_SECONDS
    wanted: list[_Wanted] = []
    for each, state in _files(job):
        job = job.at("files", **state)
        wanted += [] if each is None else [each]
        if len(wanted) == AT_ONCE:
            job, wanted = _fetch_all(job, server, wanted), []
            if time.monotonic() >= until:
                return store.save(job)
    job = _fetch_all(job, server, wanted)
    settles = clock.now_ms() + SETTLE_MS if job.done.get("files") else 0
    return store.save(replace(job.at("conversations", offset=job.state["begins_at"], window=0), not_before=settles))


def _files(job: StoredJob) -> Iterator[tuple[_Wanted | None, dict[str, Any]]]:
    """The files that are to be fetched, each with what the job's state is once it has been.

    That is where the next one is: a byte of the file, and a place in that line's message. A conversation that is there
    already is left as it is, so its files are passed over.
    """
    start, place, passing = job.state["offset"], job.state.get("place", 0), job.state.get("passing")
    begins = start
    for _, raw, end in import_lines.split(import_store.read(job, start)):
        if b"conversation_type" in raw or b"attachments" in raw:
            line = import_lines.read_line(raw)
            if isinstance(line, ConversationLine):
                passing = line.conversation_id if _is_there(job, line) else None
                yield None, {"offset": start + end, "place": 0, "passing": passing}
            elif isinstance(line, MessageLine) and line.deleted_at is None and line.conversation_id != passing:
                ids = file_ids(job.tenant_id, job.state["source"], line)
                for at in range(place, len(ids)):
                    is_last = at == len(ids) - 1
                    yield (
                        _Wanted(ids[at], line, line.attachments[at]),
                        {
                            "offset": start + end if is_last else begins,
                            "place": 0 if is_last else at + 1,
                            "passing": passing,
                        },
                    )
        begins, place = start + end, 0


def _is_there(job: StoredJob, line: ConversationLine) -> bool:
    """Whether a conversation has been opened. 1 RRU."""
    conversation_id = conversation_id_of(job.tenant_id, job.state["source"], line, line.members)
    raw = dynamodb.get(settings().chat_table, meta_key(job.tenant_id, conversation_id), consistent=True)
    return raw is not None and "importing" not in raw


def _fetch_all(job: StoredJob, server: Caller, wanted: Sequence[_Wanted]) -> StoredJob:
    """The job with these files fetched at once, and what came of them told."""
    dynamodb.client()  # made here, since two threads must not make it at once
    with ThreadPoolExecutor(AT_ONCE) as pool:
        failures = list(pool.map(lambda each: _fetch(server, each), wanted))
    for each, why in zip(wanted, failures, strict=True):
        job = job.counting(files=1) if why is None else _told(job, each.message, each.file, why)
    return job


def _told(job: StoredJob, message: MessageLine, file: FileOfLine, why: str) -> StoredJob:
    """The job whose report counts a file that is not there, and says why, unless it has said so of too many."""
    job = job.counting(files_failed=1)
    problems = job.state.get("file_problems", [])
    if len(problems) >= MOST_PROBLEMS:
        return job
    return job.at(job.step, file_problems=[*problems, [message.message_id, name_of(file), why]])


def _fetch(server: Caller, wanted: _Wanted) -> str | None:
    """Why a file cannot be had; None where it has been stored."""
    caller = replace(server, user_id=wanted.message.author)
    item = lifecycle.load(caller.tenant_id, wanted.media_id)
    if item is not None and item.status != "uploading":
        return None
    try:
        document = _document(wanted.file.url)
        if not document.body:
            return "empty"
        name = name_of(wanted.file)
        kinds = (wanted.file.content_type, document.kind, mimetypes.guess_type(name)[0], "")
        accepted = caller.tenant.settings.media_types
        kind = next((each for each in kinds if each is not None and allowed_type(each, accepted)), kinds[0] or "")
        try:
            body = StartUpload(filename=name, content_type=kind, size=len(document.body))
        except ValidationError:
            body = StartUpload(filename="file", content_type="", size=len(document.body))
        storing.store(caller, body, document.body, media_id=wanted.media_id)
    except NotFetched as failed:
        return str(failed)
    except ParleyError as refused:
        if refused.status >= 500:  # noqa: PLR2004 - Parley's own trouble, which passes
            raise
        return refused.code
    return None


def _document(url: str) -> documents.Document:
    """The document at an address, at the second attempt where the first may only have had bad luck."""
    try:
        return documents.fetch(url, seconds=FETCH_SECONDS, most_bytes=LARGEST_FILE, user_agent=USER_AGENT)
    except NotFetched as failed:
        if not failed.passing:
            raise
    return documents.fetch(url, seconds=FETCH_SECONDS, most_bytes=LARGEST_FILE, user_agent=USER_AGENT)


@dataclass(frozen=True, slots=True)
class Carried:
    """What messages of a window carry: the files that are there, in short, and the job with those told that are not."""

    job: StoredJob
    files: Files


def carried(job: StoredJob, messages: Sequence[Numbered]) -> Carried:
    """The files of these messages as they are at this moment; 1 RRU each. One that was rejected is told of."""
    named = {media_id: (message, place) for message in messages for place, media_id in enumerate(message.file_ids)}
    places = {media_key(job.tenant_id, media_id): media_id for media_id in named}
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True) if places else {}
    items = {places[at]: item for at, raw in found.items() if (item := MediaItem.read(raw)) is not None}
    for media_id, (message, place) in named.items():
        item = items.get(media_id)
        if item is not None and item.status not in CARRIED:
            job = _told(job, message.line, message.line.attachments[place], item.reason or item.status)
    return Carried(job, {each: summary(item) for each, item in items.items() if item.status in CARRIED})


def attach(tenant_id: str, messages: Sequence[Numbered], files: Files) -> None:
    """Note which messages carry which files, once they are written: nobody reads them yet. 2 WRU each.

    Before them, the sweeper might find a file that no message has. One that is gone since is shown as gone.
    """
    pairs = [(media_id, message) for message in messages for media_id in message.file_ids if media_id in files]

    def note(pair: tuple[str, Numbered]) -> None:
        media_id, message = pair
        if not references.add(tenant_id, media_id, str(message.address)):
            _show_gone(tenant_id, media_id, message.address)

    dynamodb.map_parallel(note, pairs)


def _show_gone(tenant_id: str, media_id: str, address: MessageAddress) -> None:
    item = lifecycle.load(tenant_id, media_id)
    outcome = "rejected" if item is not None and item.status == "rejected" else "deleted"
    for message in references.messages(tenant_id, [address]).values():
        tombstones.mark(message, media_id, {"status": outcome})

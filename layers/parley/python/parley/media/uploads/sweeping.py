"""The sweeper: brings to an end what nobody else will. It looks at each due file, and its state says what to do.

| state | what happens |
| --- | --- |
| `uploading`, expired | `expired`: parts freed, quota released |
| `processing` for long | the check is queued again, a few times; then `rejected` |
| `ready`, was attached | its messages say what was found; `deleted` where none has it any more |
| ended | what is left in S3 is removed; messages that carry it show that it is gone |
"""

from dataclasses import dataclass

from parley import clock
from parley.media import deadlines, lifecycle, references, storage, summaries, tombstones
from parley.media.checking import check_queue
from parley.media.items import MediaItem

MAX_ATTEMPTS = 5
BATCH = 500
SUMMARIES_MS = 24 * 3600 * 1000
"""How long after its check messages of a file are looked at for what they say of it: an outage of the sweeper."""
SHOWN_AT_ONCE = 5
"""How many hundreds of a file's messages are changed in one look."""
_ENDED = frozenset({"aborted", "expired", "rejected", "deleted"})


@dataclass(slots=True)
class Swept:
    """How many files were brought how far."""

    expired: int = 0
    requeued: int = 0
    given_up: int = 0
    released: int = 0
    purged: int = 0


def sweep() -> Swept:
    """Handle up to `BATCH` due entries. One that fails stays due, and does not keep the others from their turn."""
    swept = Swept()
    failure: Exception | None = None
    for entry in deadlines.passed_deadlines(BATCH):
        try:
            item = lifecycle.load(entry.tenant_id, entry.media_id)
            if item is not None:
                _look_at(item, swept)
            deadlines.done(entry)
        except Exception as error:  # noqa: BLE001 - raised below, after all others have had their turn
            failure = error
    if failure is not None:
        raise failure
    return swept


def _look_at(item: MediaItem, swept: Swept) -> None:
    now = clock.now_ms()
    if item.status == "uploading" and now >= int(item.upload_expires_at):
        if lifecycle.end(item, "expired"):
            lifecycle.purge(item)
            swept.expired += 1
    elif item.status == "processing" and now >= int(item.completed_at) + lifecycle.STUCK_AFTER_MS:
        _check_again(item, now, swept)
    elif item.status == "ready" and int(item.attach_token) > 0:
        _release_unused(item, now, swept)
    elif item.status in _ENDED:
        lifecycle.purge(item)
        swept.purged += 1
        if item.attach_token:
            _show_gone(item, now)


def _release_unused(item: MediaItem, now: clock.Milliseconds, swept: Swept) -> None:
    """Delete a file that was attached, and that no message has any more."""
    if item.checked_at is not None and now - int(item.checked_at) < SUMMARIES_MS:
        summaries.show(item, summaries.AT_MOST)
    use = references.use_of(item)
    if use == "pending":
        deadlines.schedule(item.tenant_id, item.media_id, now + references.SETTLED_AFTER_MS)
    elif use == "none" and lifecycle.end(item, "deleted", unattached=True):
        lifecycle.purge(item)
        swept.released += 1


def _show_gone(item: MediaItem, now: clock.Milliseconds) -> None:
    """Show the file as gone in messages, a number of them a time; a message that is being written is waited for."""
    for _ in range(SHOWN_AT_ONCE):
        if tombstones.show(item, "rejected" if item.status == "rejected" else "deleted"):
            return
    deadlines.schedule(item.tenant_id, item.media_id, now + references.SETTLED_AFTER_MS)


def _check_again(item: MediaItem, now: clock.Milliseconds, swept: Swept) -> None:
    attempts = lifecycle.count_attempt(item)
    if attempts is None:
        return
    if attempts > MAX_ATTEMPTS:
        if lifecycle.end(item, "rejected", reason="processing_failed"):
            lifecycle.purge(item)
            swept.given_up += 1
        return
    deadlines.schedule(item.tenant_id, item.media_id, now + lifecycle.STUCK_AFTER_MS * 2**attempts)
    check_queue.send(storage.quarantine_key(item.tenant_id, item.media_id))
    swept.requeued += 1

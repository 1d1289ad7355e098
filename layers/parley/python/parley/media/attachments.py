"""Files in messages: what messaging asks of media. Light enough for the function that sends messages.

| when | what it costs, for each attachment |
| --- | --- |
| before a message gets its number: `check_attachable` | 0.5 to 1 RRU, in one BatchGet for all |
| before the message is written: `attach` | 2 WRU |
| before an edit that adds it: both | the same |
| when a message is deleted for good: `release` | 2 WRU |

Without attachments nothing is read or written.
"""

from collections.abc import Sequence

from parley import clock, ids
from parley.errors import AttachmentNotFound, AttachmentNotReady, AttachmentRejected
from parley.identity.caller import Caller
from parley.media import deadlines, references
from parley.media.items import MediaItem, media_key
from parley.media.summaries import Summary, summary
from parley.settings import settings
from parley.tables import dynamodb

Files = dict[str, Summary]
"""The attachments of a message by media id, in order."""


def check_attachable(caller: Caller, media_ids: Sequence[str]) -> Files:
    """The files, if they are the caller's and ready; in order, each once.

    Raises `AttachmentNotFound`, `AttachmentRejected` and, unless the tenant lets files be sent that are still being
    checked, `AttachmentNotReady`.
    """
    own = check_own(caller, media_ids)
    wanted = list(own)
    rejected = [media_id for media_id in wanted if own[media_id].status == "rejected"]
    if rejected:
        raise AttachmentRejected(media_ids=rejected)
    admitted = _admitted(caller)
    pending = [media_id for media_id in wanted if own[media_id].status not in admitted]
    if pending:
        raise AttachmentNotReady(retry_after=2, media_ids=pending)
    return {media_id: summary(own[media_id]) for media_id in wanted}


def check_own(caller: Caller, media_ids: Sequence[str]) -> dict[str, MediaItem]:
    """The files, in order, each once, if they are the caller's, whatever their checks say; 1 RRU each.

    Raises `AttachmentNotFound`.
    """
    wanted = list(dict.fromkeys(media_ids))
    if not wanted:
        return {}
    found = dynamodb.batch_get(
        settings().chat_table,
        [media_key(caller.tenant_id, media_id) for media_id in wanted if ids.is_well_formed(media_id)],
        consistent=True,
    )
    items = {item.media_id: item for raw in found.values() if (item := MediaItem.read(raw)) is not None}
    own = {media_id: item for media_id, item in items.items() if item.owner_id == caller.user_id}
    absent = [each for each in wanted if each not in own or own[each].status in {"aborted", "expired", "deleted"}]
    if absent:
        raise AttachmentNotFound(media_ids=absent)
    return {media_id: own[media_id] for media_id in wanted}


def still_there(caller: Caller, media_ids: Sequence[str]) -> Files:
    """Those of a message's files that another message may carry, whosever they are; in order. 1 RRU each.

    A file that is still being checked may where the tenant lets such be sent.
    """
    places = {media_key(caller.tenant_id, media_id): media_id for media_id in media_ids}
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True) if places else {}
    items = {item.media_id: item for raw in found.values() if (item := MediaItem.read(raw)) is not None}
    admitted = _admitted(caller)
    return {each: summary(items[each]) for each in media_ids if each in items and items[each].status in admitted}


def _admitted(caller: Caller) -> set[str]:
    """What a file may be to be carried."""
    return {"ready", "processing"} if caller.tenant.settings.attach_before_ready else {"ready"}


def attach(caller: Caller, media_ids: Sequence[str], message_id: str) -> None:
    """Note that a message is about to carry these files: who reads it may then fetch them. Repeating it is fine.

    Called before the message is written, so that none shows a file that its readers cannot fetch; what a crash in
    between leaves is no access, and the sweeper passes over it. Raises `AttachmentNotFound` when one has been deleted
    since it was checked.
    """
    added = dynamodb.map_parallel(
        lambda media_id: references.add(caller.tenant_id, media_id, message_id), list(dict.fromkeys(media_ids))
    )
    absent = [media_id for media_id, there in zip(dict.fromkeys(media_ids), added, strict=True) if not there]
    if absent:
        raise AttachmentNotFound(media_ids=absent)


def release(tenant_id: str, media_ids: Sequence[str], message_id: str) -> None:
    """A message is gone for good: files that no other message has go too, by the sweeper, within minutes.

    Repeating it is fine.
    """
    now = clock.now_ms()
    for media_id in dict.fromkeys(media_ids):
        deadlines.schedule(tenant_id, media_id, now + 1000)
        references.remove(tenant_id, media_id, message_id)

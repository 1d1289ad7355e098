"""Access to files: its uploader, and the present members of the conversations where a message carries it.

A message that is deleted, or edited so that it no longer carries the file, shows it to nobody. A file that is not
ready is there for its uploader alone. For everybody else, as for another tenant, it is as one that does not exist.
"""

from collections.abc import Sequence

from parley import ids
from parley.errors import MediaNotFound, MediaNotReady, MediaRejected
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.media import references
from parley.media.items import MediaItem
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys
from parley.tables.keys import Key

_GONE = frozenset({"aborted", "expired", "deleted"})


def access_media(caller: Caller, media_id: str) -> MediaItem:
    """The file, if the caller may see it: a Query and, for others than the uploader, memberships and then messages.

    Raises `MediaNotFound`.
    """
    if not ids.is_well_formed(media_id):
        raise MediaNotFound
    for item, addresses in references.with_references(caller.tenant_id, media_id):
        if item is None or item.status in _GONE:
            raise MediaNotFound
        if item.owner_id == caller.user_id:
            return item
        if item.status != "ready":
            raise MediaNotFound
        if references.shows(caller.tenant_id, media_id, _readable(caller, addresses)):
            return item
    raise MediaNotFound


def access_many(caller: Caller, media_ids: Sequence[str]) -> dict[str, MediaItem]:
    """Those of these files that the caller may see: as `access_media`, with what they have in common read once.

    A Query for each; for those of others one BatchGet of memberships and one of messages, a hundred a call.
    """
    wanted = [media_id for media_id in dict.fromkeys(media_ids) if ids.is_well_formed(media_id)]
    firsts = dynamodb.map_parallel(
        lambda media_id: next(references.with_references(caller.tenant_id, media_id)), wanted
    )
    found: dict[str, MediaItem] = {}
    undecided: dict[str, tuple[MediaItem, list[MessageAddress]]] = {}
    for media_id, (item, addresses) in zip(wanted, firsts, strict=True):
        if item is None or item.status in _GONE:
            continue
        if item.owner_id == caller.user_id:
            found[media_id] = item
        elif item.status == "ready":
            undecided[media_id] = (item, addresses)
    looked_at = [each for _, addresses in undecided.values() for each in addresses[: references.MESSAGES_AT_ONCE]]
    messages = references.messages(caller.tenant_id, _readable(caller, looked_at))
    more = []
    for media_id, (item, addresses) in undecided.items():
        shown_by = (messages.get(each) for each in addresses[: references.MESSAGES_AT_ONCE])
        if any(message is not None and references.is_shown(message, media_id) for message in shown_by):
            found[media_id] = item
        elif len(addresses) > references.MESSAGES_AT_ONCE:
            more.append(media_id)
    later = dynamodb.map_parallel(lambda media_id: _access_or_none(caller, media_id), more)
    return found | {item.media_id: item for item in later if item is not None}


def _access_or_none(caller: Caller, media_id: str) -> MediaItem | None:
    try:
        return access_media(caller, media_id)
    except MediaNotFound:
        return None


def access_own_media(caller: Caller, media_id: str) -> MediaItem:
    """The file, for its uploader or the tenant's own back end. Raises `MediaNotFound`."""
    if not ids.is_well_formed(media_id):
        raise MediaNotFound
    for item, _ in references.with_references(caller.tenant_id, media_id):
        if item is None or item.status in _GONE or not (caller.is_server or item.owner_id == caller.user_id):
            raise MediaNotFound
        return item
    raise MediaNotFound


def check_ready(item: MediaItem) -> None:
    """Raises `MediaNotReady`, `MediaRejected`."""
    if item.status == "rejected":
        raise MediaRejected(reason=item.reason)
    if item.status != "ready":
        raise MediaNotReady(retry_after=2)


def _readable(caller: Caller, addresses: list[MessageAddress]) -> list[MessageAddress]:
    """Those of these messages whose conversations the caller is a member of, and sees history of that far back.

    A reply is seen with what it hangs on, or where it is shown in the conversation: 1 RRU for each that is looked up.
    """
    members = {
        address.conversation_id: Key(
            keys.user(caller.tenant_id, caller.user_id), keys.membership_sk(address.conversation_id)
        )
        for address in addresses
    }
    if not members:
        return []
    metas = {name: Key(keys.conversation(caller.tenant_id, name), keys.META_SK) for name in members}
    found = dynamodb.batch_get(settings().chat_table, [*members.values(), *metas.values()], consistent=True)
    readable = []
    replies: dict[MessageAddress, int] = {}
    for address in addresses:
        membership = found.get(members[address.conversation_id])
        if membership is None:
            continue
        truncated = attributes.number(found.get(metas[address.conversation_id], {}), "truncated_seq")
        visible_from = max(attributes.number(membership, "visible_from"), truncated)
        if (address.root_seq or address.seq) > visible_from:
            readable.append(address)
        elif address.root_seq is not None:
            replies[address] = visible_from
    for address, reply in references.messages(caller.tenant_id, list(replies)).items():
        if attributes.number(reply, "shown_seq") > replies[address]:
            readable.append(address)
    return readable

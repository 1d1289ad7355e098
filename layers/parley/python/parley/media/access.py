"""Access to files: its uploader, and the present members of the conversations where a message carries it.

A message that is deleted, or edited so that it no longer carries the file, shows it to nobody. A file that is not
ready is there for its uploader alone. For everybody else, as for another tenant, it is as one that does not exist.
"""

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
    """Those of these messages whose conversations the caller is a member of, and sees history of that far back."""
    members = {
        address.conversation_id: Key(
            keys.user(caller.tenant_id, caller.user_id), keys.membership_sk(address.conversation_id)
        )
        for address in addresses
    }
    if not members:
        return []
    found = dynamodb.batch_get(settings().chat_table, members.values(), consistent=True)
    readable = []
    for address in addresses:
        membership = found.get(members[address.conversation_id])
        seq = address.seq if address.root_seq is None else address.root_seq
        if membership is not None and seq > attributes.number(membership, "visible_from"):
            readable.append(address)
    return readable

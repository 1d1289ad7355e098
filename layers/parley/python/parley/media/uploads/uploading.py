"""Uploads: start, sign, progress, complete, abort. Bytes go from the client to S3; what has arrived, S3 says.

The state of an upload is in S3 (which parts there are) and in its item (whose it is, and how far its life has come), so
any process may go on with it: no client state is needed, no order is assumed, and repeating a step changes nothing.
"""

from parley import clock, ids
from parley.errors import (
    ConversationNotFound,
    InvalidChecksums,
    InvalidPartNumbers,
    MediaTooLarge,
    MediaTypeNotAllowed,
    PartsMissing,
    QuotaExceeded,
    Unavailable,
    UploadClosed,
    UploadNotFound,
)
from parley.identity.caller import Caller
from parley.media import deadlines, lifecycle, quota, storage
from parley.media.items import MediaItem
from parley.media.media_types import MediaType, allowed_type
from parley.media.schemas import PostForm, Progress, SignedPart, SignedParts, SignParts, StartUpload, Upload
from parley.media.storage import StoredPart
from parley.permissions.checking import check_allows, seat_of
from parley.settings import settings
from parley.tables import backoff, dynamodb, keys, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.keys import Key
from parley.tables.shards import shard_of

POST_LIMIT = 10 * 1024 * 1024
PART_SIZE = 5 * 1024 * 1024
"""The smallest that S3 takes: the largest file that it copies in one call, 5 GiB, has 1,024 of its 10,000 parts."""
EXPIRES_MS = 24 * 3600 * 1000
RESERVE_ATTEMPTS = 8


def do_start(caller: Caller, body: StartUpload) -> Upload:
    """Reserve the quota and open the upload: 1 + 2 * (2 + shards) WRU, for any size; no byte has moved yet.

    A crash after S3 has opened a multipart upload leaves one that nobody knows; the bucket's lifecycle rule ends it.
    Raises `MediaTypeNotAllowed`, `MediaTooLarge`, `QuotaExceeded`, `ConversationNotFound`.
    """
    media_type = check_startable(caller, body)
    if body.conversation_id is not None:
        _check_may_upload(caller, body.conversation_id)
    item = new_item(caller, body, media_type, media_id=ids.new_id())
    multipart = item.part_count is not None
    deadlines.schedule(caller.tenant_id, item.media_id, int(item.upload_expires_at))
    if multipart:
        key = storage.quarantine_key(caller.tenant_id, item.media_id)
        item.s3_upload_id = storage.start_multipart(key, media_type.name, checksums=body.part_checksums)
    try:
        reserve(caller, item)
    except BaseException:
        if multipart:
            storage.abort_multipart(storage.quarantine_key(caller.tenant_id, item.media_id), item.s3_upload_id)
        raise
    return upload_view(item)


def new_item(caller: Caller, body: StartUpload, media_type: MediaType, *, media_id: str) -> MediaItem:
    """The file of an upload that begins, in parts where it is large; nothing is counted yet."""
    now = clock.now_ms()
    multipart = body.size > POST_LIMIT
    return MediaItem(
        pk=keys.media(caller.tenant_id, media_id),
        sk=keys.META_SK,
        gpk=keys.files(caller.tenant_id, shard_of(caller.user_id)),
        gsk=keys.files_gsk(caller.user_id, media_id),
        tenant_id=caller.tenant_id,
        media_id=media_id,
        owner_id=caller.user_id,
        conversation_id=body.conversation_id,
        status="uploading",
        filename=body.filename,
        content_type=media_type.name,
        size=body.size,
        sha256=body.sha256,
        keep_metadata=caller.tenant.settings.keep_metadata or None,
        accepted=caller.tenant.settings.media_types,
        reject_unreadable=caller.tenant.settings.unreadable_metadata == "reject" or None,
        part_size=PART_SIZE if multipart else None,
        part_count=-(-body.size // PART_SIZE) if multipart else None,
        part_checksums=(multipart and body.part_checksums) or None,
        created_at=now,
        upload_expires_at=now + EXPIRES_MS,
    )


def check_startable(caller: Caller, body: StartUpload) -> MediaType:
    """The type of a file that the tenant takes in this size."""
    limits = caller.tenant.settings
    media_type = allowed_type(body.content_type, limits.media_types)
    if media_type is None:
        raise MediaTypeNotAllowed(f"{body.content_type} is not accepted")
    if body.size > limits.max_upload_bytes:
        raise MediaTooLarge(f"A file has at most {limits.max_upload_bytes} bytes", max_bytes=limits.max_upload_bytes)
    for scope, limit in (("user", limits.user_storage_bytes), ("tenant", limits.storage_bytes)):
        if body.size > limit:
            raise QuotaExceeded(scope=scope)
    return media_type


def _check_may_upload(caller: Caller, conversation_id: str) -> None:
    at = Key(keys.user(caller.tenant_id, caller.user_id), keys.membership_sk(conversation_id))
    membership = dynamodb.get(settings().chat_table, at, consistent=True)
    if membership is None:
        raise ConversationNotFound
    check_allows(seat_of(caller, membership), "upload")


def reserve(caller: Caller, item: MediaItem) -> None:
    """Write the item and its reservation in one transaction, on one shard if it has room, else on several."""
    limits = caller.tenant.settings
    size = int(item.size)
    reservation = quota.one_shard(size, limits.storage_bytes)
    for attempt in range(RESERVE_ATTEMPTS):
        if not reservation:
            reservation = quota.spread(caller.tenant_id, size, limits.storage_bytes)
        counted = quota.reserve_actions(
            caller.tenant_id,
            caller.user_id,
            reservation,
            limit=limits.storage_bytes,
            user_limit=limits.user_storage_bytes,
        )
        item.reserved = reservation
        written = transactions.put(settings().chat_table, item.serialize())
        try:
            dynamodb.transact([written, *counted])
        except TransactionRefused as refused:
            if refused.failed(1):
                raise QuotaExceeded(scope="user") from None
            reservation = {}
            backoff.wait(attempt)
        else:
            return
    raise Unavailable("Too many uploads start at once")


def access_upload(caller: Caller, upload_id: str) -> MediaItem:
    """The caller's own upload; anybody else's is as one that does not exist. Raises `UploadNotFound`."""
    if not ids.is_well_formed(upload_id):
        raise UploadNotFound
    item = lifecycle.load(caller.tenant_id, upload_id)
    if item is None or item.owner_id != caller.user_id:
        raise UploadNotFound
    return item


def check_open(item: MediaItem) -> None:
    """Refuse an upload that has ended or expired; raises `UploadClosed`."""
    if item.status != "uploading" or clock.now_ms() >= int(item.upload_expires_at):
        raise UploadClosed(upload_status=item.status if item.status != "uploading" else "expired")


def do_sign_parts(caller: Caller, body: SignParts) -> SignedParts:
    """Sign parts, or sign them again: 1 RRU however many. S3 refuses other lengths and other content than signed.

    An upload that is a single post has one part, 1, and gets its form anew.
    Raises `UploadNotFound`, `UploadClosed`, `InvalidPartNumbers`, `InvalidChecksums`.
    """
    item = access_upload(caller, body.upload_id)
    check_open(item)
    numbers = list(dict.fromkeys(body.part_numbers))
    wrong = [number for number in numbers if number > parts_of(item)]
    if wrong:
        raise InvalidPartNumbers(part_numbers=wrong)
    if item.s3_upload_id is None:
        return SignedParts(upload_id=item.media_id, post=_post_form(item))
    demanded = {str(number) for number in numbers} if item.part_checksums else set()
    if body.checksums.keys() != demanded:
        raise InvalidChecksums(
            "Give the SHA-256 of each of these parts" if demanded else "This upload was started without part_checksums"
        )
    return SignedParts(
        upload_id=item.media_id,
        parts=[_signed_part(item, number, body.checksums.get(str(number))) for number in numbers],
    )


def parts_of(item: MediaItem) -> int:
    return int(item.part_count or 1)


def part_length(item: MediaItem, number: int) -> int:
    """How many bytes the part has: all parts are equal but the last."""
    size = int(item.size)
    part_size = int(item.part_size or size)
    return min(part_size, size - (number - 1) * part_size)


def _signed_part(item: MediaItem, number: int, sha256: str | None) -> SignedPart:
    length = part_length(item, number)
    key = storage.quarantine_key(item.tenant_id, item.media_id)
    signed = storage.sign_part(key, item.s3_upload_id or "", number, length, sha256)
    return SignedPart(
        part_number=number,
        url=signed.url,
        size=length,
        headers=signed.headers,
        expires_at=clock.to_datetime(signed.expires_at),
    )


def _post_form(item: MediaItem) -> PostForm:
    key = storage.quarantine_key(item.tenant_id, item.media_id)
    form = storage.sign_post(key, item.content_type, int(item.size), item.sha256)
    return PostForm(url=form.url, fields=form.fields, expires_at=clock.to_datetime(form.expires_at))


def upload_view(item: MediaItem) -> Upload:
    return Upload(
        upload_id=item.media_id,
        media_id=item.media_id,
        status=item.status,
        method="post" if item.s3_upload_id is None else "multipart",
        post=_post_form(item) if item.s3_upload_id is None and item.status == "uploading" else None,
        part_size=None if item.part_size is None else int(item.part_size),
        part_count=None if item.part_count is None else int(item.part_count),
        expires_at=clock.to_datetime(int(item.upload_expires_at)),
    )


def do_get_progress(caller: Caller, upload_id: str) -> Progress:
    """What S3 has received: 1 RRU and a ListParts for each 1,000 parts. Raises `UploadNotFound`."""
    item = access_upload(caller, upload_id)
    received, checksums = _received(item)
    size = int(item.size)
    done = sum(part_length(item, number) for number in received)
    return Progress(
        upload_id=item.media_id,
        status=item.status,
        method="post" if item.s3_upload_id is None else "multipart",
        bytes_received=done,
        bytes_total=size,
        percent=100.0 if done == size else int(done * 1000 / size) / 10,
        part_size=None if item.part_size is None else int(item.part_size),
        part_count=parts_of(item),
        parts_received=received,
        parts_missing=sorted(set(range(1, parts_of(item) + 1)) - set(received)),
        checksums=checksums,
        expires_at=clock.to_datetime(int(item.upload_expires_at)),
    )


def _received(item: MediaItem) -> tuple[list[int], dict[str, str]]:
    """The parts that have arrived whole, and the checksums of those whose checksum S3 keeps."""
    everything = list(range(1, parts_of(item) + 1))
    if item.status in {"processing", "ready"}:
        return everything, {}
    if item.status != "uploading":
        return [], {}
    key = storage.quarantine_key(item.tenant_id, item.media_id)
    parts = None if item.s3_upload_id is None else storage.list_parts(key, item.s3_upload_id)
    if parts is not None:
        whole = _whole(item, parts)
        checksums = {str(part.number): part.sha256 for part in whole if part.sha256 is not None}
        return [part.number for part in whole], checksums
    stored = storage.head(key)
    return (everything if stored and stored.size == int(item.size) else []), {}


def _whole(item: MediaItem, parts: list[StoredPart]) -> list[StoredPart]:
    """The parts that belong to the file and have the length that they should have."""
    return [part for part in parts if part.number <= parts_of(item) and part.size == part_length(item, part.number)]


def do_complete(caller: Caller, upload_id: str) -> Upload:
    """Put the file together from what S3 has, and have it checked. Of many at once, all succeed and it happens once.

    Raises `UploadNotFound`, `UploadClosed`, `PartsMissing`.
    """
    item = access_upload(caller, upload_id)
    if item.status in {"processing", "ready", "rejected"}:
        return upload_view(item)
    check_open(item)
    _assemble(item)
    if not lifecycle.mark_processing(item):
        item = access_upload(caller, upload_id)
        if item.status not in {"processing", "ready", "rejected"}:
            raise UploadClosed(upload_status=item.status)
        return upload_view(item)
    item.status = "processing"
    return upload_view(item)


def _assemble(item: MediaItem) -> None:
    """Make the object, unless it is there: a post makes it by itself, and another request may have been first."""
    key = storage.quarantine_key(item.tenant_id, item.media_id)
    if item.s3_upload_id is not None:
        parts = storage.list_parts(key, item.s3_upload_id)
        if parts is not None:
            whole = _whole(item, parts)
            missing = set(range(1, parts_of(item) + 1)) - {part.number for part in whole}
            if missing:
                raise PartsMissing(missing_parts=sorted(missing))
            if storage.complete_multipart(key, item.s3_upload_id, whole):
                return
    stored = storage.head(key)
    if stored is None:
        current = lifecycle.load(item.tenant_id, item.media_id)
        if current is not None and current.status in {"processing", "ready", "rejected"}:
            return
        if current is not None and current.status != "uploading":
            raise UploadClosed(upload_status=current.status)
        raise PartsMissing(missing_parts=list(range(1, parts_of(item) + 1)))


def do_abort(caller: Caller, upload_id: str) -> None:
    """Give up an upload: its bytes leave the quota, its parts are freed. Repeating it is fine.

    Raises `UploadNotFound`, and `UploadClosed` once it has been completed: then it is media, to be deleted as such.
    """
    item = access_upload(caller, upload_id)
    if item.status in {"aborted", "expired"}:
        lifecycle.purge(item)
        return
    if item.status != "uploading" or not lifecycle.end(item, "aborted"):
        current = access_upload(caller, upload_id)
        if current.status not in {"aborted", "expired"}:
            raise UploadClosed(upload_status=current.status)
    lifecycle.purge(item)

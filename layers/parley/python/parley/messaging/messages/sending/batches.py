"""Many messages at once, as a back end sends them: each as a request of its own, with its own author and key.

Those of a conversation are sent in their order, those of different ones beside each other. A request that comes again
after a crash repeats each message under its key, so nothing is sent twice.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from parley import invocation
from parley.errors import ParleyError, Unavailable
from parley.identity.caller import Caller
from parley.messaging.messages.schemas import (
    BatchedMessage,
    BatchResult,
    ItemProblem,
    SendBatch,
    SendMessage,
    SentBatch,
)
from parley.messaging.messages.sending.claims import Forwarded
from parley.messaging.messages.sending.sending import do_send
from parley.tables import dynamodb

LANES = 4
"""So many conversations at once. Each send makes calls in the pool that the lanes run in, which has eight threads."""
SPARE_SECONDS = 3.0
"""What a send takes at most, as a rule: with less left, none is begun."""
_NOT_TRIED = Unavailable("Not tried: a message before it in the conversation can succeed later, or time has run out")

Numbered = tuple[int, BatchedMessage]


def do_send_batch(caller: Caller, body: SendBatch, *, idempotency_key: str | None) -> SentBatch:
    """Send up to a hundred messages; one result each, in order. What each costs is what a send does.

    With a key of the request, a message without one of its own has that and its place in the request. After one that
    can succeed later, none of its conversation is tried, so that they come in order when the request is repeated.
    """
    rooms: dict[str, list[Numbered]] = {}
    for place, message in enumerate(body.messages):
        rooms.setdefault(message.conversation_id, []).append((place, message))
    lanes = [list(rooms.values())[each::LANES] for each in range(min(LANES, len(rooms)))]

    def send_lane(lane: Sequence[Sequence[Numbered]]) -> dict[int, BatchResult]:
        return {place: result for room in lane for place, result in _send_room(caller, room, idempotency_key)}

    results = {place: each for sent in dynamodb.map_parallel(send_lane, lanes) for place, each in sent.items()}
    return SentBatch(data=[results[place] for place in range(len(body.messages))])


def _send_room(caller: Caller, room: Sequence[Numbered], key: str | None) -> Iterator[tuple[int, BatchResult]]:
    """Send the messages of one conversation in their order."""
    waiting = False
    for place, message in room:
        if waiting or invocation.remaining_seconds() < SPARE_SECONDS:
            yield place, _refused(_NOT_TRIED)
            continue
        result = _send_one(caller, message, _key_of(message, key, place))
        waiting = result.problem is not None and result.problem.retryable
        yield place, result


def _send_one(caller: Caller, message: BatchedMessage, key: str | None) -> BatchResult:
    author = replace(caller, user_id=message.author_id or caller.user_id)
    body = SendMessage(**message.model_dump(mode="json", exclude={"author_id", "idempotency_key"}, exclude_unset=True))
    return result_of(author, body, idempotency_key=key)


def result_of(
    caller: Caller, body: SendMessage, *, idempotency_key: str | None, forwarded: Forwarded | None = None
) -> BatchResult:
    """Send one of many: the result says what refused it, a failure of DynamoDB that may pass too."""
    try:
        sent = do_send(caller, body, idempotency_key=idempotency_key, forwarded=forwarded)
    except ParleyError as refusal:
        return _refused(refusal)
    except (ClientError, BotoCoreError) as error:
        if not dynamodb.is_transient(error):
            raise
        return _refused(Unavailable())
    return BatchResult(status=201, message=sent.message, replayed=sent.replayed)


def _refused(refusal: ParleyError) -> BatchResult:
    """The result of one that was refused."""
    problem = ItemProblem(
        code=refusal.code,
        title=refusal.title,
        detail=refusal.detail,
        retryable=refusal.retryable,
        retry_after=refusal.retry_after,
    )
    return BatchResult(status=refusal.status, problem=problem)


def _key_of(message: BatchedMessage, key: str | None, place: int) -> str | None:
    if message.idempotency_key is not None or key is None:
        return message.idempotency_key
    return hashlib.sha256(f"{place}/{key}".encode()).hexdigest()

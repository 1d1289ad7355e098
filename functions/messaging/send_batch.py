"""POST /v1/messages/batch: send up to a hundred messages at once, with a result for each.

By a back end: each has an author and an `idempotency_key` of its own. Those of a conversation are sent in order. With
an `Idempotency-Key` of the request, a message without a key has that and its place in the request: the same request
again sends what is missing.
"""

from parley.http import CurrentServer, IdempotencyKey, create_api
from parley.messaging.messages.schemas import SendBatch, SentBatch
from parley.messaging.messages.sending import batches

api = create_api(idempotent=False)


@api.post("/v1/messages/batch")
def send_batch(caller: CurrentServer, body: SendBatch, idempotency_key: IdempotencyKey = None) -> SentBatch:
    return batches.do_send_batch(caller, body, idempotency_key=idempotency_key)


handler = api.resolve

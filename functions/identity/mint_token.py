"""POST /v1/tokens: mint a user token, as the tenant's back end.

For tests and small apps: a tenant that signs its own tokens needs it not. It lives as long as the body says.
"""

from parley.http import CurrentServer, IdempotencyKey, answer, create_api
from parley.identity import minting
from parley.identity.schemas import MintToken, Token

from aws_lambda_powertools.event_handler import Response

api = create_api(idempotent=False)


@api.post("/v1/tokens", status_code=201)
def mint_token(caller: CurrentServer, body: MintToken, idempotency_key: IdempotencyKey = None) -> Response[Token]:
    token, replayed = minting.do_mint(caller, body, idempotency_key=idempotency_key)
    return answer(token, 201, replayed=replayed)


handler = api.resolve

"""POST /v1/tenants/{tenant_id}/keys: give a tenant a further signing key.

Parley makes the secret of an HS256 key and shows it once; of an RS256 or ES256 key it takes the public half. Old and
new keys sign side by side, so a rotation refuses nobody.
"""

from parley.http import CurrentAdministrator, IdempotencyKey, answer, create_api
from parley.tenants import key_creation
from parley.tenants.schemas import CreateSigningKey, NewSigningKey

from aws_lambda_powertools.event_handler import Response

api = create_api(idempotent=False)


@api.post("/v1/tenants/<tenant_id>/keys", status_code=201)
def create_key(
    caller: CurrentAdministrator, tenant_id: str, body: CreateSigningKey, idempotency_key: IdempotencyKey = None
) -> Response[NewSigningKey]:
    key, replayed = key_creation.do_create(caller, tenant_id, body, idempotency_key=idempotency_key)
    return answer(key, 201, replayed=replayed)


handler = api.resolve

"""DELETE /v1/tenants/{tenant_id}/keys/{kid}: remove a signing key, at once (204) or after an overlap (200).

Tokens that it signed are refused once it is gone, within 60 s.
"""

from typing import Annotated

from parley.http import CurrentAdministrator, answer, create_api
from parley.tenants import signing_keys
from parley.tenants.schemas import SigningKey
from parley.tenants.signing_keys import LONGEST_OVERLAP_SECONDS
from parley.wire import InDigits

from annotated_types import Interval
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()
Overlap = Annotated[
    int, Interval(ge=0, le=LONGEST_OVERLAP_SECONDS), InDigits, Query(description="How long its tokens stay accepted")
]


@api.delete("/v1/tenants/<tenant_id>/keys/<kid>")
def delete_key(
    caller: CurrentAdministrator, tenant_id: str, kid: str, overlap_seconds: Overlap = 0
) -> Response[SigningKey | None]:
    retiring = signing_keys.do_remove(caller, tenant_id, kid, overlap_seconds=overlap_seconds)
    return answer(retiring, 204 if retiring is None else 200)


handler = api.resolve

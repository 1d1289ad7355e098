"""DELETE /v1/tenants/{tenant_id}/issuers/{issuer_id}: accept none of an issuer's tokens any more, within 60 s.

Connections that its tokens opened are closed. The issuer may be registered again, by another tenant too.
"""

from parley.http import CurrentAdministrator, answer, create_api
from parley.issuers import registrations

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/tenants/<tenant_id>/issuers/<issuer_id>", status_code=204)
def delete_issuer(caller: CurrentAdministrator, tenant_id: str, issuer_id: str) -> Response[None]:
    registrations.do_remove(caller, tenant_id, issuer_id)
    return answer(None, 204)


handler = api.resolve

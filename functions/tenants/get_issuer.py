"""GET /v1/tenants/{tenant_id}/issuers/{issuer_id}: one issuer, and how its keys were last fetched.

`keys_failure` says why the latest fetch failed; the keys from before it are kept for 24 hours.
"""

from parley.http import CurrentAdministrator, create_api
from parley.issuers import registrations
from parley.issuers.schemas import Issuer

api = create_api()


@api.get("/v1/tenants/<tenant_id>/issuers/<issuer_id>")
def get_issuer(caller: CurrentAdministrator, tenant_id: str, issuer_id: str) -> Issuer:
    return registrations.do_get(caller, tenant_id, issuer_id)


handler = api.resolve

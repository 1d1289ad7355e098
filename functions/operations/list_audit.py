"""GET /v1/audit: the administrative acts of a tenant, the newest first: who did what, when and from where.

A server token sees its own tenant's, an operator those of the tenant that it names. Lines are kept for 400 days unless
the deployment says otherwise, and nobody can change one. A page may be shorter than its limit, even empty, where
filters leave out much: `next_cursor` says whether there is more.
"""

from typing import Annotated

from parley.audit import reading
from parley.audit.reading import Asked
from parley.audit.schemas import AuditPage
from parley.audit.vocabulary import AuditAction, AuditActor, AuditTarget
from parley.http import DEFAULT_LIMIT, CurrentAdministrator, Cursor, Limit, create_api
from parley.wire import Moment

from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()
Id = Annotated[str | None, Query(min_length=1, max_length=200, pattern=r"^[!-~]+$")]


@api.get("/v1/audit")
def list_audit(
    caller: CurrentAdministrator,
    tenant_id: Annotated[str | None, Query(max_length=80, description="The tenant; an operator names it")] = None,
    actor: Annotated[AuditActor | None, Query()] = None,
    actor_id: Id = None,
    action: Annotated[AuditAction | None, Query()] = None,
    target: Annotated[AuditTarget | None, Query()] = None,
    target_id: Id = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> AuditPage:
    asked = Asked(tenant_id, actor, actor_id, action, target, target_id, since, until)
    return reading.do_list(caller, asked, limit=limit, cursor=cursor)


handler = api.resolve

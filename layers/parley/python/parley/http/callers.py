"""Who calls, as a dependency of a handler: `CurrentCaller`, `CurrentServer`, `CurrentOperator` and the like.

The authorizer's context is the only source; `X-Acting-User` lets a server token act for a user of its own tenant.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Depends, Request

from parley import errors, ids
from parley.identity.caller import OPERATOR_SCOPE, SERVER_SCOPE, Caller, Origin, Tenant
from parley.identity.tenant_settings import TenantSettings

ACTING_USER_HEADER = "x-acting-user"
_KINDS: tuple[type[errors.ParleyError], ...] = (*errors.Unauthenticated.__subclasses__(), errors.TenantSuspended)
_REFUSALS = {kind.code: kind for kind in _KINDS}


def check_not_refused(context: Mapping[str, str]) -> None:
    """Raises what the authorizer refused the token for, where it did."""
    if refusal := context.get("refusal"):
        raise _REFUSALS.get(refusal, errors.Unauthenticated)


def caller_of(event: dict[str, Any]) -> Caller:
    """The caller that the authorizer verified.

    Raises `Unauthenticated` where it verified none, or the kind of it that it says, `TenantSuspended`,
    `ActingUserRefused` when a user token names another user, `ValidationFailed` for what can be no user's id.
    """
    context = event.get("requestContext", {}).get("authorizer", {}).get("lambda") or {}
    check_not_refused(context)
    if "tenant_id" not in context:
        raise errors.Unauthenticated
    scopes = _scopes(context.get("scope", ""))
    user_id = context.get("user_id", "")
    acting = event.get("headers", {}).get(ACTING_USER_HEADER, "")
    if acting and acting != user_id:
        if SERVER_SCOPE not in scopes:
            raise errors.ActingUserRefused
        if not ids.is_user_id(acting):
            wrong = {"pointer": "@X-Acting-User", "code": "invalid_user_id", "detail": ids.USER_ID_RULE}
            raise errors.ValidationFailed([wrong])
        user_id = acting
    tenant = Tenant(
        context["tenant_id"],
        _settings(context.get("settings", "{}")),
        block_list=int(context.get("block_list", 0)),
        conversation_types=int(context.get("conversation_types", 0)),
    )
    own_teams = frozenset(context.get("teams", "").split())
    shadowed_until = None if SERVER_SCOPE in scopes else int(context.get("shadowed_until", 0))
    return Caller(tenant, user_id, scopes, _origin(event["requestContext"], context), own_teams, shadowed_until)


def _origin(request: Mapping[str, Any], context: Mapping[str, str]) -> Origin:
    seen = request.get("http", {})
    return Origin(
        context.get("credential", ""),
        seen.get("sourceIp", ""),
        seen.get("userAgent", ""),
        str(request.get("requestId", "")),
    )


@lru_cache(maxsize=256)
def _scopes(scope: str) -> frozenset[str]:
    return frozenset(scope.split())


@lru_cache(maxsize=256)
def _settings(stored: str) -> TenantSettings:
    return TenantSettings.model_validate_json(stored)


def any_caller_of(event: dict[str, Any]) -> Caller:
    """A tenant's caller, acting for a user or not; raises `Forbidden` for the operator."""
    caller = caller_of(event)
    if caller.is_operator:
        raise errors.Forbidden("An operator key opens the operator's routes alone")
    return caller


def current_caller_of(event: dict[str, Any]) -> Caller:
    """A caller who acts as a user; raises `ActingUserRequired`."""
    caller = any_caller_of(event)
    if not caller.user_id:
        raise errors.ActingUserRequired
    return caller


def any_caller(request: Request) -> Caller:
    """A tenant's caller, acting for a user or not."""
    return any_caller_of(request.resolved_event.raw_event)


def current_caller(request: Request) -> Caller:
    """A caller who acts as a user."""
    return current_caller_of(request.resolved_event.raw_event)


def current_server(request: Request) -> Caller:
    """A caller with a server token."""
    caller = any_caller(request)
    if not caller.is_server:
        raise errors.ServerTokenRequired
    return caller


def current_moderator(request: Request) -> Caller:
    """The tenant's back end, for one of its moderators; raises `ActingUserRequired` where it names none."""
    caller = current_server(request)
    if not caller.user_id:
        raise errors.ActingUserRequired
    return caller


def current_operator(request: Request) -> Caller:
    """The operator."""
    caller = caller_of(request.resolved_event.raw_event)
    if OPERATOR_SCOPE not in caller.scopes:
        raise errors.OperatorRequired
    return caller


def current_administrator(request: Request) -> Caller:
    """The operator, or a tenant's own back end; which tenant it may administer is the domain's to check."""
    caller = caller_of(request.resolved_event.raw_event)
    if not (caller.is_operator or caller.is_server):
        raise errors.ServerTokenRequired
    return caller


AnyCaller = Annotated[Caller, Depends(any_caller)]
CurrentCaller = Annotated[Caller, Depends(current_caller)]
CurrentServer = Annotated[Caller, Depends(current_server)]
CurrentModerator = Annotated[Caller, Depends(current_moderator)]
CurrentAdministrator = Annotated[Caller, Depends(current_administrator)]
CurrentOperator = Annotated[Caller, Depends(current_operator)]

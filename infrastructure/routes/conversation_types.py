"""Types of conversations that a tenant declares."""

from infrastructure.routes.route import Route
from infrastructure.uses.audit import AuditLog
from infrastructure.uses.permissions import PERMISSIONS, USING_TYPES
from infrastructure.uses.use import Use

_TYPE = "/v1/conversation-types/{conversation_type}"
_CHANGING: tuple[Use, ...] = (*USING_TYPES, AuditLog())

ROUTES: tuple[Route, ...] = (
    Route("GET", "/v1/conversation-types", "community/list_conversation_types", (PERMISSIONS,)),
    Route("GET", _TYPE, "community/get_conversation_type", (PERMISSIONS,)),
    Route("PUT", _TYPE, "community/put_conversation_type", _CHANGING),
    Route("DELETE", _TYPE, "community/delete_conversation_type", _CHANGING),
)

"""User groups."""

from infrastructure.access import chat
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.audit import AuditLog

_GROUP = "/v1/user-groups/{user_group_id}"

ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/user-groups",
        "community/create_user_group",
        (chat("GetItem PutItem UpdateItem", "user_groups"), IDEMPOTENCY, AuditLog()),
    ),
    Route("GET", "/v1/user-groups", "community/list_user_groups", (chat("Query", "user_groups"),)),
    Route("GET", _GROUP, "community/get_user_group", (chat("GetItem", "user_groups"),)),
    Route(
        "PUT",
        _GROUP,
        "community/update_user_group",
        (chat("GetItem PutItem UpdateItem DeleteItem", "user_groups"), AuditLog()),
    ),
    Route(
        "DELETE",
        _GROUP,
        "community/delete_user_group",
        (
            chat("GetItem UpdateItem DeleteItem", "user_groups"),
            chat("Query", "user_group_members", index="collection"),
            chat("DeleteItem", "user"),
            AuditLog(),
        ),
        timeout=29,
    ),
    Route(
        "GET",
        f"{_GROUP}/members",
        "community/list_user_group_members",
        (
            chat("GetItem", "user_groups"),
            chat("Query", "user_group_members", index="collection"),
            chat("BatchGetItem", "user"),
        ),
    ),
    Route(
        "POST",
        f"{_GROUP}/members",
        "community/add_user_group_members",
        (
            chat("GetItem UpdateItem", "user_groups"),
            chat("PutItem ConditionCheckItem", "user"),
            IDEMPOTENCY,
            AuditLog(),
        ),
    ),
    Route(
        "POST",
        f"{_GROUP}/members/remove",
        "community/remove_user_group_members",
        (chat("GetItem UpdateItem", "user_groups"), chat("DeleteItem", "user"), IDEMPOTENCY, AuditLog()),
    ),
)

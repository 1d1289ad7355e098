"""Search, and the rebuilding of its index."""

from infrastructure.access import Grant, chat, control
from infrastructure.routes.route import IDEMPOTENCY, Route

SEARCHING: tuple[Grant, ...] = (
    chat("Query", "user"),
    chat("BatchGetItem", "user", "conversation"),
    control("UpdateItem", "rate_limit", "quota"),
    control("GetItem PutItem", "user", "search_cache"),
    control("GetItem PutItem UpdateItem", "breakers"),
    control("GetItem Query", "search_state"),
)
"""A search: what the caller may see, the engine's answer and its breaker, the check against the table, the counters."""

REBUILDING: tuple[Grant, ...] = (control("GetItem PutItem UpdateItem DeleteItem", "search_state"), IDEMPOTENCY)

ROUTES: tuple[Route, ...] = (
    *(
        Route(
            "GET", f"/v1/search/{path}", f"search/{function}", SEARCHING, memory=512, layers=("search",), engine="read"
        )
        for path, function in (
            ("messages", "search_messages"),
            ("conversations", "search_conversations"),
            ("users", "search_users"),
            ("global", "search_everything"),
            ("suggestions", "suggest"),
        )
    ),
    Route("GET", "/v1/search/recent", "search/list_recent", (control("GetItem", "user"),)),
    Route("DELETE", "/v1/search/recent", "search/forget_recent", (control("DeleteItem", "user"),)),
    Route("POST", "/v1/admin/search/reindex", "search/start_reindex", REBUILDING, layers=("search",), engine="write"),
    Route(
        "GET",
        "/v1/admin/search/reindex/{job_id}",
        "search/get_reindex",
        (control("GetItem", "search_state"),),
        layers=("search",),
    ),
    *(
        Route(
            "POST",
            f"/v1/admin/search/reindex/{{job_id}}/{path}",
            f"search/{function}",
            REBUILDING,
            timeout=29,
            layers=("search",),
            engine="write",
        )
        for path, function in (
            ("confirm", "confirm_reindex"),
            ("rollback", "roll_back_reindex"),
            ("cancel", "cancel_reindex"),
        )
    ),
    Route("GET", "/v1/admin/search/failures", "search/list_failures", (chat("Query", "search_failures"),)),
    Route(
        "POST",
        "/v1/admin/search/failures/redrive",
        "search/redrive_failures",
        (
            chat("Query UpdateItem DeleteItem", "search_failures"),
            chat("BatchGetItem", "user", "conversation", "media"),
            control("GetItem", "search_state"),
            IDEMPOTENCY,
        ),
        timeout=29,
        layers=("search",),
        engine="write",
    ),
)

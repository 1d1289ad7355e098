"""Search, and the rebuilding of its index."""

from infrastructure.access import Grant, chat, control
from infrastructure.routes.route import IDEMPOTENCY, Route

ASKING: tuple[Grant, ...] = (
    chat("BatchGetItem", "user"),
    control("UpdateItem", "rate_limit"),
    control("GetItem", "user"),
    control("GetItem PutItem UpdateItem", "breakers"),
    control("GetItem", "search_state"),
)
"""Whatever is asked of the engine: where its indices are, its breaker, the rate limit, the check of users."""
SEARCHING: tuple[Grant, ...] = (
    *ASKING,
    control("UpdateItem", "quota"),
    control("PutItem", "user"),
    control("GetItem PutItem", "search_cache"),
    control("Query", "search_state"),
)
"""A search: its cache, the counters, how far the index is."""
IN_CONVERSATIONS: tuple[Grant, ...] = (chat("Query", "user"), chat("BatchGetItem", "conversation"))
"""What the caller may see of conversations."""

REBUILDING: tuple[Grant, ...] = (control("GetItem PutItem", "search_state"), IDEMPOTENCY)
ENDING: tuple[Grant, ...] = (*REBUILDING, control("DeleteItem", "search_state"))
"""A rebuild that ends lets the next one begin."""

ROUTES: tuple[Route, ...] = (
    *(
        Route("GET", f"/v1/search/{path}", f"search/{function}", grants, memory=512, layers=("search",), engine="read")
        for path, function, grants in (
            ("messages", "search_messages", SEARCHING + IN_CONVERSATIONS),
            ("conversations", "search_conversations", SEARCHING + IN_CONVERSATIONS),
            ("users", "search_users", SEARCHING),
            ("global", "search_everything", SEARCHING + IN_CONVERSATIONS),
            ("suggestions", "suggest", ASKING + IN_CONVERSATIONS),
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
            ENDING,
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

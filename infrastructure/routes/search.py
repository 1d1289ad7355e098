"""Search, and the rebuilding of its index."""

from infrastructure.access import chat, control
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.search import Engine, IndexLayout
from infrastructure.uses.use import Libraries, Use

ASKING: tuple[Use, ...] = (
    chat("BatchGetItem", "user"),
    control("GetItem", "user"),
    control("GetItem UpdateItem", "breakers"),
    control("GetItem", "search_state"),
    Engine("read"),
)
"""Whatever is asked of the engine: where its indices are, its breaker, the rate limit, the check of users."""
SEARCHING: tuple[Use, ...] = (
    *ASKING,
    control("UpdateItem", "quota"),
    control("PutItem", "user"),
    control("BatchGetItem PutItem", "search_cache"),
    control("BatchGetItem", "search_mark"),
    control("Query", "search_state"),
)
"""A search: its cache, the counters, how far the index is."""
FINDING_USERS: tuple[Use, ...] = (
    chat("BatchGetItem", "user"),
    control("GetItem UpdateItem", "breakers"),
    control("GetItem", "search_state"),
    control("BatchGetItem PutItem", "search_cache"),
    control("BatchGetItem", "search_mark"),
    control("Query", "search_state"),
    Engine("read"),
)
"""Users by the index."""
IN_CONVERSATIONS: tuple[Use, ...] = (chat("Query", "user"), chat("BatchGetItem", "conversation"))
"""What the caller may see of conversations."""

SAVED = "/v1/search/saved/{saved_search_id}"
REBUILDING: tuple[Use, ...] = (control("GetItem PutItem", "search_state"), IDEMPOTENCY, Engine("write"))
ENDING: tuple[Use, ...] = (*REBUILDING, control("DeleteItem", "search_state"))
"""A rebuild that ends lets the next one begin."""

ROUTES: tuple[Route, ...] = (
    *(
        Route("GET", f"/v1/search/{path}", f"search/{function}", uses, memory=512)
        for path, function, uses in (
            ("messages", "search_messages", SEARCHING + IN_CONVERSATIONS),
            ("conversations", "search_conversations", SEARCHING + IN_CONVERSATIONS),
            ("users", "search_users", SEARCHING),
            ("global", "search_everything", SEARCHING + IN_CONVERSATIONS),
            ("suggestions", "suggest", ASKING + IN_CONVERSATIONS),
        )
    ),
    Route(
        "POST",
        "/v1/users/query",
        "users/query_users",
        (*FINDING_USERS, control("BatchGetItem", "user")),
        memory=512,
    ),
    Route(
        "GET",
        "/v1/users",
        "users/list_users",
        (*FINDING_USERS, chat("Query", "directory", index="collection")),
        memory=512,
    ),
    Route("GET", "/v1/search/recent", "search/list_recent", (control("GetItem", "user"),)),
    Route("DELETE", "/v1/search/recent", "search/forget_recent", (control("DeleteItem", "user"),)),
    Route(
        "POST",
        "/v1/search/saved",
        "search/save_search",
        (
            chat("GetItem PutItem UpdateItem", "user"),
            chat("PutItem UpdateItem", "alerts"),
            IDEMPOTENCY,
            Libraries(("search",)),
        ),
    ),
    Route("GET", "/v1/search/saved", "search/list_saved_searches", (chat("Query", "user"),)),
    Route("GET", SAVED, "search/get_saved_search", (chat("GetItem", "user"),)),
    Route(
        "PUT",
        SAVED,
        "search/update_saved_search",
        (chat("GetItem UpdateItem", "user"), chat("UpdateItem PutItem DeleteItem", "alerts")),
    ),
    Route(
        "DELETE",
        SAVED,
        "search/delete_saved_search",
        (chat("GetItem UpdateItem DeleteItem", "user"), chat("UpdateItem DeleteItem", "alerts")),
    ),
    Route("POST", "/v1/admin/search/reindex", "search/start_reindex", (*REBUILDING, IndexLayout()), timeout=29),
    Route(
        "GET",
        "/v1/admin/search/reindex/{job_id}",
        "search/get_reindex",
        (control("GetItem", "search_state"), Libraries(("search",))),
    ),
    *(
        Route(
            "POST",
            f"/v1/admin/search/reindex/{{job_id}}/{path}",
            f"search/{function}",
            ENDING,
            timeout=29,
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
            chat("BatchGetItem", "tenant", "user", "conversation", "media"),
            control("GetItem", "search_state"),
            control("PutItem", "search_mark"),
            IDEMPOTENCY,
            Engine("write"),
        ),
        timeout=29,
    ),
)

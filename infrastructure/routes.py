"""Every route of the API, as data: CDK deploys a function for each, tests and the OpenAPI document read the same list.

To add an endpoint: write `functions/<service>/<endpoint>.py`, name it here with what it may call, add an event under
`events/` and its tests. `tests/infrastructure/test_routes.py` fails until all of these are there.
"""

from dataclasses import dataclass
from typing import Literal

from infrastructure.access import BucketGrant, ExportUse, Grant, JobQueue, chat, control, media_bucket

Method = Literal["GET", "POST", "PUT", "DELETE"]
IDEMPOTENCY = control("PutItem UpdateItem DeleteItem", "idempotency")
ISSUE_DOWNLOAD = (
    chat("Query", "media"),
    chat("BatchGetItem", "user", "conversation"),
    control("PutItem DeleteItem", "media"),
    control("UpdateItem", "rate_limit"),
)


@dataclass(frozen=True)
class Route:
    """One route and the Lambda function behind it.

    `function` is `<service>/<endpoint>`, the module under `functions/` whose `handler` answers. `memory` is in MiB,
    `timeout` in seconds. `layers` are the dependency layers beyond `api`, which every function has. `public` routes
    need no token; `secrets` names the Secrets Manager secrets that the function may read. `buckets` are its grants on
    S3; a route that `signs_uploads` does so as the upload role, where the stage has one. One that `sends_frames` may
    send to WebSocket connections and close them.
    """

    method: Method
    path: str
    function: str
    grants: tuple[Grant, ...] = ()
    public: bool = False
    memory: int = 256
    timeout: int = 10
    layers: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    buckets: tuple[BucketGrant, ...] = ()
    signs_uploads: bool = False
    delivers_media: bool = False
    redrives_uploads: bool = False
    """Whether the function moves checks of uploads that failed back into their queue."""
    sends_frames: bool = False
    engine: Literal["read", "write"] | None = None
    """What the function may do in OpenSearch."""
    webhooks: Literal["send", "redrive"] | None = None
    """What the function may do with the queue of deliveries to tenants' servers, and with those given up."""
    forgets_endpoints: bool = False
    """Whether the function has SNS forget devices."""
    jobs: tuple[JobQueue, ...] = ()
    """The queues of jobs that the function puts jobs into."""
    exports: ExportUse | None = None
    """What the function may do with the bucket of exports."""

    @property
    def service(self) -> str:
        return self.function.split("/")[0]

    @property
    def endpoint(self) -> str:
        return self.function.split("/")[1]


AUTHORIZER_GRANTS: tuple[Grant, ...] = (
    chat("BatchGetItem", "tenant", "user"),
    control("GetItem", "secrets"),
)

MODERATING: tuple[Grant, ...] = (
    chat("GetItem", "moderation"),
    control("BatchGetItem", "pre_send", "pre_send_secret"),
    control("UpdateItem DeleteItem", "pre_send"),
)
"""What is sent and edited is held against the block list and shown to the pre-send webhook: its secret, its breaker."""

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
    Route(
        "POST",
        "/v1/messages",
        "messaging/send_message",
        (
            chat("GetItem UpdateItem", "user"),
            chat("BatchGetItem GetItem PutItem Query UpdateItem", "conversation"),
            chat("BatchGetItem PutItem UpdateItem DeleteItem", "media"),
            control("PutItem", "due"),
            control("UpdateItem", "rate_limit"),
            control("GetItem PutItem UpdateItem", "idempotency"),
            *MODERATING,
        ),
        layers=("moderation",),
    ),
    Route(
        "GET",
        "/v1/messages/{message_id}",
        "messaging/get_message",
        (chat("BatchGetItem", "user"), chat("BatchGetItem GetItem", "conversation")),
    ),
    Route(
        "PUT",
        "/v1/messages/{message_id}",
        "messaging/edit_message",
        (
            chat("BatchGetItem", "user"),
            chat("BatchGetItem GetItem PutItem UpdateItem DeleteItem", "conversation"),
            chat("BatchGetItem PutItem UpdateItem DeleteItem", "media"),
            *MODERATING,
        ),
        layers=("moderation",),
    ),
    Route(
        "GET",
        "/v1/messages/{message_id}/edits",
        "messaging/list_edits",
        (chat("BatchGetItem", "user"), chat("BatchGetItem GetItem Query", "conversation")),
    ),
    Route(
        "DELETE",
        "/v1/messages/{message_id}",
        "messaging/delete_message",
        (
            chat("BatchGetItem", "user"),
            chat("BatchGetItem GetItem Query UpdateItem DeleteItem", "conversation"),
            chat("DeleteItem", "media"),
            control("DeleteItem", "idempotency"),
            control("PutItem", "due"),
        ),
    ),
    Route(
        "GET",
        "/v1/messages/{message_id}/replies",
        "messaging/list_replies",
        (chat("BatchGetItem", "user"), chat("BatchGetItem GetItem Query PutItem UpdateItem", "conversation")),
    ),
    Route(
        "POST",
        "/v1/messages/{message_id}/reactions",
        "messaging/add_reaction",
        (
            chat("BatchGetItem", "user"),
            chat("BatchGetItem GetItem PutItem UpdateItem", "conversation"),
            IDEMPOTENCY,
        ),
    ),
    Route(
        "GET",
        "/v1/messages/{message_id}/reactions",
        "messaging/list_reactions",
        (chat("BatchGetItem", "user"), chat("BatchGetItem GetItem Query", "conversation")),
    ),
    Route(
        "DELETE",
        "/v1/messages/{message_id}/reactions/{reaction}",
        "messaging/remove_reaction",
        (chat("BatchGetItem", "user"), chat("BatchGetItem GetItem UpdateItem DeleteItem", "conversation")),
    ),
    Route(
        "PUT",
        "/v1/messages/{message_id}/pin",
        "messaging/pin_message",
        (chat("BatchGetItem", "user"), chat("BatchGetItem GetItem UpdateItem", "conversation")),
    ),
    Route(
        "DELETE",
        "/v1/messages/{message_id}/pin",
        "messaging/unpin_message",
        (chat("BatchGetItem", "user"), chat("BatchGetItem GetItem UpdateItem", "conversation")),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/pins",
        "messaging/list_pins",
        (chat("GetItem", "user"), chat("BatchGetItem GetItem", "conversation")),
    ),
    Route(
        "POST",
        "/v1/messages/{message_id}/flag",
        "messaging/flag_message",
        (chat("BatchGetItem", "user"), chat("BatchGetItem GetItem PutItem", "conversation"), IDEMPOTENCY),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/messages",
        "messaging/list_messages",
        (
            chat("GetItem", "user"),
            chat("BatchGetItem GetItem Query PutItem UpdateItem", "conversation"),
        ),
    ),
    Route(
        "POST",
        "/v1/conversations",
        "messaging/create_conversation",
        (
            chat("BatchGetItem PutItem ConditionCheckItem", "user"),
            chat("BatchGetItem GetItem PutItem UpdateItem", "conversation"),
            control("UpdateItem", "rate_limit"),
            IDEMPOTENCY,
        ),
    ),
    Route(
        "GET",
        "/v1/conversations",
        "messaging/list_conversations",
        (chat("Query", "user"), chat("BatchGetItem Query", "conversation")),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}",
        "messaging/get_conversation",
        (chat("BatchGetItem", "user", "conversation"),),
    ),
    Route(
        "PUT",
        "/v1/conversations/{conversation_id}",
        "messaging/update_conversation",
        (chat("GetItem BatchGetItem", "user"), chat("GetItem BatchGetItem UpdateItem", "conversation")),
    ),
    Route(
        "DELETE",
        "/v1/conversations/{conversation_id}",
        "messaging/archive_conversation",
        (chat("GetItem", "user"), chat("GetItem UpdateItem", "conversation")),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/members",
        "messaging/list_members",
        (chat("GetItem", "user"), chat("GetItem", "conversation"), chat("Query", "conversation", index="collection")),
    ),
    Route(
        "POST",
        "/v1/conversations/{conversation_id}/members",
        "messaging/add_members",
        (
            chat("GetItem BatchGetItem PutItem", "user"),
            chat("GetItem BatchGetItem UpdateItem", "conversation"),
            IDEMPOTENCY,
        ),
    ),
    Route(
        "DELETE",
        "/v1/conversations/{conversation_id}/members/{user_id}",
        "messaging/remove_member",
        (chat("GetItem PutItem DeleteItem", "user"), chat("GetItem UpdateItem", "conversation")),
    ),
    Route(
        "PUT",
        "/v1/conversations/{conversation_id}/members/{user_id}/role",
        "messaging/change_role",
        (chat("GetItem UpdateItem", "user"), chat("GetItem UpdateItem", "conversation")),
    ),
    Route(
        "PUT",
        "/v1/conversations/{conversation_id}/mute",
        "messaging/mute_conversation",
        (chat("UpdateItem", "user"), chat("GetItem", "conversation")),
    ),
    Route(
        "DELETE",
        "/v1/conversations/{conversation_id}/mute",
        "messaging/unmute_conversation",
        (chat("UpdateItem", "user"), chat("GetItem", "conversation")),
    ),
    Route(
        "POST",
        "/v1/conversations/{conversation_id}/read",
        "messaging/mark_read",
        (chat("GetItem UpdateItem", "user"), chat("GetItem Query", "conversation"), IDEMPOTENCY),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/receipts",
        "messaging/list_receipts",
        (
            chat("GetItem BatchGetItem", "user"),
            chat("GetItem", "conversation"),
            chat("Query", "conversation", index="collection"),
        ),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/bans",
        "messaging/list_bans",
        (chat("GetItem", "user"), chat("GetItem Query", "conversation")),
    ),
    Route(
        "PUT",
        "/v1/conversations/{conversation_id}/bans/{user_id}",
        "messaging/ban_user",
        (
            chat("GetItem BatchGetItem PutItem DeleteItem ConditionCheckItem", "user"),
            chat("GetItem PutItem UpdateItem", "conversation"),
        ),
    ),
    Route(
        "DELETE",
        "/v1/conversations/{conversation_id}/bans/{user_id}",
        "messaging/unban_user",
        (chat("GetItem", "user"), chat("GetItem DeleteItem", "conversation")),
    ),
    Route(
        "GET",
        "/v1/unread",
        "messaging/count_unread",
        (chat("Query", "user"), chat("BatchGetItem Query", "conversation")),
    ),
    Route("GET", "/v1/users/me/blocks", "messaging/list_blocks", (chat("Query", "user"),)),
    Route(
        "PUT",
        "/v1/users/{user_id}/block",
        "messaging/block_user",
        (chat("GetItem BatchGetItem UpdateItem ConditionCheckItem", "user"),),
    ),
    Route(
        "DELETE",
        "/v1/users/{user_id}/block",
        "messaging/unblock_user",
        (chat("GetItem UpdateItem DeleteItem ConditionCheckItem", "user"),),
    ),
    Route(
        "GET",
        "/v1/media/{media_id}",
        "media/get_media",
        (chat("Query", "media"), chat("BatchGetItem", "user", "conversation")),
    ),
    Route(
        "DELETE",
        "/v1/media/{media_id}",
        "media/delete_media",
        (chat("Query UpdateItem", "media"), control("UpdateItem", "quota"), control("PutItem", "due")),
        buckets=(media_bucket("AbortMultipartUpload DeleteObject", "quarantine/", "media/"),),
    ),
    Route(
        "GET",
        "/v1/media/{media_id}/downloads",
        "media/list_downloads",
        (chat("Query", "media"), control("Query", "media")),
    ),
    Route(
        "GET", "/v1/download/{media_id}", "media/download", ISSUE_DOWNLOAD, delivers_media=True, layers=("identity",)
    ),
    Route(
        "GET",
        "/v1/download/{media_id}/signed",
        "media/sign_download",
        ISSUE_DOWNLOAD,
        delivers_media=True,
        layers=("identity",),
    ),
    Route("GET", "/v1/stream/{media_id}", "media/stream", ISSUE_DOWNLOAD, delivers_media=True, layers=("identity",)),
    Route(
        "POST",
        "/v1/upload",
        "media/start_upload",
        (
            chat("GetItem", "user"),
            chat("PutItem", "media"),
            control("BatchGetItem UpdateItem", "quota"),
            control("PutItem", "due"),
            IDEMPOTENCY,
        ),
        buckets=(media_bucket("PutObject AbortMultipartUpload", "quarantine/"),),
        signs_uploads=True,
    ),
    Route(
        "POST",
        "/v1/upload/chunk",
        "media/sign_parts",
        (chat("GetItem", "media"), IDEMPOTENCY),
        buckets=(media_bucket("PutObject", "quarantine/"),),
        signs_uploads=True,
    ),
    Route(
        "GET",
        "/v1/upload/{upload_id}/progress",
        "media/get_progress",
        (chat("GetItem", "media"),),
        buckets=(media_bucket("ListMultipartUploadParts GetObject", "quarantine/"), media_bucket("ListBucket")),
    ),
    Route(
        "POST",
        "/v1/upload/complete",
        "media/complete_upload",
        (chat("GetItem UpdateItem", "media"), control("PutItem", "due"), IDEMPOTENCY),
        timeout=29,
        buckets=(
            media_bucket("ListMultipartUploadParts GetObject PutObject", "quarantine/"),
            media_bucket("ListBucket"),
        ),
    ),
    Route(
        "DELETE",
        "/v1/upload/{upload_id}",
        "media/abort_upload",
        (chat("GetItem UpdateItem", "media"), control("UpdateItem", "quota"), control("PutItem", "due")),
        buckets=(media_bucket("AbortMultipartUpload DeleteObject", "quarantine/"),),
    ),
    Route(
        "POST",
        "/v1/admin/media/redrive",
        "media/redrive_uploads",
        (IDEMPOTENCY,),
        timeout=29,
        redrives_uploads=True,
    ),
    Route(
        "POST",
        "/v1/tokens",
        "identity/mint_token",
        (chat("Query", "tenant"), control("GetItem", "secrets"), IDEMPOTENCY),
        layers=("identity",),
    ),
    Route(
        "POST",
        "/v1/users/{user_id}/revoke-tokens",
        "identity/revoke_user_tokens",
        (chat("UpdateItem", "user"), IDEMPOTENCY),
    ),
    Route("PUT", "/v1/users/{user_id}", "users/put_user", (chat("UpdateItem", "user"),)),
    Route(
        "DELETE",
        "/v1/users/{user_id}",
        "users/delete_user",
        (
            chat("GetItem Query UpdateItem", "user"),
            control("GetItem PutItem", "jobs"),
            control("PutItem", "active_jobs"),
        ),
        jobs=("erasures",),
    ),
    Route(
        "POST",
        "/v1/exports",
        "jobs/start_export",
        (
            control("GetItem PutItem", "jobs"),
            control("PutItem", "active_jobs", "user"),
            control("UpdateItem", "rate_limit"),
            IDEMPOTENCY,
        ),
        jobs=("exports",),
    ),
    Route("GET", "/v1/exports/{export_id}", "jobs/get_export", (control("GetItem", "jobs"),), exports="read"),
    Route("GET", "/v1/jobs/{job_id}", "jobs/get_job", (control("GetItem", "jobs"),)),
    Route("GET", "/v1/users/{user_id}", "users/get_user", (chat("GetItem", "user"),)),
    Route("GET", "/v1/users", "users/list_users", (chat("Query", "directory", index="collection"),)),
    Route("POST", "/v1/tenants", "tenants/create_tenant", (chat("PutItem", "tenant"), IDEMPOTENCY)),
    Route("GET", "/v1/tenants/{tenant_id}", "tenants/get_tenant", (chat("GetItem", "tenant"),)),
    Route(
        "PUT",
        "/v1/tenants/{tenant_id}",
        "tenants/update_tenant",
        (
            chat("GetItem UpdateItem", "tenant"),
            control("ConditionCheckItem", "pre_send_secret"),
            control("DeleteItem", "pre_send"),
        ),
    ),
    Route(
        "POST",
        "/v1/tenants/{tenant_id}/revoke-tokens",
        "tenants/revoke_tenant_tokens",
        (chat("UpdateItem", "tenant"), IDEMPOTENCY),
    ),
    Route(
        "POST",
        "/v1/tenants/{tenant_id}/keys",
        "tenants/create_key",
        (chat("GetItem Query PutItem UpdateItem", "tenant"), control("PutItem", "secrets"), IDEMPOTENCY),
        layers=("identity",),
    ),
    Route("GET", "/v1/tenants/{tenant_id}/keys", "tenants/list_keys", (chat("GetItem Query", "tenant"),)),
    Route("GET", "/v1/tenants/{tenant_id}/keys/{kid}", "tenants/get_key", (chat("GetItem Query", "tenant"),)),
    Route(
        "DELETE",
        "/v1/tenants/{tenant_id}/keys/{kid}",
        "tenants/delete_key",
        (chat("GetItem Query UpdateItem DeleteItem", "tenant"), control("DeleteItem", "secrets")),
    ),
    Route(
        "GET",
        "/v1/events",
        "realtime/list_events",
        (
            chat("Query BatchGetItem", "user"),
            chat("BatchGetItem", "conversation", "media"),
            control("Query", "user", "conversation"),
            control("BatchGetItem", "conversation"),
        ),
    ),
    Route(
        "GET",
        "/v1/users/{user_id}/presence",
        "realtime/get_presence",
        (chat("BatchGetItem", "user"), control("GetItem", "user")),
    ),
    Route(
        "PUT",
        "/v1/users/me/status",
        "realtime/set_status",
        (
            chat("Query BatchGetItem", "user"),
            control("Query", "conversation"),
            control("UpdateItem", "user"),
            control("DeleteItem", "connections", "conversation"),
        ),
        sends_frames=True,
    ),
    Route(
        "PUT",
        "/v1/users/me/devices/{device_id}",
        "push/register_device",
        (
            control("BatchGetItem GetItem UpdateItem", "user"),
            control("BatchGetItem PutItem DeleteItem", "push_tokens"),
        ),
        forgets_endpoints=True,
    ),
    Route(
        "DELETE",
        "/v1/users/me/devices/{device_id}",
        "push/remove_device",
        (control("GetItem UpdateItem", "user"), control("DeleteItem", "push_tokens")),
        forgets_endpoints=True,
    ),
    Route("GET", "/v1/users/me/devices", "push/list_devices", (control("GetItem", "user"),)),
    Route("GET", "/v1/users/me/notifications", "push/get_notifications", (control("GetItem", "user"),)),
    Route("PUT", "/v1/users/me/notifications", "push/set_notifications", (control("UpdateItem", "user"),)),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/notifications",
        "push/get_conversation_notifications",
        (chat("GetItem", "user", "conversation"),),
    ),
    Route(
        "PUT",
        "/v1/conversations/{conversation_id}/notifications",
        "push/set_conversation_notifications",
        (chat("UpdateItem", "user"), chat("GetItem", "conversation")),
    ),
    Route(
        "DELETE",
        "/v1/conversations/{conversation_id}/notifications",
        "push/reset_conversation_notifications",
        (chat("UpdateItem", "user"), chat("GetItem", "conversation")),
    ),
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
    Route(
        "POST",
        "/v1/webhooks",
        "webhooks/create_webhook",
        (chat("GetItem PutItem UpdateItem", "webhooks"), control("GetItem PutItem", "webhooks"), IDEMPOTENCY),
    ),
    Route("GET", "/v1/webhooks", "webhooks/list_webhooks", (chat("Query", "webhooks"),)),
    Route("GET", "/v1/webhooks/{webhook_id}", "webhooks/get_webhook", (chat("GetItem", "webhooks"),)),
    Route(
        "PUT",
        "/v1/webhooks/{webhook_id}",
        "webhooks/update_webhook",
        (chat("GetItem UpdateItem", "webhooks"), control("DeleteItem", "webhook_log")),
    ),
    Route(
        "DELETE",
        "/v1/webhooks/{webhook_id}",
        "webhooks/delete_webhook",
        (chat("DeleteItem UpdateItem", "webhooks"), control("DeleteItem", "webhooks")),
    ),
    Route(
        "POST",
        "/v1/webhooks/{webhook_id}/rotate-secret",
        "webhooks/rotate_secret",
        (chat("GetItem", "webhooks"), control("GetItem PutItem", "webhooks"), IDEMPOTENCY),
    ),
    Route(
        "GET",
        "/v1/webhooks/{webhook_id}/deliveries",
        "webhooks/list_deliveries",
        (chat("GetItem", "webhooks"), control("Query", "webhook_log")),
    ),
    Route(
        "POST",
        "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
        "webhooks/replay_delivery",
        (chat("GetItem", "webhooks"), control("UpdateItem", "webhook_log"), IDEMPOTENCY),
        webhooks="send",
    ),
    Route(
        "POST",
        "/v1/admin/webhooks/redrive",
        "webhooks/redrive_deliveries",
        (IDEMPOTENCY,),
        timeout=29,
        webhooks="redrive",
    ),
    Route(
        "GET",
        "/v1/health/ready",
        "operations/check_readiness",
        (control("GetItem Query", "search_state"), control("Query", "breakers")),
        layers=("search",),
        engine="read",
    ),
    Route(
        "PUT",
        "/v1/moderation/block-list",
        "moderation/put_block_list",
        (chat("GetItem PutItem", "moderation"), chat("UpdateItem", "tenant")),
        layers=("moderation",),
    ),
    Route(
        "GET",
        "/v1/moderation/block-list",
        "moderation/get_block_list",
        (chat("GetItem", "moderation"),),
    ),
    Route(
        "DELETE",
        "/v1/moderation/block-list",
        "moderation/delete_block_list",
        (chat("GetItem DeleteItem", "moderation"), chat("UpdateItem", "tenant")),
    ),
    Route(
        "POST",
        "/v1/moderation/pre-send/rotate-secret",
        "moderation/rotate_pre_send_secret",
        (control("GetItem PutItem", "pre_send_secret"), IDEMPOTENCY),
    ),
    Route(
        "GET",
        "/v1/moderation/flags",
        "moderation/list_flags",
        (chat("Query", "flags", index="collection"), chat("BatchGetItem", "conversation")),
    ),
    Route(
        "POST",
        "/v1/moderation/flags/{flag_id}/resolve",
        "moderation/resolve_flag",
        (chat("UpdateItem", "conversation"), IDEMPOTENCY),
    ),
    Route("GET", "/v1/usage", "usage/get_usage", (control("BatchGetItem Query", "quota"),), timeout=20),
    Route("GET", "/v1/health", "operations/health", public=True, memory=128),
)

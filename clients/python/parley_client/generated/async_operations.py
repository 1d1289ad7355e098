"""A method for each operation. Generated from docs/openapi.json: `make clients`."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from typing import Any, Literal, Unpack
from urllib.parse import quote

from parley_client.generated.models import (
    AddMembers,
    AddedMembers,
    AuditLine,
    AuditPage,
    Ban,
    BanUser,
    Block,
    BlockList,
    ChangeRole,
    ClearHistory,
    ClearedHistory,
    CompleteUpload,
    Conversation,
    ConversationHit,
    ConversationHits,
    ConversationNotifications,
    ConversationSettings,
    ConversationSummary,
    CreateConversation,
    CreateIssuer,
    CreateSigningKey,
    CreateTenant,
    CreateWebhook,
    Delivered,
    DeliveredStates,
    Delivery,
    DeliveryPage,
    Device,
    Devices,
    Download,
    EditMessage,
    EventPage,
    Export,
    Flag,
    FlagMessage,
    GlobalHits,
    Health,
    Issuer,
    Issuers,
    Job,
    MarkRead,
    MarkThreadRead,
    MarkUnread,
    Media,
    MediaRedriven,
    Member,
    Membership,
    Message,
    MessageContent,
    MessageEdit,
    MessageHit,
    MessageHits,
    MessagePage,
    MintToken,
    Mute,
    NewSigningKey,
    NewWebhook,
    Notifications,
    OpenFlag,
    OpenFlagPage,
    OwnStatus,
    PageBan,
    PageBlock,
    PageConversationSummary,
    PageDownload,
    PageMember,
    PageMessage,
    PageMessageEdit,
    PageReaction,
    PageReceipt,
    PageSearchFailure,
    PageThread,
    PreSendSecret,
    Progress,
    PutBlockList,
    PutUser,
    React,
    Reaction,
    ReactionCounts,
    ReadState,
    Readiness,
    Receipt,
    RecentSearches,
    RegisterDevice,
    ReindexJob,
    ResolveFlag,
    ResolvedFlag,
    Revocation,
    RotatePreSendSecret,
    RotateSecret,
    SaveSearch,
    SavedSearch,
    SavedSearches,
    SearchFailure,
    SearchRedriven,
    SendMessage,
    SetNotifications,
    SetStatus,
    SignDownloads,
    SignParts,
    SignedParts,
    SignedUrl,
    SignedUrls,
    SigningKey,
    SigningKeys,
    StartExport,
    StartReindex,
    StartUpload,
    Suggestions,
    Tenant,
    Thread,
    Token,
    Unread,
    UnreadThreads,
    UpdateConversation,
    UpdateSavedSearch,
    UpdateSettings,
    UpdateTenant,
    UpdateWebhook,
    Upload,
    Usage,
    User,
    UserHit,
    UserHits,
    UserPage,
    UserPresence,
    UserSummary,
    Webhook,
    Webhooks,
    WebhooksRedriven,
)


class AsyncOperations(ABC):
    """The operations of Parley. Arguments are those of the request, answers are its JSON."""

    @abstractmethod
    async def call(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, Any] | None = None,
        body: Any = None,
        if_match: int | None = None,
        idempotency_key: str | None = None,
    ) -> Any:
        """The answer to a request, as JSON. Raises `Refused` and `Unreachable`."""

    async def redrive_uploads(self, *, idempotency_key: str | None = None) -> MediaRedriven:
        """Try again up to a thousand checks of uploads that failed, of all tenants.

        For the operator, once the cause is gone.
        """
        answer: MediaRedriven = await self.call("POST", "/v1/admin/media/redrive", idempotency_key=idempotency_key)
        return answer

    async def list_failures(self, *, limit: int | None = None, cursor: str | None = None) -> PageSearchFailure:
        """The documents that could not be indexed.

        For the operator, in pages, with the reason of each.
        """
        answer: PageSearchFailure = await self.call(
            "GET", "/v1/admin/search/failures", query={"limit": limit, "cursor": cursor}
        )
        return answer

    async def iterate_failures(self, *, limit: int | None = None) -> AsyncIterator[SearchFailure]:
        """All that `list_failures` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_failures(limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def redrive_failures(self, *, idempotency_key: str | None = None) -> SearchRedriven:
        """Try again what could not be indexed.

        For the operator, once the cause is gone.
        """
        answer: SearchRedriven = await self.call(
            "POST", "/v1/admin/search/failures/redrive", idempotency_key=idempotency_key
        )
        return answer

    async def start_reindex(self, *, idempotency_key: str | None = None, **body: Unpack[StartReindex]) -> ReindexJob:
        """Rebuild the indices under live writes.

        For the operator. New indices are filled beside the old ones, compared and switched to at once; one rebuild at a
        time.
        """
        answer: ReindexJob = await self.call(
            "POST", "/v1/admin/search/reindex", body=body, idempotency_key=idempotency_key
        )
        return answer

    async def get_reindex(self, job_id: str) -> ReindexJob:
        """How far a rebuild is.

        For the operator: its phase, its counts and how many documents differ.
        """
        answer: ReindexJob = await self.call("GET", f"/v1/admin/search/reindex/{quote(job_id, safe='')}")
        return answer

    async def cancel_reindex(self, job_id: str, *, idempotency_key: str | None = None) -> ReindexJob:
        """Give a rebuild up before it is switched to.

        For the operator. The old indices serve on, and the new ones go.
        """
        answer: ReindexJob = await self.call(
            "POST", f"/v1/admin/search/reindex/{quote(job_id, safe='')}/cancel", idempotency_key=idempotency_key
        )
        return answer

    async def confirm_reindex(self, job_id: str, *, idempotency_key: str | None = None) -> ReindexJob:
        """Keep the new indices and write the old ones no longer.

        For the operator. The old ones stay until the next rebuild drops them.
        """
        answer: ReindexJob = await self.call(
            "POST", f"/v1/admin/search/reindex/{quote(job_id, safe='')}/confirm", idempotency_key=idempotency_key
        )
        return answer

    async def roll_back_reindex(self, job_id: str, *, idempotency_key: str | None = None) -> ReindexJob:
        """Search the old indices again.

        For the operator. They were written all the while, so nothing is missing in them.
        """
        answer: ReindexJob = await self.call(
            "POST", f"/v1/admin/search/reindex/{quote(job_id, safe='')}/rollback", idempotency_key=idempotency_key
        )
        return answer

    async def redrive_deliveries(self, *, idempotency_key: str | None = None) -> WebhooksRedriven:
        """Try again up to a thousand deliveries that were given up, of all tenants.

        For the operator, once the cause is gone.
        """
        answer: WebhooksRedriven = await self.call(
            "POST", "/v1/admin/webhooks/redrive", idempotency_key=idempotency_key
        )
        return answer

    async def list_audit(
        self,
        *,
        tenant_id: str | None = None,
        actor: Literal["operator", "server", "user"] | None = None,
        actor_id: str | None = None,
        action: Literal[
            "tenant.created",
            "tenant.updated",
            "tenant.tokens_revoked",
            "key.created",
            "key.retired",
            "key.removed",
            "issuer.created",
            "issuer.removed",
            "webhook.created",
            "webhook.updated",
            "webhook.secret_rotated",
            "webhook.removed",
            "block_list.put",
            "block_list.removed",
            "pre_send.secret_rotated",
            "flag.resolved",
            "user.erased",
            "user.tokens_revoked",
            "user.banned",
            "user.unbanned",
            "member.role_changed",
            "message.deleted",
            "message.erased",
            "export.started",
        ]
        | None = None,
        target: Literal[
            "tenant", "key", "issuer", "webhook", "block_list", "pre_send", "flag", "user", "message", "export"
        ]
        | None = None,
        target_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> AuditPage:
        """The administrative acts of a tenant, the newest first: who did what, when and from where.

        A server token sees its own tenant's, an operator those of the tenant that it names. Lines are kept for 400 days
        unless the deployment says otherwise, and nobody can change one. A page may be shorter than its limit, even
        empty, where filters leave out much: `next_cursor` says whether there is more.
        """
        answer: AuditPage = await self.call(
            "GET",
            "/v1/audit",
            query={
                "tenant_id": tenant_id,
                "actor": actor,
                "actor_id": actor_id,
                "action": action,
                "target": target,
                "target_id": target_id,
                "from": from_,
                "to": to,
                "limit": limit,
                "cursor": cursor,
            },
        )
        return answer

    async def iterate_audit(
        self,
        *,
        tenant_id: str | None = None,
        actor: Literal["operator", "server", "user"] | None = None,
        actor_id: str | None = None,
        action: Literal[
            "tenant.created",
            "tenant.updated",
            "tenant.tokens_revoked",
            "key.created",
            "key.retired",
            "key.removed",
            "issuer.created",
            "issuer.removed",
            "webhook.created",
            "webhook.updated",
            "webhook.secret_rotated",
            "webhook.removed",
            "block_list.put",
            "block_list.removed",
            "pre_send.secret_rotated",
            "flag.resolved",
            "user.erased",
            "user.tokens_revoked",
            "user.banned",
            "user.unbanned",
            "member.role_changed",
            "message.deleted",
            "message.erased",
            "export.started",
        ]
        | None = None,
        target: Literal[
            "tenant", "key", "issuer", "webhook", "block_list", "pre_send", "flag", "user", "message", "export"
        ]
        | None = None,
        target_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[AuditLine]:
        """All that `list_audit` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_audit(
                tenant_id=tenant_id,
                actor=actor,
                actor_id=actor_id,
                action=action,
                target=target,
                target_id=target_id,
                from_=from_,
                to=to,
                limit=limit,
                cursor=cursor,
            )
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def create_conversation(
        self, *, idempotency_key: str | None = None, **body: Unpack[CreateConversation]
    ) -> Conversation:
        """Open a direct conversation, a group or a channel.

        A `direct` conversation is the same whoever opens it first, and 200 where it exists; a `channel` is open to
        everybody of the tenant. Who opens a group or channel owns it.
        """
        answer: Conversation = await self.call("POST", "/v1/conversations", body=body, idempotency_key=idempotency_key)
        return answer

    async def list_conversations(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        type: Literal["direct", "group", "channel"] | None = None,
        archived: bool | None = None,
        archived_for_me: bool | None = None,
        hidden: bool | None = None,
        pinned: bool | None = None,
        label: str | None = None,
        custom: str | None = None,
        sort: str | None = None,
        q: str | None = None,
        updated_since: str | None = None,
    ) -> PageConversationSummary:
        """The caller's conversations, the pinned ones first, then by newest activity.

        Each with its unread count, its last message and the caller's role and settings; filtered by type, archive,
        settings, declared keys of its custom data, beginning of the name and moment of the last change. What is
        archived, in the caller's own archive or hidden is listed only where it is asked for.
        """
        answer: PageConversationSummary = await self.call(
            "GET",
            "/v1/conversations",
            query={
                "limit": limit,
                "cursor": cursor,
                "type": type,
                "archived": archived,
                "archived_for_me": archived_for_me,
                "hidden": hidden,
                "pinned": pinned,
                "label": label,
                "custom": custom,
                "sort": sort,
                "q": q,
                "updated_since": updated_since,
            },
        )
        return answer

    async def iterate_conversations(
        self,
        *,
        limit: int | None = None,
        type: Literal["direct", "group", "channel"] | None = None,
        archived: bool | None = None,
        archived_for_me: bool | None = None,
        hidden: bool | None = None,
        pinned: bool | None = None,
        label: str | None = None,
        custom: str | None = None,
        sort: str | None = None,
        q: str | None = None,
        updated_since: str | None = None,
    ) -> AsyncIterator[ConversationSummary]:
        """All that `list_conversations` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_conversations(
                limit=limit,
                type=type,
                archived=archived,
                archived_for_me=archived_for_me,
                hidden=hidden,
                pinned=pinned,
                label=label,
                custom=custom,
                sort=sort,
                q=q,
                updated_since=updated_since,
                cursor=cursor,
            )
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def get_conversation(self, conversation_id: str) -> Conversation:
        """A conversation and the caller's membership.

        Members see theirs; a channel is shown to everybody of the tenant.
        """
        answer: Conversation = await self.call("GET", f"/v1/conversations/{quote(conversation_id, safe='')}")
        return answer

    async def update_conversation(
        self, conversation_id: str, *, if_match: int | None = None, **body: Unpack[UpdateConversation]
    ) -> Conversation:
        """Change its name, picture, custom data or settings.

        By an admin or owner. What is left out stays as it is.
        """
        answer: Conversation = await self.call(
            "PUT", f"/v1/conversations/{quote(conversation_id, safe='')}", body=body, if_match=if_match
        )
        return answer

    async def archive_conversation(self, conversation_id: str, *, if_match: int | None = None) -> None:
        """Archive it.

        By its owner. It stays readable, and every write to it is 409 `conversation_archived`.
        """
        await self.call("DELETE", f"/v1/conversations/{quote(conversation_id, safe='')}", if_match=if_match)

    async def list_bans(self, conversation_id: str, *, limit: int | None = None, cursor: str | None = None) -> PageBan:
        """Who may not come back.

        For admins and owners, with who decided and why.
        """
        answer: PageBan = await self.call(
            "GET", f"/v1/conversations/{quote(conversation_id, safe='')}/bans", query={"limit": limit, "cursor": cursor}
        )
        return answer

    async def iterate_bans(self, conversation_id: str, *, limit: int | None = None) -> AsyncIterator[Ban]:
        """All that `list_bans` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_bans(conversation_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def ban_user(self, conversation_id: str, user_id: str, **body: Unpack[BanUser]) -> Ban:
        """Remove a user and keep them out.

        By an admin or owner. Whoever is banned can neither be added nor join. Again, the first ban stands.
        """
        answer: Ban = await self.call(
            "PUT", f"/v1/conversations/{quote(conversation_id, safe='')}/bans/{quote(user_id, safe='')}", body=body
        )
        return answer

    async def unban_user(self, conversation_id: str, user_id: str) -> None:
        """Let a user come back.

        By an admin or owner. They are no member until somebody adds them.
        """
        await self.call("DELETE", f"/v1/conversations/{quote(conversation_id, safe='')}/bans/{quote(user_id, safe='')}")

    async def clear_history(
        self, conversation_id: str, *, idempotency_key: str | None = None, **body: Unpack[ClearHistory]
    ) -> ClearedHistory:
        """Show the caller nothing of what was sent so far.

        Up to a message or, without one, to the end: not in histories, threads, searches, pins, previews, counts or
        events. The others see it as before and are not told. It cannot be taken back.
        """
        answer: ClearedHistory = await self.call(
            "POST",
            f"/v1/conversations/{quote(conversation_id, safe='')}/clear",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def list_members(
        self, conversation_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> PageMember:
        """Who belongs to it.

        In pages, with the role of each and since when.
        """
        answer: PageMember = await self.call(
            "GET",
            f"/v1/conversations/{quote(conversation_id, safe='')}/members",
            query={"limit": limit, "cursor": cursor},
        )
        return answer

    async def iterate_members(self, conversation_id: str, *, limit: int | None = None) -> AsyncIterator[Member]:
        """All that `list_members` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_members(conversation_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def add_members(
        self, conversation_id: str, *, idempotency_key: str | None = None, **body: Unpack[AddMembers]
    ) -> AddedMembers:
        """Add users, or join a channel.

        Up to a hundred, with a result for each; by an admin or owner. In a channel anybody may add themselves.
        """
        answer: AddedMembers = await self.call(
            "POST",
            f"/v1/conversations/{quote(conversation_id, safe='')}/members",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def remove_member(self, conversation_id: str, user_id: str) -> None:
        """Remove a member, or leave.

        Others by an admin or owner; oneself at any time. The last owner hands over first: 409 `last_owner`.
        """
        await self.call(
            "DELETE", f"/v1/conversations/{quote(conversation_id, safe='')}/members/{quote(user_id, safe='')}"
        )

    async def change_role(self, conversation_id: str, user_id: str, **body: Unpack[ChangeRole]) -> Member:
        """Give a member another role.

        By an owner: `member`, `admin` or `owner`. The last owner stays one.
        """
        answer: Member = await self.call(
            "PUT",
            f"/v1/conversations/{quote(conversation_id, safe='')}/members/{quote(user_id, safe='')}/role",
            body=body,
        )
        return answer

    async def list_messages(
        self,
        conversation_id: str,
        *,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        cursor: str | None = None,
        around: str | None = None,
        after_seq: int | None = None,
        before_seq: int | None = None,
    ) -> MessagePage:
        """A page of a conversation's history.

        Newest first, or oldest first with `order=asc`. Start at the end, `around` a message, or after or before a
        number. Deleted messages keep their places as tombstones, so that `seq` has no hole that is not explained.
        """
        answer: MessagePage = await self.call(
            "GET",
            f"/v1/conversations/{quote(conversation_id, safe='')}/messages",
            query={
                "limit": limit,
                "order": order,
                "cursor": cursor,
                "around": around,
                "after_seq": after_seq,
                "before_seq": before_seq,
            },
        )
        return answer

    async def iterate_messages(
        self,
        conversation_id: str,
        *,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        around: str | None = None,
        after_seq: int | None = None,
        before_seq: int | None = None,
    ) -> AsyncIterator[Message]:
        """All that `list_messages` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_messages(
                conversation_id,
                limit=limit,
                order=order,
                around=around,
                after_seq=after_seq,
                before_seq=before_seq,
                cursor=cursor,
            )
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def mute_conversation(self, conversation_id: str, **body: Unpack[Mute]) -> Membership:
        """Turn the caller's notifications off.

        For good, or until a moment. A muted conversation is counted apart in unread totals.
        """
        answer: Membership = await self.call(
            "PUT", f"/v1/conversations/{quote(conversation_id, safe='')}/mute", body=body
        )
        return answer

    async def unmute_conversation(self, conversation_id: str) -> None:
        """Turn the caller's notifications on again.

        What is not muted stays so.
        """
        await self.call("DELETE", f"/v1/conversations/{quote(conversation_id, safe='')}/mute")

    async def get_conversation_notifications(self, conversation_id: str) -> ConversationNotifications:
        """What the caller is told of by push in a conversation.

        The choice for this conversation or, where there is none, the one for all.
        """
        answer: ConversationNotifications = await self.call(
            "GET", f"/v1/conversations/{quote(conversation_id, safe='')}/notifications"
        )
        return answer

    async def set_conversation_notifications(
        self, conversation_id: str, **body: Unpack[SetNotifications]
    ) -> ConversationNotifications:
        """Choose what to be told of by push in a conversation.

        It stands before what is chosen for all conversations, unless that is `none`. A muted conversation stays silent.
        """
        answer: ConversationNotifications = await self.call(
            "PUT", f"/v1/conversations/{quote(conversation_id, safe='')}/notifications", body=body
        )
        return answer

    async def reset_conversation_notifications(self, conversation_id: str) -> None:
        """Let the choice for all conversations hold in this one.

        What has no choice of its own stays so.
        """
        await self.call("DELETE", f"/v1/conversations/{quote(conversation_id, safe='')}/notifications")

    async def list_pins(
        self, conversation_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> PageMessage:
        """The pinned messages.

        At most fifty, as whole messages.
        """
        answer: PageMessage = await self.call(
            "GET", f"/v1/conversations/{quote(conversation_id, safe='')}/pins", query={"limit": limit, "cursor": cursor}
        )
        return answer

    async def iterate_pins(self, conversation_id: str, *, limit: int | None = None) -> AsyncIterator[Message]:
        """All that `list_pins` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_pins(conversation_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def mark_read(
        self, conversation_id: str, *, idempotency_key: str | None = None, **body: Unpack[MarkRead]
    ) -> ReadState:
        """Move the caller's read pointer.

        To a message, or to the end; never backwards. Sending a message reads up to it as well.
        """
        answer: ReadState = await self.call(
            "POST",
            f"/v1/conversations/{quote(conversation_id, safe='')}/read",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def list_receipts(
        self, conversation_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> PageReceipt:
        """How far each member has read.

        In the order of their ids. A tenant may hide them from everybody: 403 `receipts_hidden`.
        """
        answer: PageReceipt = await self.call(
            "GET",
            f"/v1/conversations/{quote(conversation_id, safe='')}/receipts",
            query={"limit": limit, "cursor": cursor},
        )
        return answer

    async def iterate_receipts(self, conversation_id: str, *, limit: int | None = None) -> AsyncIterator[Receipt]:
        """All that `list_receipts` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_receipts(conversation_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def update_settings(
        self, conversation_id: str, *, if_match: int | None = None, **body: Unpack[UpdateSettings]
    ) -> ConversationSettings:
        """How the caller keeps a conversation in their list.

        Hidden, archived for them, pinned, labels; what is left out stays as it is. The caller's other devices are told,
        nobody else.
        """
        answer: ConversationSettings = await self.call(
            "PUT", f"/v1/conversations/{quote(conversation_id, safe='')}/settings", body=body, if_match=if_match
        )
        return answer

    async def mark_unread(
        self, conversation_id: str, *, idempotency_key: str | None = None, **body: Unpack[MarkUnread]
    ) -> ReadState:
        """Mark a message and what came after it as unread.

        One of the last hundred messages. The caller's own messages after it do not count as unread; what the others see
        of the caller's reading goes back too.
        """
        answer: ReadState = await self.call(
            "POST",
            f"/v1/conversations/{quote(conversation_id, safe='')}/unread",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def acknowledge_delivery(
        self, *, idempotency_key: str | None = None, **body: Unpack[Delivered]
    ) -> DeliveredStates:
        """Tell how far messages have reached a device of the caller's.

        The newest number of up to 25 conversations at once: gather what came within some seconds, by socket, push or
        page. It never goes back, and is kept at most once in three seconds: what the answer shows lower, tell again
        then. Conversations of more members than the tenant's `delivery_receipts_members` keep none.
        """
        answer: DeliveredStates = await self.call("POST", "/v1/delivered", body=body, idempotency_key=idempotency_key)
        return answer

    async def sign_downloads(self, *, idempotency_key: str | None = None, **body: Unpack[SignDownloads]) -> SignedUrls:
        """The URLs of what a page shows, in one call.

        Up to a hundred, each with its own result: what may not be fetched has a code in place of a URL.
        """
        answer: SignedUrls = await self.call("POST", "/v1/download/signed", body=body, idempotency_key=idempotency_key)
        return answer

    async def download(self, media_id: str) -> str:
        """To a short-lived URL of the file, as an attachment.

        A redirection for browsers and players that follow it; counted against the budget of downloads.
        """
        answer: str = await self.call("GET", f"/v1/download/{quote(media_id, safe='')}")
        return answer

    async def sign_download(
        self,
        media_id: str,
        *,
        ttl: int | None = None,
        variant: Literal["original", "thumb_128", "thumb_256", "thumb_1024", "poster"] | None = None,
        disposition: Literal["attachment", "inline"] | None = None,
    ) -> SignedUrl:
        """The URL of a file or of one of its thumbnails, as JSON.

        It lives `ttl` seconds, from a minute to a day, and anybody who has it may fetch the file.
        """
        answer: SignedUrl = await self.call(
            "GET",
            f"/v1/download/{quote(media_id, safe='')}/signed",
            query={"ttl": ttl, "variant": variant, "disposition": disposition},
        )
        return answer

    async def list_events(self, *, after: str | None = None, limit: int | None = None) -> EventPage:
        """What was told since a cursor, for a client that was away.

        Without `after` the answer is a cursor to begin at. What cannot be replayed is a `gap`: a conversation to fetch
        anew.
        """
        answer: EventPage = await self.call("GET", "/v1/events", query={"after": after, "limit": limit})
        return answer

    async def start_export(self, *, idempotency_key: str | None = None, **body: Unpack[StartExport]) -> Export:
        """Begin to export all of the tenant's data, or one user's, as gzipped JSON lines.

        A server token exports the tenant, or the user that it names; a user exports themselves. `GET
        /v1/exports/{export_id}` tells how far it is and, at the end, where the files are. Signing keys, webhooks and
        device tokens are in no export.
        """
        answer: Export = await self.call("POST", "/v1/exports", body=body, idempotency_key=idempotency_key)
        return answer

    async def get_export(self, export_id: str) -> Export:
        """How far an export is and, once it is completed, URLs to fetch its files by.

        The URLs are good for a quarter of an hour; ask again for fresh ones, as long as the export is kept: a week.
        """
        answer: Export = await self.call("GET", f"/v1/exports/{quote(export_id, safe='')}")
        return answer

    async def health(self) -> Health:
        """Whether this function answers at all; needs no token and asks nothing of others.

        For load balancers and monitors; `GET /v1/health/ready` asks the dependencies too.
        """
        answer: Health = await self.call("GET", "/v1/health")
        return answer

    async def check_readiness(self) -> Readiness:
        """Each dependency with its state, and the breakers'; for operators.

        DynamoDB, the search engine and the breakers that guard others' servers, each asked once, without retries.
        """
        answer: Readiness = await self.call("GET", "/v1/health/ready")
        return answer

    async def get_job(self, job_id: str) -> Job:
        """How far a job of the tenant's is. Kept for 30 days after it has ended.

        For the tenant's back end: an erasure, with what it has done so far.
        """
        answer: Job = await self.call("GET", f"/v1/jobs/{quote(job_id, safe='')}")
        return answer

    async def get_media(self, media_id: str) -> Media:
        """A file's metadata.

        Its status, real type, size and thumbnails, for its uploader and for the members of conversations that it was
        sent in.
        """
        answer: Media = await self.call("GET", f"/v1/media/{quote(media_id, safe='')}")
        return answer

    async def delete_media(self, media_id: str) -> None:
        """Remove a file.

        By its uploader, or the tenant's back end. Messages that carry it then show it as deleted.
        """
        await self.call("DELETE", f"/v1/media/{quote(media_id, safe='')}")

    async def list_downloads(
        self, media_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> PageDownload:
        """Who was given a file.

        For its uploader, newest first, in pages.
        """
        answer: PageDownload = await self.call(
            "GET", f"/v1/media/{quote(media_id, safe='')}/downloads", query={"limit": limit, "cursor": cursor}
        )
        return answer

    async def iterate_downloads(self, media_id: str, *, limit: int | None = None) -> AsyncIterator[Download]:
        """All that `list_downloads` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_downloads(media_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def send_message(self, *, idempotency_key: str | None = None, **body: Unpack[SendMessage]) -> Message:
        """Send a message to a conversation.

        A text, attachments or both; with `parent_id` a reply in a thread, one level deep. The answer has the message's
        `seq`, its position in the conversation. Only members may send.
        """
        answer: Message = await self.call("POST", "/v1/messages", body=body, idempotency_key=idempotency_key)
        return answer

    async def get_message(self, message_id: str) -> Message:
        """One message.

        With its reactions and the number of its replies. A deleted message is shown as a tombstone.
        """
        answer: Message = await self.call("GET", f"/v1/messages/{quote(message_id, safe='')}")
        return answer

    async def edit_message(
        self, message_id: str, *, if_match: int | None = None, **body: Unpack[EditMessage]
    ) -> MessageContent:
        """Change what a message says.

        Its author alone may, within the tenant's edit window. What the message said before stays in its edit history;
        what is left out of the body stays as it is.
        """
        answer: MessageContent = await self.call(
            "PUT", f"/v1/messages/{quote(message_id, safe='')}", body=body, if_match=if_match
        )
        return answer

    async def delete_message(
        self, message_id: str, *, hard: bool | None = None, if_match: int | None = None
    ) -> MessageContent | None:
        """Leave a tombstone or, for a server token, nothing but the place.

        By its author or an admin of the conversation. `hard=true`, with a server token, removes the text, the reactions
        and what is no longer referred to for good.
        """
        answer: MessageContent | None = await self.call(
            "DELETE", f"/v1/messages/{quote(message_id, safe='')}", query={"hard": hard}, if_match=if_match
        )
        return answer

    async def list_edits(
        self, message_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> PageMessageEdit:
        """What a message said before.

        Newest first, for its author and for the conversation's admins. A deleted message shows none.
        """
        answer: PageMessageEdit = await self.call(
            "GET", f"/v1/messages/{quote(message_id, safe='')}/edits", query={"limit": limit, "cursor": cursor}
        )
        return answer

    async def iterate_edits(self, message_id: str, *, limit: int | None = None) -> AsyncIterator[MessageEdit]:
        """All that `list_edits` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_edits(message_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def flag_message(
        self, message_id: str, *, idempotency_key: str | None = None, **body: Unpack[FlagMessage]
    ) -> Flag:
        """Report a message to the tenant's moderators.

        The moderators see it in `GET /v1/moderation/flags`; the author is not told. Once a user and message.
        """
        answer: Flag = await self.call(
            "POST", f"/v1/messages/{quote(message_id, safe='')}/flag", body=body, idempotency_key=idempotency_key
        )
        return answer

    async def pin_message(self, message_id: str) -> MessageContent:
        """Pin a message.

        At most fifty a conversation: either of two in a direct conversation, admins and owners elsewhere. Again changes
        nothing.
        """
        answer: MessageContent = await self.call("PUT", f"/v1/messages/{quote(message_id, safe='')}/pin")
        return answer

    async def unpin_message(self, message_id: str) -> None:
        """Take a pin away.

        What is not pinned stays so.
        """
        await self.call("DELETE", f"/v1/messages/{quote(message_id, safe='')}/pin")

    async def add_reaction(
        self, message_id: str, *, idempotency_key: str | None = None, **body: Unpack[React]
    ) -> ReactionCounts:
        """React to a message.

        One of each kind a user, twenty kinds a message. To react so again changes nothing and is 200.
        """
        answer: ReactionCounts = await self.call(
            "POST", f"/v1/messages/{quote(message_id, safe='')}/reactions", body=body, idempotency_key=idempotency_key
        )
        return answer

    async def list_reactions(
        self, message_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> PageReaction:
        """Who reacted with what.

        By reaction and user, with the counts of all kinds beside the page.
        """
        answer: PageReaction = await self.call(
            "GET", f"/v1/messages/{quote(message_id, safe='')}/reactions", query={"limit": limit, "cursor": cursor}
        )
        return answer

    async def iterate_reactions(self, message_id: str, *, limit: int | None = None) -> AsyncIterator[Reaction]:
        """All that `list_reactions` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_reactions(message_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def remove_reaction(self, message_id: str, reaction: str) -> None:
        """Take a reaction back.

        One that is not there is 204 as well.
        """
        await self.call("DELETE", f"/v1/messages/{quote(message_id, safe='')}/reactions/{quote(reaction, safe='')}")

    async def list_replies(
        self,
        message_id: str,
        *,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        cursor: str | None = None,
    ) -> MessagePage:
        """A page of a thread.

        Oldest first unless `order` says otherwise. A reply has no thread of its own.
        """
        answer: MessagePage = await self.call(
            "GET",
            f"/v1/messages/{quote(message_id, safe='')}/replies",
            query={"limit": limit, "order": order, "cursor": cursor},
        )
        return answer

    async def iterate_replies(
        self, message_id: str, *, limit: int | None = None, order: Literal["asc", "desc"] | None = None
    ) -> AsyncIterator[Message]:
        """All that `list_replies` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_replies(message_id, limit=limit, order=order, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def put_block_list(self, *, if_match: int | None = None, **body: Unpack[PutBlockList]) -> BlockList:
        """What may not be said in the tenant's conversations.

        The whole list is replaced. Sends and edits are held to it within 60 s.
        """
        answer: BlockList = await self.call("PUT", "/v1/moderation/block-list", body=body, if_match=if_match)
        return answer

    async def get_block_list(self) -> BlockList:
        """What may not be said in the tenant's conversations.

        With its entries as they were given.
        """
        answer: BlockList = await self.call("GET", "/v1/moderation/block-list")
        return answer

    async def delete_block_list(self, *, if_match: int | None = None) -> None:
        """Let everything be said again.

        Sends and edits are held to it for up to 60 s more. Absent is no failure.
        """
        await self.call("DELETE", "/v1/moderation/block-list", if_match=if_match)

    async def list_flags(self, *, limit: int | None = None, cursor: str | None = None) -> OpenFlagPage:
        """What users have reported and nobody has resolved, oldest first.

        For the tenant's back end, in pages, each with what was reported and by whom.
        """
        answer: OpenFlagPage = await self.call("GET", "/v1/moderation/flags", query={"limit": limit, "cursor": cursor})
        return answer

    async def iterate_flags(self, *, limit: int | None = None) -> AsyncIterator[OpenFlag]:
        """All that `list_flags` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_flags(limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def resolve_flag(
        self, flag_id: str, *, idempotency_key: str | None = None, **body: Unpack[ResolveFlag]
    ) -> ResolvedFlag:
        """Take a report out of the queue.

        The message stays as it is: to delete it or to ban its author is a call of its own. Resolved again in the same
        way changes nothing; in another way it is 409.
        """
        answer: ResolvedFlag = await self.call(
            "POST",
            f"/v1/moderation/flags/{quote(flag_id, safe='')}/resolve",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def rotate_pre_send_secret(
        self, *, idempotency_key: str | None = None, **body: Unpack[RotatePreSendSecret]
    ) -> PreSendSecret:
        """Make the secret that signs calls of the pre-send webhook.

        The answer has the new secret, once. Until the overlap ends both sign every call.
        """
        answer: PreSendSecret = await self.call(
            "POST", "/v1/moderation/pre-send/rotate-secret", body=body, idempotency_key=idempotency_key
        )
        return answer

    async def search_conversations(
        self, *, q: str, archived: bool | None = None, limit: int | None = None, cursor: str | None = None
    ) -> ConversationHits:
        """Search the caller's conversations and the tenant's channels by name.

        By the beginnings of the words of the name.
        """
        answer: ConversationHits = await self.call(
            "GET", "/v1/search/conversations", query={"q": q, "archived": archived, "limit": limit, "cursor": cursor}
        )
        return answer

    async def iterate_search_conversations(
        self, *, q: str, archived: bool | None = None, limit: int | None = None
    ) -> AsyncIterator[ConversationHit]:
        """All that `search_conversations` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.search_conversations(q=q, archived=archived, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def search_everything(self, *, q: str, limit: int | None = None) -> GlobalHits:
        """Search messages, conversations and users at once.

        The first few hits of each, grouped, in one answer.
        """
        answer: GlobalHits = await self.call("GET", "/v1/search/global", query={"q": q, "limit": limit})
        return answer

    async def search_messages(
        self,
        *,
        q: str | None = None,
        conversation_id: str | None = None,
        author_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        has: Literal["link", "file", "image", "video"] | None = None,
        mentions: str | None = None,
        in_thread: str | None = None,
        sort: Literal["relevance", "recent"] | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> MessageHits:
        """Search the messages of the caller's conversations.

        `q` is words, `"phrases"`, `-negation`, `OR` and the operators `from:`, `in:`, `mentions:`, `has:`, `before:`,
        `after:` and `on:`; whatever else is written is text. Hits carry highlighted fragments as escaped HTML, of
        conversations that the caller belongs to now alone.
        """
        answer: MessageHits = await self.call(
            "GET",
            "/v1/search/messages",
            query={
                "q": q,
                "conversation_id": conversation_id,
                "author_id": author_id,
                "from": from_,
                "to": to,
                "has": has,
                "mentions": mentions,
                "in_thread": in_thread,
                "sort": sort,
                "total": total,
                "limit": limit,
                "cursor": cursor,
            },
        )
        return answer

    async def iterate_search_messages(
        self,
        *,
        q: str | None = None,
        conversation_id: str | None = None,
        author_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        has: Literal["link", "file", "image", "video"] | None = None,
        mentions: str | None = None,
        in_thread: str | None = None,
        sort: Literal["relevance", "recent"] | None = None,
        total: bool | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[MessageHit]:
        """All that `search_messages` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.search_messages(
                q=q,
                conversation_id=conversation_id,
                author_id=author_id,
                from_=from_,
                to=to,
                has=has,
                mentions=mentions,
                in_thread=in_thread,
                sort=sort,
                total=total,
                limit=limit,
                cursor=cursor,
            )
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def list_recent(self) -> RecentSearches:
        """The caller's last searches.

        The last twenty, newest first.
        """
        answer: RecentSearches = await self.call("GET", "/v1/search/recent")
        return answer

    async def forget_recent(self) -> None:
        """Forget the caller's last searches.

        All of them.
        """
        await self.call("DELETE", "/v1/search/recent")

    async def save_search(self, *, idempotency_key: str | None = None, **body: Unpack[SaveSearch]) -> SavedSearch:
        """Keep a search.

        The query is in the language of `GET /v1/search/messages`. With `notify`, each message of others that comes to
        match it and that the caller may see is told to them as `search.matched`, at most sixty an hour. A query that
        the caller has saved already is that saved search, as it is, with 200.
        """
        answer: SavedSearch = await self.call("POST", "/v1/search/saved", body=body, idempotency_key=idempotency_key)
        return answer

    async def list_saved_searches(self) -> SavedSearches:
        """The caller's saved searches.

        At most fifty, newest first.
        """
        answer: SavedSearches = await self.call("GET", "/v1/search/saved")
        return answer

    async def get_saved_search(self, saved_search_id: str) -> SavedSearch:
        """One saved search.

        `matches` counts the messages that its owner was told of.
        """
        answer: SavedSearch = await self.call("GET", f"/v1/search/saved/{quote(saved_search_id, safe='')}")
        return answer

    async def update_saved_search(
        self, saved_search_id: str, *, if_match: int | None = None, **body: Unpack[UpdateSavedSearch]
    ) -> SavedSearch:
        """Change its name, or whether it notifies.

        What is left out stays as it is. Another query is another saved search.
        """
        answer: SavedSearch = await self.call(
            "PUT", f"/v1/search/saved/{quote(saved_search_id, safe='')}", body=body, if_match=if_match
        )
        return answer

    async def delete_saved_search(self, saved_search_id: str, *, if_match: int | None = None) -> None:
        """Forget a saved search.

        Its owner is told of no more matches. Absent is no failure.
        """
        await self.call("DELETE", f"/v1/search/saved/{quote(saved_search_id, safe='')}", if_match=if_match)

    async def suggest(self, *, q: str | None = None, limit: int | None = None) -> Suggestions:
        """What the caller may be about to type.

        For nothing typed, the caller's own recent searches.
        """
        answer: Suggestions = await self.call("GET", "/v1/search/suggestions", query={"q": q, "limit": limit})
        return answer

    async def search_users(self, *, q: str, limit: int | None = None, cursor: str | None = None) -> UserHits:
        """Search the tenant's users by name.

        By the beginnings of the words of the name.
        """
        answer: UserHits = await self.call("GET", "/v1/search/users", query={"q": q, "limit": limit, "cursor": cursor})
        return answer

    async def iterate_search_users(self, *, q: str, limit: int | None = None) -> AsyncIterator[UserHit]:
        """All that `search_users` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.search_users(q=q, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def stream(self, media_id: str) -> str:
        """To a URL that plays in place and honours Range.

        A redirection to a URL that answers parts of the file, so that a `<video>` element can seek.
        """
        answer: str = await self.call("GET", f"/v1/stream/{quote(media_id, safe='')}")
        return answer

    async def create_tenant(self, *, idempotency_key: str | None = None, **body: Unpack[CreateTenant]) -> Tenant:
        """Create a tenant.

        By the operator. The tenant has no signing key yet: `POST /v1/tenants/{tenant_id}/keys` makes one.
        """
        answer: Tenant = await self.call("POST", "/v1/tenants", body=body, idempotency_key=idempotency_key)
        return answer

    async def get_tenant(self, tenant_id: str) -> Tenant:
        """A tenant, for the operator or its own back end.

        Its settings, and the ceilings that the operator has set for them.
        """
        answer: Tenant = await self.call("GET", f"/v1/tenants/{quote(tenant_id, safe='')}")
        return answer

    async def update_tenant(
        self, tenant_id: str, *, if_match: int | None = None, **body: Unpack[UpdateTenant]
    ) -> Tenant:
        """Change a tenant; the operator also suspends it and sets its ceilings.

        The tenant's back end changes name and settings, within the ceilings.
        """
        answer: Tenant = await self.call(
            "PUT", f"/v1/tenants/{quote(tenant_id, safe='')}", body=body, if_match=if_match
        )
        return answer

    async def create_issuer(
        self, tenant_id: str, *, idempotency_key: str | None = None, **body: Unpack[CreateIssuer]
    ) -> Issuer:
        """Accept the tokens of an OIDC issuer, or of a JWKS URL, as a tenant's own.

        Its keys are fetched at once: what cannot be had is 422 `issuer_unusable` with a `reason`. A token of it is
        verified by `iss` and `aud`, which no two tenants share, with the key that its `kid` names.
        """
        answer: Issuer = await self.call(
            "POST", f"/v1/tenants/{quote(tenant_id, safe='')}/issuers", body=body, idempotency_key=idempotency_key
        )
        return answer

    async def list_issuers(self, tenant_id: str) -> Issuers:
        """The issuers whose tokens a tenant accepts.

        Newest first, with how the keys of each were last fetched.
        """
        answer: Issuers = await self.call("GET", f"/v1/tenants/{quote(tenant_id, safe='')}/issuers")
        return answer

    async def get_issuer(self, tenant_id: str, issuer_id: str) -> Issuer:
        """One issuer, and how its keys were last fetched.

        `keys_failure` says why the latest fetch failed; the keys from before it are kept for 24 hours.
        """
        answer: Issuer = await self.call(
            "GET", f"/v1/tenants/{quote(tenant_id, safe='')}/issuers/{quote(issuer_id, safe='')}"
        )
        return answer

    async def delete_issuer(self, tenant_id: str, issuer_id: str) -> None:
        """Accept none of an issuer's tokens any more, within 60 s.

        Connections that its tokens opened are closed. The issuer may be registered again, by another tenant too.
        """
        await self.call("DELETE", f"/v1/tenants/{quote(tenant_id, safe='')}/issuers/{quote(issuer_id, safe='')}")

    async def create_key(
        self, tenant_id: str, *, idempotency_key: str | None = None, **body: Unpack[CreateSigningKey]
    ) -> NewSigningKey:
        """Give a tenant a further signing key.

        Parley makes the secret of an HS256 key and shows it once; of an RS256 or ES256 key it takes the public half.
        Old and new keys sign side by side, so a rotation refuses nobody.
        """
        answer: NewSigningKey = await self.call(
            "POST", f"/v1/tenants/{quote(tenant_id, safe='')}/keys", body=body, idempotency_key=idempotency_key
        )
        return answer

    async def list_keys(self, tenant_id: str) -> SigningKeys:
        """A tenant's signing keys, without secrets.

        Newest first, with those that run out.
        """
        answer: SigningKeys = await self.call("GET", f"/v1/tenants/{quote(tenant_id, safe='')}/keys")
        return answer

    async def get_key(self, tenant_id: str, kid: str) -> SigningKey:
        """One signing key, without its secret.

        An asymmetric key is shown with its public half.
        """
        answer: SigningKey = await self.call(
            "GET", f"/v1/tenants/{quote(tenant_id, safe='')}/keys/{quote(kid, safe='')}"
        )
        return answer

    async def delete_key(self, tenant_id: str, kid: str, *, overlap_seconds: int | None = None) -> SigningKey | None:
        """Remove a signing key, at once (204) or after an overlap (200).

        Tokens that it signed are refused once it is gone, within 60 s.
        """
        answer: SigningKey | None = await self.call(
            "DELETE",
            f"/v1/tenants/{quote(tenant_id, safe='')}/keys/{quote(kid, safe='')}",
            query={"overlap_seconds": overlap_seconds},
        )
        return answer

    async def revoke_tenant_tokens(self, tenant_id: str, *, idempotency_key: str | None = None) -> Tenant:
        """Refuse all tokens of a tenant that were issued before now.

        Its users sign in again. From then on all of its tokens need `iat`.
        """
        answer: Tenant = await self.call(
            "POST", f"/v1/tenants/{quote(tenant_id, safe='')}/revoke-tokens", idempotency_key=idempotency_key
        )
        return answer

    async def list_threads(
        self, *, limit: int | None = None, cursor: str | None = None, unread: bool | None = None
    ) -> PageThread:
        """The threads that the caller follows, newest reply first.

        Who starts a thread, replies in it or is mentioned there follows it, until they turn away. Each comes with what
        it hangs on, its last reply, how many replies it has and how many of them are unread. Threads of conversations
        that are archived, hidden or in the caller's own archive are left out. At most 200 are followed: of more, those
        go that the caller touched longest ago.
        """
        answer: PageThread = await self.call(
            "GET", "/v1/threads", query={"limit": limit, "cursor": cursor, "unread": unread}
        )
        return answer

    async def iterate_threads(self, *, limit: int | None = None, unread: bool | None = None) -> AsyncIterator[Thread]:
        """All that `list_threads` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_threads(limit=limit, unread=unread, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def get_thread(self, message_id: str) -> Thread:
        """The thread under a message, and whether the caller follows it.

        Before the first reply it is there too, with none.
        """
        answer: Thread = await self.call("GET", f"/v1/threads/{quote(message_id, safe='')}")
        return answer

    async def follow_thread(self, message_id: str) -> Thread:
        """Follow the thread under a message.

        The replies that are there count as read. Again changes nothing.
        """
        answer: Thread = await self.call("PUT", f"/v1/threads/{quote(message_id, safe='')}/follow")
        return answer

    async def unfollow_thread(self, message_id: str) -> None:
        """Follow the thread under a message no more.

        It stays so, whoever replies or mentions the caller, until they follow it again.
        """
        await self.call("DELETE", f"/v1/threads/{quote(message_id, safe='')}/follow")

    async def mark_thread_read(
        self, message_id: str, *, idempotency_key: str | None = None, **body: Unpack[MarkThreadRead]
    ) -> Thread:
        """Move how far the caller has read in a thread.

        To a reply, or to the end; never back. Of a thread that they do not follow nothing is kept. Nobody else is told.
        """
        answer: Thread = await self.call(
            "POST", f"/v1/threads/{quote(message_id, safe='')}/read", body=body, idempotency_key=idempotency_key
        )
        return answer

    async def mint_token(self, *, idempotency_key: str | None = None, **body: Unpack[MintToken]) -> Token:
        """Mint a user token, as the tenant's back end.

        For tests and small apps: a tenant that signs its own tokens needs it not. It lives as long as the body says.
        """
        answer: Token = await self.call("POST", "/v1/tokens", body=body, idempotency_key=idempotency_key)
        return answer

    async def count_unread(self) -> Unread:
        """What the caller has not read, in all and by conversation.

        Of conversations that are not archived, hidden or in the caller's own archive. Muted ones count in a total of
        their own.
        """
        answer: Unread = await self.call("GET", "/v1/unread")
        return answer

    async def count_unread_threads(self) -> UnreadThreads:
        """What is unread in the threads that the caller follows.

        In all and by thread, the newest reply first. Replies in muted conversations are counted apart.
        """
        answer: UnreadThreads = await self.call("GET", "/v1/unread/threads")
        return answer

    async def start_upload(self, *, idempotency_key: str | None = None, **body: Unpack[StartUpload]) -> Upload:
        """Start an upload.

        Up to 10 MiB the answer has a form for one POST to S3; above, the size and number of the parts. The bytes go to
        S3, never through this API. What the quota allows is reserved here.
        """
        answer: Upload = await self.call("POST", "/v1/upload", body=body, idempotency_key=idempotency_key)
        return answer

    async def sign_parts(self, *, idempotency_key: str | None = None, **body: Unpack[SignParts]) -> SignedParts:
        """Sign parts of an upload, again where needed.

        Up to a hundred at once; any part can be signed again at any time.
        """
        answer: SignedParts = await self.call("POST", "/v1/upload/chunk", body=body, idempotency_key=idempotency_key)
        return answer

    async def complete_upload(self, *, idempotency_key: str | None = None, **body: Unpack[CompleteUpload]) -> Upload:
        """Put an uploaded file together and have it checked.

        202: the file is `processing` until its type, its size and its content are checked; `media.ready` or
        `media.rejected` tells the end. Missing parts are 409 with their numbers.
        """
        answer: Upload = await self.call("POST", "/v1/upload/complete", body=body, idempotency_key=idempotency_key)
        return answer

    async def abort_upload(self, upload_id: str) -> None:
        """Give up an upload.

        Its parts are removed and its quota is free again.
        """
        await self.call("DELETE", f"/v1/upload/{quote(upload_id, safe='')}")

    async def get_progress(self, upload_id: str) -> Progress:
        """What S3 has received of an upload.

        What is missing can be sent again, by another process too.
        """
        answer: Progress = await self.call("GET", f"/v1/upload/{quote(upload_id, safe='')}/progress")
        return answer

    async def get_usage(self, *, from_: str | None = None, to: str | None = None) -> Usage:
        """Messages, active users, stored bytes, egress bytes and searches of the tenant, by day.

        For the tenant's back end; a day is one of UTC.
        """
        answer: Usage = await self.call("GET", "/v1/usage", query={"from": from_, "to": to})
        return answer

    async def list_users(
        self, *, q: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> UserPage:
        """The tenant's users by name.

        In pages, perhaps by the beginning of the name.
        """
        answer: UserPage = await self.call("GET", "/v1/users", query={"q": q, "limit": limit, "cursor": cursor})
        return answer

    async def iterate_users(self, *, q: str | None = None, limit: int | None = None) -> AsyncIterator[UserSummary]:
        """All that `list_users` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_users(q=q, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def list_blocks(self, *, limit: int | None = None, cursor: str | None = None) -> PageBlock:
        """Whom the caller has blocked.

        In pages, in the order of their ids.
        """
        answer: PageBlock = await self.call("GET", "/v1/users/me/blocks", query={"limit": limit, "cursor": cursor})
        return answer

    async def iterate_blocks(self, *, limit: int | None = None) -> AsyncIterator[Block]:
        """All that `list_blocks` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_blocks(limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def list_devices(self) -> Devices:
        """The caller's devices that take push notifications.

        Without their push tokens.
        """
        answer: Devices = await self.call("GET", "/v1/users/me/devices")
        return answer

    async def register_device(self, device_id: str, **body: Unpack[RegisterDevice]) -> Device:
        """Push to a device of the caller's from now on.

        An app registers its device at each start with the token that the push service gave it. A token belongs to one
        device of one user: who signs in on a phone takes it from whoever was signed in there. The eleventh device of a
        user takes the place of the one that was registered longest ago.
        """
        answer: Device = await self.call("PUT", f"/v1/users/me/devices/{quote(device_id, safe='')}", body=body)
        return answer

    async def remove_device(self, device_id: str) -> None:
        """Push to a device no more, as when the caller signs out there.

        What is not registered stays so.
        """
        await self.call("DELETE", f"/v1/users/me/devices/{quote(device_id, safe='')}")

    async def get_notifications(self) -> Notifications:
        """What the caller is told of by push in all conversations.

        What holds where a conversation has no choice of its own.
        """
        answer: Notifications = await self.call("GET", "/v1/users/me/notifications")
        return answer

    async def set_notifications(self, **body: Unpack[SetNotifications]) -> Notifications:
        """Choose what to be told of by push in all conversations.

        `none` silences every conversation, whatever is chosen for it; with `until`, for a while.
        """
        answer: Notifications = await self.call("PUT", "/v1/users/me/notifications", body=body)
        return answer

    async def set_status(self, **body: Unpack[SetStatus]) -> OwnStatus:
        """What the caller shows of themselves.

        Invisible, others see the user offline. What is left out stays as it is; null takes the text away.
        """
        answer: OwnStatus = await self.call("PUT", "/v1/users/me/status", body=body)
        return answer

    async def put_user(self, user_id: str, *, if_match: int | None = None, **body: Unpack[PutUser]) -> User:
        """Create a user or change the profile.

        By the tenant's back end, or by the user for their own name, picture and custom data. What is left out stays as
        it is.
        """
        answer: User = await self.call("PUT", f"/v1/users/{quote(user_id, safe='')}", body=body, if_match=if_match)
        return answer

    async def delete_user(
        self, user_id: str, *, messages: Literal["anonymise", "remove"] | None = None, if_match: int | None = None
    ) -> Job:
        """Erase a user, as a job.

        The user's tokens are refused and the profile is gone at once; the job leaves conversations, takes the name off
        messages or removes them (`messages=remove`), and removes whatever else there is. `GET /v1/jobs/{job_id}` tells
        how far it is.
        """
        answer: Job = await self.call(
            "DELETE", f"/v1/users/{quote(user_id, safe='')}", query={"messages": messages}, if_match=if_match
        )
        return answer

    async def get_user(self, user_id: str) -> User:
        """A user; `me` is the caller.

        Everybody of the tenant may read a profile.
        """
        answer: User = await self.call("GET", f"/v1/users/{quote(user_id, safe='')}")
        return answer

    async def block_user(self, user_id: str) -> None:
        """Take no direct messages from a user.

        They cannot open a direct conversation with the caller or write in one, and see the caller as offline.
        """
        await self.call("PUT", f"/v1/users/{quote(user_id, safe='')}/block")

    async def unblock_user(self, user_id: str) -> None:
        """Take direct messages from a user again.

        What is not blocked stays so.
        """
        await self.call("DELETE", f"/v1/users/{quote(user_id, safe='')}/block")

    async def get_presence(self, user_id: str) -> UserPresence:
        """Whether a user is online, as the caller may see it.

        Whom the user has blocked sees them offline, as does everybody while they are invisible.
        """
        answer: UserPresence = await self.call("GET", f"/v1/users/{quote(user_id, safe='')}/presence")
        return answer

    async def revoke_user_tokens(self, user_id: str, *, idempotency_key: str | None = None) -> Revocation:
        """Refuse all tokens of a user that were issued before now, within 60 s.

        By the tenant's back end. From then on the user's tokens need `iat`.
        """
        answer: Revocation = await self.call(
            "POST", f"/v1/users/{quote(user_id, safe='')}/revoke-tokens", idempotency_key=idempotency_key
        )
        return answer

    async def create_webhook(self, *, idempotency_key: str | None = None, **body: Unpack[CreateWebhook]) -> NewWebhook:
        """Name a server of the tenant's that is to be told what happens.

        Events of the types that it names, or of all but typing and presence. The answer has the secret that signs
        deliveries, once.
        """
        answer: NewWebhook = await self.call("POST", "/v1/webhooks", body=body, idempotency_key=idempotency_key)
        return answer

    async def list_webhooks(self) -> Webhooks:
        """The tenant's webhooks, without their secrets.

        Oldest first, with what disabled those that are.
        """
        answer: Webhooks = await self.call("GET", "/v1/webhooks")
        return answer

    async def get_webhook(self, webhook_id: str) -> Webhook:
        """One webhook, without its secret.

        With what disabled it, where something has.
        """
        answer: Webhook = await self.call("GET", f"/v1/webhooks/{quote(webhook_id, safe='')}")
        return answer

    async def update_webhook(
        self, webhook_id: str, *, if_match: int | None = None, **body: Unpack[UpdateWebhook]
    ) -> Webhook:
        """Change a webhook, disable it, or enable it again.

        What is left out stays as it is. To enable it again closes its circuit.
        """
        answer: Webhook = await self.call(
            "PUT", f"/v1/webhooks/{quote(webhook_id, safe='')}", body=body, if_match=if_match
        )
        return answer

    async def delete_webhook(self, webhook_id: str, *, if_match: int | None = None) -> None:
        """Remove a webhook, with what signs it.

        What is on its way to it is dropped. Absent is no failure.
        """
        await self.call("DELETE", f"/v1/webhooks/{quote(webhook_id, safe='')}", if_match=if_match)

    async def list_deliveries(
        self, webhook_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> DeliveryPage:
        """What was sent to a webhook in the last week, and how it went.

        Newest event first, in pages, with the answers of the tenant's server.
        """
        answer: DeliveryPage = await self.call(
            "GET", f"/v1/webhooks/{quote(webhook_id, safe='')}/deliveries", query={"limit": limit, "cursor": cursor}
        )
        return answer

    async def iterate_deliveries(self, webhook_id: str, *, limit: int | None = None) -> AsyncIterator[Delivery]:
        """All that `list_deliveries` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_deliveries(webhook_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def replay_delivery(
        self, webhook_id: str, delivery_id: str, *, idempotency_key: str | None = None
    ) -> Delivery:
        """Send an event again.

        With the same id, by which the receiver knows it. A disabled webhook is 409.
        """
        answer: Delivery = await self.call(
            "POST",
            f"/v1/webhooks/{quote(webhook_id, safe='')}/deliveries/{quote(delivery_id, safe='')}/replay",
            idempotency_key=idempotency_key,
        )
        return answer

    async def rotate_secret(
        self, webhook_id: str, *, idempotency_key: str | None = None, **body: Unpack[RotateSecret]
    ) -> NewWebhook:
        """A new secret, beside which the one before signs for a while.

        The answer has the new secret, once. Until the overlap ends both sign every delivery.
        """
        answer: NewWebhook = await self.call(
            "POST",
            f"/v1/webhooks/{quote(webhook_id, safe='')}/rotate-secret",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

"""A method for each operation. Generated from docs/openapi.json: `make clients`."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from typing import Any, Literal, Unpack
from urllib.parse import quote

from parley_client.generated.models import (
    AddMembers,
    AddedAllToGroup,
    AddedMember,
    AddedMembers,
    Announcement,
    AnswerAppeal,
    AppealPage,
    AppealedDecision,
    AskToJoin,
    AuditLine,
    AuditPage,
    Ban,
    BanUser,
    Block,
    BlockList,
    Bookmark,
    Case,
    CaseDetails,
    CasePage,
    ChangeRole,
    ClaimCase,
    ClearHistory,
    ClearedHistory,
    Command,
    Commands,
    CompleteUpload,
    Conversation,
    ConversationHit,
    ConversationHits,
    ConversationNotifications,
    ConversationSettings,
    ConversationSummary,
    ConversationTypes,
    CreateAnnouncement,
    CreateConversation,
    CreateInviteLink,
    CreateIssuer,
    CreateSigningKey,
    CreateTenant,
    CreateUserGroup,
    CreateWebhook,
    CustomEvent,
    DecideCase,
    DecisionOfRecord,
    DeclaredConversationType,
    Delivered,
    DeliveredStates,
    Delivery,
    DeliveryPage,
    Device,
    Devices,
    Download,
    Draft,
    EditMessage,
    EventPage,
    Export,
    FileAppeal,
    Flag,
    FlagMessage,
    ForwardMessage,
    GlobalHits,
    GroupMember,
    Health,
    Hold,
    Holds,
    Import,
    ImportSummary,
    Invite,
    InviteLinks,
    InviteUsers,
    InvitedUsers,
    Issuer,
    Issuers,
    Job,
    JoinByLink,
    JoinRequest,
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
    ModerationRecord,
    Mute,
    NamedUsers,
    NewCommand,
    NewInviteLink,
    NewSigningKey,
    NewWebhook,
    Notifications,
    OfferedCommands,
    OpenFlag,
    OpenFlagPage,
    OwnDecision,
    OwnInvite,
    OwnJoinRequest,
    OwnStatus,
    PageAnnouncement,
    PageBan,
    PageBlock,
    PageBookmark,
    PageConversationSummary,
    PageDownload,
    PageDraft,
    PageGroupMember,
    PageImportSummary,
    PageInvite,
    PageJoinRequest,
    PageMember,
    PageMessage,
    PageMessageContent,
    PageMessageEdit,
    PageOwnDecision,
    PageOwnInvite,
    PageOwnJoinRequest,
    PageReaction,
    PageReceipt,
    PageScheduledMessage,
    PageSearchFailure,
    PageThread,
    PageUserGroup,
    PageUserMute,
    PageVote,
    PlaceHold,
    PreSendSecret,
    Progress,
    PutBlockList,
    PutBookmark,
    PutCommand,
    PutConversationType,
    PutDraft,
    PutShadowBan,
    PutUser,
    PutUsers,
    PutUsersOutcome,
    QueriedUser,
    QueriedUsers,
    QueryUsers,
    RanCommand,
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
    RunCommand,
    SaveSearch,
    SavedSearch,
    SavedSearches,
    ScheduleMessage,
    ScheduledMessage,
    SearchFailure,
    SearchRedriven,
    SendBatch,
    SendEphemeralMessage,
    SendEvent,
    SendMessage,
    SentBatch,
    SentEphemeralMessage,
    SetNotifications,
    SetStatus,
    SetVotes,
    ShadowBan,
    SignDownloads,
    SignParts,
    SignedParts,
    SignedUrl,
    SignedUrls,
    SigningKey,
    SigningKeys,
    StartExport,
    StartImport,
    StartReindex,
    StartUpload,
    Suggestions,
    TakenAllFromGroup,
    Tenant,
    Thread,
    Token,
    TranslateMessage,
    Translation,
    TruncateConversation,
    TruncatedConversation,
    Unread,
    UnreadThreads,
    UpdateConversation,
    UpdateSavedSearch,
    UpdateScheduledMessage,
    UpdateSettings,
    UpdateTenant,
    UpdateUserGroup,
    UpdateWebhook,
    Upload,
    Usage,
    User,
    UserGroup,
    UserHit,
    UserHits,
    UserMute,
    UserPage,
    UserPresence,
    UserSummary,
    Vote,
    VotesCast,
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

    async def create_announcement(
        self, *, idempotency_key: str | None = None, **body: Unpack[CreateAnnouncement]
    ) -> Announcement:
        """Send one message to many conversations, now or later.

        By the tenant's back end, as a system message: to up to 500 conversations that it names, or to all of a type, a
        declared type or a team. Each gets it once, at a pace that leaves the tenant's users three quarters of its
        messages a minute. At most ten have not ended. `GET /v1/announcements/{announcement_id}` tells how far it is.
        """
        answer: Announcement = await self.call("POST", "/v1/announcements", body=body, idempotency_key=idempotency_key)
        return answer

    async def list_announcements(self, *, limit: int | None = None, cursor: str | None = None) -> PageAnnouncement:
        """The tenant's announcements, the newest first.

        For the tenant's back end. Those that have ended are listed for 30 days.
        """
        answer: PageAnnouncement = await self.call("GET", "/v1/announcements", query={"limit": limit, "cursor": cursor})
        return answer

    async def iterate_announcements(self, *, limit: int | None = None) -> AsyncIterator[Announcement]:
        """All that `list_announcements` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_announcements(limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def get_announcement(self, announcement_id: str) -> Announcement:
        """How far an announcement is, and what refused it where.

        For the tenant's back end. Kept for 30 days after it has ended.
        """
        answer: Announcement = await self.call("GET", f"/v1/announcements/{quote(announcement_id, safe='')}")
        return answer

    async def cancel_announcement(self, announcement_id: str, *, idempotency_key: str | None = None) -> Announcement:
        """Send an announcement to nobody else.

        By the tenant's back end. Who has the message keeps it; up to 25 conversations that it is on its way to get it.
        """
        answer: Announcement = await self.call(
            "POST", f"/v1/announcements/{quote(announcement_id, safe='')}/cancel", idempotency_key=idempotency_key
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
            "command.created",
            "command.updated",
            "command.secret_rotated",
            "command.removed",
            "block_list.put",
            "block_list.removed",
            "pre_send.secret_rotated",
            "flag.resolved",
            "case.decided",
            "case.reopened",
            "appeal.decided",
            "user.erased",
            "user.deactivated",
            "user.reactivated",
            "user.tokens_revoked",
            "user.banned",
            "user.unbanned",
            "user.shadow_banned",
            "user.shadow_ban_lifted",
            "member.role_changed",
            "conversation.restricted",
            "conversation.team_changed",
            "conversation.truncated",
            "invite_link.created",
            "invite_link.removed",
            "message.deleted",
            "message.erased",
            "conversation_type.put",
            "conversation_type.removed",
            "user_group.created",
            "user_group.updated",
            "user_group.removed",
            "user_group.members_added",
            "user_group.members_removed",
            "hold.placed",
            "hold.released",
            "export.started",
            "import.started",
            "import.cancelled",
            "announcement.created",
            "announcement.cancelled",
        ]
        | None = None,
        target: Literal[
            "tenant",
            "key",
            "issuer",
            "webhook",
            "command",
            "block_list",
            "pre_send",
            "flag",
            "user",
            "conversation",
            "message",
            "conversation_type",
            "user_group",
            "hold",
            "export",
            "import",
            "announcement",
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
            "command.created",
            "command.updated",
            "command.secret_rotated",
            "command.removed",
            "block_list.put",
            "block_list.removed",
            "pre_send.secret_rotated",
            "flag.resolved",
            "case.decided",
            "case.reopened",
            "appeal.decided",
            "user.erased",
            "user.deactivated",
            "user.reactivated",
            "user.tokens_revoked",
            "user.banned",
            "user.unbanned",
            "user.shadow_banned",
            "user.shadow_ban_lifted",
            "member.role_changed",
            "conversation.restricted",
            "conversation.team_changed",
            "conversation.truncated",
            "invite_link.created",
            "invite_link.removed",
            "message.deleted",
            "message.erased",
            "conversation_type.put",
            "conversation_type.removed",
            "user_group.created",
            "user_group.updated",
            "user_group.removed",
            "user_group.members_added",
            "user_group.members_removed",
            "hold.placed",
            "hold.released",
            "export.started",
            "import.started",
            "import.cancelled",
            "announcement.created",
            "announcement.cancelled",
        ]
        | None = None,
        target: Literal[
            "tenant",
            "key",
            "issuer",
            "webhook",
            "command",
            "block_list",
            "pre_send",
            "flag",
            "user",
            "conversation",
            "message",
            "conversation_type",
            "user_group",
            "hold",
            "export",
            "import",
            "announcement",
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

    async def list_bookmarks(
        self, *, limit: int | None = None, cursor: str | None = None, reminder: Literal["upcoming", "due"] | None = None
    ) -> PageBookmark:
        """The messages that the caller keeps, those first that were kept last.

        Each with its message as it is now; without it where that has been deleted, or the caller does not see it any
        more.
        """
        answer: PageBookmark = await self.call(
            "GET", "/v1/bookmarks", query={"limit": limit, "cursor": cursor, "reminder": reminder}
        )
        return answer

    async def iterate_bookmarks(
        self, *, limit: int | None = None, reminder: Literal["upcoming", "due"] | None = None
    ) -> AsyncIterator[Bookmark]:
        """All that `list_bookmarks` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_bookmarks(limit=limit, reminder=reminder, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def list_commands(self) -> Commands:
        """The tenant's commands, as its back end declared them.

        By their names, up to fifty; without the secrets that sign their calls.
        """
        answer: Commands = await self.call("GET", "/v1/commands")
        return answer

    async def get_command(self, command_name: str) -> Command:
        """One command, as the tenant's back end declared it.

        Without the secret that signs its calls.
        """
        answer: Command = await self.call("GET", f"/v1/commands/{quote(command_name, safe='')}")
        return answer

    async def put_command(
        self, command_name: str, *, if_match: int | None = None, **body: Unpack[PutCommand]
    ) -> NewCommand:
        """Declare a command that members run by typing `/` and its name.

        The whole declaration is replaced. A new command has a secret, which signs its calls as webhooks are signed and
        is shown this once. Members are offered a change within 60 s; what they run goes by it at once.
        """
        answer: NewCommand = await self.call(
            "PUT", f"/v1/commands/{quote(command_name, safe='')}", body=body, if_match=if_match
        )
        return answer

    async def delete_command(self, command_name: str, *, if_match: int | None = None) -> None:
        """Remove a command, with what signs its calls.

        What it has said stays. Absent is no failure.
        """
        await self.call("DELETE", f"/v1/commands/{quote(command_name, safe='')}", if_match=if_match)

    async def rotate_command_secret(
        self, command_name: str, *, idempotency_key: str | None = None, **body: Unpack[RotateSecret]
    ) -> NewCommand:
        """Give a command a new secret.

        The answer has it, once. Until the overlap ends both sign every call.
        """
        answer: NewCommand = await self.call(
            "POST",
            f"/v1/commands/{quote(command_name, safe='')}/rotate-secret",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def list_conversation_types(self) -> ConversationTypes:
        """The types of conversations, and for each action the lowest role that may take it.

        The built-in ones first, with what the tenant has set of them. Clients show what a member may by it; a change
        holds for all within 60 s.
        """
        answer: ConversationTypes = await self.call("GET", "/v1/conversation-types")
        return answer

    async def get_conversation_type(self, conversation_type: str) -> DeclaredConversationType:
        """A type of conversations and what roles may in it.

        As the tenant's back end has declared it, with all that it leaves to the built-in types.
        """
        answer: DeclaredConversationType = await self.call(
            "GET", f"/v1/conversation-types/{quote(conversation_type, safe='')}"
        )
        return answer

    async def put_conversation_type(
        self, conversation_type: str, *, if_match: int | None = None, **body: Unpack[PutConversationType]
    ) -> DeclaredConversationType:
        """Declare a type of conversations, or change what roles may in it.

        A name of the tenant's own, or `group` or `channel`. Actions that are not named have the lowest role that they
        come with. Members are held to it within 60 s.
        """
        answer: DeclaredConversationType = await self.call(
            "PUT", f"/v1/conversation-types/{quote(conversation_type, safe='')}", body=body, if_match=if_match
        )
        return answer

    async def delete_conversation_type(self, conversation_type: str, *, if_match: int | None = None) -> None:
        """Delete a type of which no conversation has ever been made.

        Of `group` and `channel`, what the tenant has set of them. Absent is no failure.
        """
        await self.call("DELETE", f"/v1/conversation-types/{quote(conversation_type, safe='')}", if_match=if_match)

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
        declared_type: str | None = None,
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

        Each with its unread count, its last message and the caller's role and settings; filtered by type, declared
        type, archive, settings, declared keys of its custom data, beginning of the name and moment of the last change.
        What is archived, in the caller's own archive or hidden is listed only where it is asked for.
        """
        answer: PageConversationSummary = await self.call(
            "GET",
            "/v1/conversations",
            query={
                "limit": limit,
                "cursor": cursor,
                "type": type,
                "declared_type": declared_type,
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
        declared_type: str | None = None,
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
                declared_type=declared_type,
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

        For moderators and above, with who decided and why.
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

    async def list_conversation_commands(self, conversation_id: str) -> OfferedCommands:
        """The commands that the caller may run there.

        For completion where they write. What their role does not allow, and what is switched off, is left out; a change
        shows within 60 s.
        """
        answer: OfferedCommands = await self.call(
            "GET", f"/v1/conversations/{quote(conversation_id, safe='')}/commands"
        )
        return answer

    async def run_command(
        self, conversation_id: str, *, idempotency_key: str | None = None, **body: Unpack[RunCommand]
    ) -> RanCommand:
        """Run a command.

        The tenant's server is called, signed, and has 3 s. What it replies is shown to the caller alone, is a message
        of the caller's or of the system's, or is nothing. A repetition under the same key calls nothing again and sends
        no second message. A message that is sent with a text like `/name` is a text, and runs nothing.
        """
        answer: RanCommand = await self.call(
            "POST",
            f"/v1/conversations/{quote(conversation_id, safe='')}/commands",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def put_draft(
        self,
        conversation_id: str,
        *,
        parent_id: str | None = None,
        if_match: int | None = None,
        **body: Unpack[PutDraft],
    ) -> Draft:
        """Keep what the caller has not sent yet.

        One draft for the conversation and, with `parent_id`, one for each of its threads. Whoever writes last wins;
        with `If-Match` only over the version that they have seen. The caller's other devices are told by
        `draft.updated`, nobody else. A user has 100 drafts: of more, those go that were written longest ago.
        """
        answer: Draft = await self.call(
            "PUT",
            f"/v1/conversations/{quote(conversation_id, safe='')}/draft",
            query={"parent_id": parent_id},
            body=body,
            if_match=if_match,
        )
        return answer

    async def get_draft(self, conversation_id: str, *, parent_id: str | None = None) -> Draft:
        """What the caller has not sent yet.

        The draft for the conversation or, with `parent_id`, for one of its threads. 404 where there is none.
        """
        answer: Draft = await self.call(
            "GET", f"/v1/conversations/{quote(conversation_id, safe='')}/draft", query={"parent_id": parent_id}
        )
        return answer

    async def delete_draft(
        self, conversation_id: str, *, parent_id: str | None = None, if_match: int | None = None
    ) -> None:
        """Let go of a draft.

        A client does so once it has sent it. Absent is no failure. The caller's other devices are told by
        `draft.deleted`.
        """
        await self.call(
            "DELETE",
            f"/v1/conversations/{quote(conversation_id, safe='')}/draft",
            query={"parent_id": parent_id},
            if_match=if_match,
        )

    async def send_ephemeral_message(
        self, conversation_id: str, *, idempotency_key: str | None = None, **body: Unpack[SendEphemeralMessage]
    ) -> SentEphemeralMessage:
        """Show one member a message that nobody else sees.

        For a back end, which speaks as a member (`X-Acting-User`) or as `_system`. It goes to the sockets that the user
        has open at this moment and is kept nowhere: no number, not unread, not replayed, pushed or searched.
        `delivered` says whether a socket took it.
        """
        answer: SentEphemeralMessage = await self.call(
            "POST",
            f"/v1/conversations/{quote(conversation_id, safe='')}/ephemeral-messages",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def send_event(
        self, conversation_id: str, *, idempotency_key: str | None = None, **body: Unpack[SendEvent]
    ) -> CustomEvent:
        """Tell an event of the app's own.

        It reaches the sockets that watch the conversation at once, and is kept nowhere: not replayed, counted, pushed
        or searched. A back end sends without `X-Acting-User` as `_system`. Sockets send the same as the action
        `event.send`.
        """
        answer: CustomEvent = await self.call(
            "POST",
            f"/v1/conversations/{quote(conversation_id, safe='')}/events",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def create_invite_link(
        self, conversation_id: str, *, idempotency_key: str | None = None, **body: Unpack[CreateInviteLink]
    ) -> NewInviteLink:
        """Make a link by which whoever has it may join.

        By an admin or owner of a group or channel. The token is shown this once: put it into an address of your own. A
        conversation has at most 50 links.
        """
        answer: NewInviteLink = await self.call(
            "POST",
            f"/v1/conversations/{quote(conversation_id, safe='')}/invite-links",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def list_invite_links(self, conversation_id: str) -> InviteLinks:
        """The links of a conversation, without their tokens.

        For admins and owners; those that are over too, until they are removed.
        """
        answer: InviteLinks = await self.call(
            "GET", f"/v1/conversations/{quote(conversation_id, safe='')}/invite-links"
        )
        return answer

    async def remove_invite_link(self, conversation_id: str, link_id: str) -> None:
        """Let nobody in by a link any more.

        By an admin or owner. Who has joined by it stays. One that is not there is no refusal.
        """
        await self.call(
            "DELETE", f"/v1/conversations/{quote(conversation_id, safe='')}/invite-links/{quote(link_id, safe='')}"
        )

    async def invite_users(
        self, conversation_id: str, *, idempotency_key: str | None = None, **body: Unpack[InviteUsers]
    ) -> InvitedUsers:
        """Invite users, who join if they want to.

        By an admin or owner of a group or channel, up to 100 at once, each with a result. Again, an invite holds from
        now on.
        """
        answer: InvitedUsers = await self.call(
            "POST",
            f"/v1/conversations/{quote(conversation_id, safe='')}/invites",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def list_invites(
        self, conversation_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> PageInvite:
        """Who is invited and has not answered.

        For admins and owners, in pages, in the order of their ids. A page may hold fewer than `limit`.
        """
        answer: PageInvite = await self.call(
            "GET",
            f"/v1/conversations/{quote(conversation_id, safe='')}/invites",
            query={"limit": limit, "cursor": cursor},
        )
        return answer

    async def iterate_invites(self, conversation_id: str, *, limit: int | None = None) -> AsyncIterator[Invite]:
        """All that `list_invites` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_invites(conversation_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def accept_invite(self, conversation_id: str, *, idempotency_key: str | None = None) -> Conversation:
        """Join by an invite.

        As everybody who joins: not where the caller is banned or the conversation is archived.
        """
        answer: Conversation = await self.call(
            "POST",
            f"/v1/conversations/{quote(conversation_id, safe='')}/invites/accept",
            idempotency_key=idempotency_key,
        )
        return answer

    async def take_back_invite(self, conversation_id: str, user_id: str) -> None:
        """Decline one's own invite, or take another's back.

        Another's as an admin or owner. One that is not there is no refusal.
        """
        await self.call(
            "DELETE", f"/v1/conversations/{quote(conversation_id, safe='')}/invites/{quote(user_id, safe='')}"
        )

    async def ask_to_join(
        self, conversation_id: str, *, idempotency_key: str | None = None, **body: Unpack[AskToJoin]
    ) -> OwnJoinRequest:
        """Ask to join a conversation whose admins let people in.

        A channel or a group with `join_requests`; of another group it is 404. Again, the first request stands.
        """
        answer: OwnJoinRequest = await self.call(
            "POST",
            f"/v1/conversations/{quote(conversation_id, safe='')}/join-requests",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def list_join_requests(
        self, conversation_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> PageJoinRequest:
        """Who asks to join.

        For admins and owners, in pages, in the order of their ids.
        """
        answer: PageJoinRequest = await self.call(
            "GET",
            f"/v1/conversations/{quote(conversation_id, safe='')}/join-requests",
            query={"limit": limit, "cursor": cursor},
        )
        return answer

    async def iterate_join_requests(
        self, conversation_id: str, *, limit: int | None = None
    ) -> AsyncIterator[JoinRequest]:
        """All that `list_join_requests` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_join_requests(conversation_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def take_back_join_request(self, conversation_id: str, user_id: str) -> None:
        """Withdraw one's own request, or decline another's.

        Another's as an admin or owner. One that is not there is no refusal.
        """
        await self.call(
            "DELETE", f"/v1/conversations/{quote(conversation_id, safe='')}/join-requests/{quote(user_id, safe='')}"
        )

    async def approve_join_request(
        self, conversation_id: str, user_id: str, *, idempotency_key: str | None = None
    ) -> AddedMember:
        """Let in who has asked to join.

        By an admin or owner. Who has become a member meanwhile stays one; who has been banned since stays out.
        """
        answer: AddedMember = await self.call(
            "POST",
            f"/v1/conversations/{quote(conversation_id, safe='')}/join-requests/{quote(user_id, safe='')}/approve",
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

    async def list_shadowed_messages(
        self, conversation_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> PageMessageContent:
        """What was posted there and only its author is shown.

        For those whose role lets them ban, and the tenant's back end; the newest first.
        """
        answer: PageMessageContent = await self.call(
            "GET",
            f"/v1/conversations/{quote(conversation_id, safe='')}/shadowed-messages",
            query={"limit": limit, "cursor": cursor},
        )
        return answer

    async def iterate_shadowed_messages(
        self, conversation_id: str, *, limit: int | None = None
    ) -> AsyncIterator[MessageContent]:
        """All that `list_shadowed_messages` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_shadowed_messages(conversation_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def truncate_conversation(
        self, conversation_id: str, *, idempotency_key: str | None = None, **body: Unpack[TruncateConversation]
    ) -> TruncatedConversation:
        """Take messages away from everybody, up to one of them or all.

        By an admin, an owner, or a back end, which may speak for no user. From the answer on nobody sees them anywhere,
        nor what hangs on them; a job removes them. `message` is sent as a system message that stays. It cannot be taken
        back.
        """
        answer: TruncatedConversation = await self.call(
            "POST",
            f"/v1/conversations/{quote(conversation_id, safe='')}/truncate",
            body=body,
            idempotency_key=idempotency_key,
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

    async def list_drafts(self, *, limit: int | None = None, cursor: str | None = None) -> PageDraft:
        """What the caller has not sent yet, wherever it is for; those first that were written last.

        Those of conversations that the caller has left are not shown.
        """
        answer: PageDraft = await self.call("GET", "/v1/drafts", query={"limit": limit, "cursor": cursor})
        return answer

    async def iterate_drafts(self, *, limit: int | None = None) -> AsyncIterator[Draft]:
        """All that `list_drafts` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_drafts(limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

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

    async def place_hold(self, *, idempotency_key: str | None = None, **body: Unpack[PlaceHold]) -> Hold:
        """Place a hold on a conversation or a user, so that nothing that they said is removed by its age.

        By the tenant's back end, at most 50 at a time. As long as it stands, no retention, truncation or erasure
        removes a message that it covers: a truncation hides messages and waits, an erasure is refused or waits. Users
        are told nothing.
        """
        answer: Hold = await self.call("POST", "/v1/holds", body=body, idempotency_key=idempotency_key)
        return answer

    async def list_holds(self) -> Holds:
        """The tenant's holds, the oldest first.

        For the tenant's back end. One whose `until` has passed keeps nothing, and is listed until it is released.
        """
        answer: Holds = await self.call("GET", "/v1/holds")
        return answer

    async def release_hold(self, hold_id: str) -> None:
        """Release a hold; what waited for it goes on within an hour.

        By the tenant's back end. Absent is no failure.
        """
        await self.call("DELETE", f"/v1/holds/{quote(hold_id, safe='')}")

    async def create_import(self, *, idempotency_key: str | None = None, **body: Unpack[StartImport]) -> Import:
        """Begin to move another chat in, with its own times; where its file is put to.

        By the tenant's back end. Put the file to the upload's `url`, have it checked (`POST
        /v1/imports/{import_id}/check`), look at the report, and start it. The file's form is in the documentation.
        """
        answer: Import = await self.call("POST", "/v1/imports", body=body, idempotency_key=idempotency_key)
        return answer

    async def list_imports(self, *, limit: int | None = None, cursor: str | None = None) -> PageImportSummary:
        """The tenant's imports, the newest first, as long as they are kept.

        For the tenant's back end. What is wrong with a file, its own route says.
        """
        answer: PageImportSummary = await self.call("GET", "/v1/imports", query={"limit": limit, "cursor": cursor})
        return answer

    async def iterate_imports(self, *, limit: int | None = None) -> AsyncIterator[ImportSummary]:
        """All that `list_imports` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_imports(limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def get_import(self, import_id: str) -> Import:
        """How far an import is, and which lines of its file are wrong.

        For the tenant's back end. Kept for 30 days after it has ended.
        """
        answer: Import = await self.call("GET", f"/v1/imports/{quote(import_id, safe='')}")
        return answer

    async def cancel_import(self, import_id: str, *, idempotency_key: str | None = None) -> Import:
        """End an import where it stands.

        By the tenant's back end. What it has written stays; the conversation that it was at is shown to nobody, until
        another import comes to it. Repeated, it changes nothing.
        """
        answer: Import = await self.call(
            "POST", f"/v1/imports/{quote(import_id, safe='')}/cancel", idempotency_key=idempotency_key
        )
        return answer

    async def check_import(self, import_id: str, *, idempotency_key: str | None = None) -> Import:
        """Have the uploaded file checked, all of it, and write nothing.

        By the tenant's back end. Repeated, it changes nothing. With a wrong line the import has failed: begin another
        with a file that is mended.
        """
        answer: Import = await self.call(
            "POST", f"/v1/imports/{quote(import_id, safe='')}/check", idempotency_key=idempotency_key
        )
        return answer

    async def start_import(self, import_id: str, *, idempotency_key: str | None = None) -> Import:
        """Import a file that was checked and has no wrong line.

        By the tenant's back end. Repeated, it changes nothing. Nobody is told of what is imported: no event, push or
        webhook.
        """
        answer: Import = await self.call(
            "POST", f"/v1/imports/{quote(import_id, safe='')}/start", idempotency_key=idempotency_key
        )
        return answer

    async def join_by_link(self, *, idempotency_key: str | None = None, **body: Unpack[JoinByLink]) -> Conversation:
        """Join a conversation by the token of an invite link.

        As everybody who joins: not where the caller is banned or the conversation is archived. Who is a member already
        uses nothing. The token is in the body, so that no log of addresses holds it.
        """
        answer: Conversation = await self.call(
            "POST", "/v1/invite-links/join", body=body, idempotency_key=idempotency_key
        )
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

        A text, attachments or a location; with `parent_id` a reply in a thread, one level deep. The answer has the
        message's `seq`, its position in the conversation. Only members may send. A back end also sends messages of
        `type` `system`, for a user or, without `X-Acting-User`, for none: their author is `_system`.
        """
        answer: Message = await self.call("POST", "/v1/messages", body=body, idempotency_key=idempotency_key)
        return answer

    async def send_batch(self, *, idempotency_key: str | None = None, **body: Unpack[SendBatch]) -> SentBatch:
        """Send up to a hundred messages at once, with a result for each.

        By a back end: each has an author and an `idempotency_key` of its own. Those of a conversation are sent in
        order. With an `Idempotency-Key` of the request, a message without a key has that and its place in the request:
        the same request again sends what is missing.
        """
        answer: SentBatch = await self.call("POST", "/v1/messages/batch", body=body, idempotency_key=idempotency_key)
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

    async def put_bookmark(
        self, message_id: str, *, if_match: int | None = None, **body: Unpack[PutBookmark]
    ) -> Bookmark:
        """Keep a message for later.

        With a note, and a moment to be reminded at; what is left out is no more. At `remind_at`, or within a minute
        after it, `bookmark.due` tells the caller's sockets and the tenant's webhooks, and a push the phones of who is
        away. Nobody else learns of it. A user has at most 500.
        """
        answer: Bookmark = await self.call(
            "PUT", f"/v1/messages/{quote(message_id, safe='')}/bookmark", body=body, if_match=if_match
        )
        return answer

    async def delete_bookmark(self, message_id: str, *, if_match: int | None = None) -> None:
        """Let go of a bookmark, with its reminder.

        Absent is no failure, nor is a message that is gone.
        """
        await self.call("DELETE", f"/v1/messages/{quote(message_id, safe='')}/bookmark", if_match=if_match)

    async def list_edits(
        self, message_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> PageMessageEdit:
        """What a message said before.

        Newest first, for its author and for the conversation's moderators and above. A deleted message shows none.
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

    async def forward_message(
        self, message_id: str, *, idempotency_key: str | None = None, **body: Unpack[ForwardMessage]
    ) -> SentBatch:
        """Send what a message says to up to ten conversations, with a result for each.

        Each copy is a message of the caller's, with the text, the files, the location and, if asked for, the custom
        data, and says from when it is, and from whom where that is a member there. It stays when the message is
        deleted.
        """
        answer: SentBatch = await self.call(
            "POST", f"/v1/messages/{quote(message_id, safe='')}/forward", body=body, idempotency_key=idempotency_key
        )
        return answer

    async def remove_link_preview(self, message_id: str, *, url: str) -> None:
        """Let a message show no preview of a link.

        Its author alone may. The link stays in the text; its preview does not come back.
        """
        await self.call("DELETE", f"/v1/messages/{quote(message_id, safe='')}/link_previews", query={"url": url})

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

    async def close_poll(self, message_id: str, *, idempotency_key: str | None = None) -> VotesCast:
        """Take no more votes.

        The author of the message may, and the conversation's admins. Again changes nothing.
        """
        answer: VotesCast = await self.call(
            "POST", f"/v1/messages/{quote(message_id, safe='')}/poll/close", idempotency_key=idempotency_key
        )
        return answer

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

    async def translate_message(
        self, message_id: str, *, idempotency_key: str | None = None, **body: Unpack[TranslateMessage]
    ) -> Translation:
        """Read a message in another language.

        By the tenant's own server or Amazon Translate, as its setting `translation` says. What was translated once is
        kept on the message, until an edit; `message.updated` tells of it.
        """
        answer: Translation = await self.call(
            "POST",
            f"/v1/messages/{quote(message_id, safe='')}/translations",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def vote(self, message_id: str, **body: Unpack[SetVotes]) -> VotesCast:
        """Vote in a poll.

        The options named are all that the caller votes for from now on; none takes their votes back.
        """
        answer: VotesCast = await self.call("PUT", f"/v1/messages/{quote(message_id, safe='')}/votes", body=body)
        return answer

    async def list_votes(
        self, message_id: str, *, option: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> PageVote:
        """Who voted for what.

        By user. With `option` only those who voted for it: a page of a large poll may then have fewer than it might,
        and a cursor to go on from all the same. An anonymous poll shows nobody: 403.
        """
        answer: PageVote = await self.call(
            "GET",
            f"/v1/messages/{quote(message_id, safe='')}/votes",
            query={"option": option, "limit": limit, "cursor": cursor},
        )
        return answer

    async def iterate_votes(
        self, message_id: str, *, option: str | None = None, limit: int | None = None
    ) -> AsyncIterator[Vote]:
        """All that `list_votes` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_votes(message_id, option=option, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def list_appeals(self, *, limit: int | None = None, cursor: str | None = None) -> AppealPage:
        """The appeals that nobody has answered, oldest first, each with its decision.

        For the tenant's back end.
        """
        answer: AppealPage = await self.call("GET", "/v1/moderation/appeals", query={"limit": limit, "cursor": cursor})
        return answer

    async def iterate_appeals(self, *, limit: int | None = None) -> AsyncIterator[AppealedDecision]:
        """All that `list_appeals` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_appeals(limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def answer_appeal(
        self, user_id: str, decision_id: str, *, idempotency_key: str | None = None, **body: Unpack[AnswerAppeal]
    ) -> AppealedDecision:
        """Uphold a decision, or overturn it.

        Overturning lifts the ban and brings a deactivated user back; a deleted message stays deleted, and `restored`
        says what was undone. `X-Acting-User` names the moderator. Answered again in the same way changes nothing, in
        another way is 409.
        """
        answer: AppealedDecision = await self.call(
            "POST",
            f"/v1/moderation/appeals/{quote(user_id, safe='')}/{quote(decision_id, safe='')}/answer",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

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

    async def list_cases(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        source: Literal["user", "block_list", "pre_send"] | None = None,
        conversation_id: str | None = None,
        min_reporters: int | None = None,
        opened_before: str | None = None,
        claim: Literal["unclaimed", "mine", "others"] | None = None,
    ) -> CasePage:
        """The reported messages that nobody has decided, the most urgent first, then the oldest.

        A case is a message, however many have reported it. For the tenant's back end; `X-Acting-User` names the
        moderator, for `claim=mine`. A page may be shorter than its limit, even empty, where filters leave out much:
        `next_cursor` says whether there is more.
        """
        answer: CasePage = await self.call(
            "GET",
            "/v1/moderation/cases",
            query={
                "limit": limit,
                "cursor": cursor,
                "source": source,
                "conversation_id": conversation_id,
                "min_reporters": min_reporters,
                "opened_before": opened_before,
                "claim": claim,
            },
        )
        return answer

    async def iterate_cases(
        self,
        *,
        limit: int | None = None,
        source: Literal["user", "block_list", "pre_send"] | None = None,
        conversation_id: str | None = None,
        min_reporters: int | None = None,
        opened_before: str | None = None,
        claim: Literal["unclaimed", "mine", "others"] | None = None,
    ) -> AsyncIterator[Case]:
        """All that `list_cases` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_cases(
                limit=limit,
                source=source,
                conversation_id=conversation_id,
                min_reporters=min_reporters,
                opened_before=opened_before,
                claim=claim,
                cursor=cursor,
            )
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def get_case(self, message_id: str) -> CaseDetails:
        """A reported message, with all its reports and what was decided.

        Of a message that nobody has reported there is none.
        """
        answer: CaseDetails = await self.call("GET", f"/v1/moderation/cases/{quote(message_id, safe='')}")
        return answer

    async def claim_case(
        self, message_id: str, *, idempotency_key: str | None = None, **body: Unpack[ClaimCase]
    ) -> Case:
        """Have a case to oneself, so that no two moderators decide the same.

        The claim lapses after its minutes, and may be renewed; `X-Acting-User` names the moderator. Where another has
        the case it is 409, unless it is taken over.
        """
        answer: Case = await self.call(
            "POST",
            f"/v1/moderation/cases/{quote(message_id, safe='')}/claim",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def release_case(self, message_id: str) -> None:
        """Give back a case that one has claimed.

        What nobody has stays so; what another moderator has is 409.
        """
        await self.call("DELETE", f"/v1/moderation/cases/{quote(message_id, safe='')}/claim")

    async def decide_case(
        self, message_id: str, *, idempotency_key: str | None = None, **body: Unpack[DecideCase]
    ) -> Case:
        """Decide a case, and carry out what was decided.

        No action dismisses the reports. The message is deleted, its author warned, banned from the conversation or
        deactivated, as named; the author is told what was decided and the reason. Decided again in the same way goes on
        where it stopped, in another way is 409, as is a case that another moderator has.
        """
        answer: Case = await self.call(
            "POST",
            f"/v1/moderation/cases/{quote(message_id, safe='')}/decide",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def reopen_case(self, message_id: str, *, idempotency_key: str | None = None) -> Case:
        """Put a decided case back into the queue.

        What was done stays, and in its author's record too. A case that is open stays as it is.
        """
        answer: Case = await self.call(
            "POST", f"/v1/moderation/cases/{quote(message_id, safe='')}/reopen", idempotency_key=idempotency_key
        )
        return answer

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

    async def schedule_message(
        self, *, idempotency_key: str | None = None, **body: Unpack[ScheduleMessage]
    ) -> ScheduledMessage:
        """Have a message sent later.

        `message` is the body of `POST /v1/messages`. At `send_at`, or within a minute after it, it is sent as its
        author would send it then: by the rights, limits and moderation of that moment, once. `scheduled_message.sent`
        and `scheduled_message.failed` tell the author's sockets and the tenant's webhooks. At most 100 of a user wait.
        """
        answer: ScheduledMessage = await self.call(
            "POST", "/v1/scheduled-messages", body=body, idempotency_key=idempotency_key
        )
        return answer

    async def list_scheduled_messages(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> PageScheduledMessage:
        """The caller's messages that are sent later, the soonest first.

        Those that failed are among them until they are changed or taken back; those that were sent are not.
        """
        answer: PageScheduledMessage = await self.call(
            "GET", "/v1/scheduled-messages", query={"limit": limit, "cursor": cursor}
        )
        return answer

    async def iterate_scheduled_messages(self, *, limit: int | None = None) -> AsyncIterator[ScheduledMessage]:
        """All that `list_scheduled_messages` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_scheduled_messages(limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def get_scheduled_message(self, scheduled_message_id: str) -> ScheduledMessage:
        """One of the caller's messages that are sent later.

        404 once it has been sent or taken back.
        """
        answer: ScheduledMessage = await self.call(
            "GET", f"/v1/scheduled-messages/{quote(scheduled_message_id, safe='')}"
        )
        return answer

    async def update_scheduled_message(
        self, scheduled_message_id: str, *, if_match: int | None = None, **body: Unpack[UpdateScheduledMessage]
    ) -> ScheduledMessage:
        """Change what is sent, or when.

        What is left out stays as it is. One that failed waits again then. Once its moment has come it can be changed no
        more.
        """
        answer: ScheduledMessage = await self.call(
            "PUT", f"/v1/scheduled-messages/{quote(scheduled_message_id, safe='')}", body=body, if_match=if_match
        )
        return answer

    async def cancel_scheduled_message(self, scheduled_message_id: str, *, if_match: int | None = None) -> None:
        """Take a message back before it is sent.

        204: it is not sent. 409 `scheduled_message_being_sent`: its moment has come. 404: it has been sent, or was
        taken back before.
        """
        await self.call("DELETE", f"/v1/scheduled-messages/{quote(scheduled_message_id, safe='')}", if_match=if_match)

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
        mentioned_group: str | None = None,
        message_type: str | None = None,
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
                "mentioned_group": mentioned_group,
                "message_type": message_type,
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
        mentioned_group: str | None = None,
        message_type: str | None = None,
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
                mentioned_group=mentioned_group,
                message_type=message_type,
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
        that are archived, hidden for good or in the caller's own archive are left out. At most 200 are followed: of
        more, those go that the caller touched longest ago.
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

    async def create_user_group(
        self, *, idempotency_key: str | None = None, **body: Unpack[CreateUserGroup]
    ) -> UserGroup:
        """Make a group of users whom a message may mention together.

        By the tenant's back end, which adds its members next. A tenant has at most 200 groups, and no two have a
        handle.
        """
        answer: UserGroup = await self.call("POST", "/v1/user-groups", body=body, idempotency_key=idempotency_key)
        return answer

    async def list_user_groups(self, *, limit: int | None = None, cursor: str | None = None) -> PageUserGroup:
        """The tenant's groups of users, in the order in which they were made.

        For all of its users, whoever is in them.
        """
        answer: PageUserGroup = await self.call("GET", "/v1/user-groups", query={"limit": limit, "cursor": cursor})
        return answer

    async def iterate_user_groups(self, *, limit: int | None = None) -> AsyncIterator[UserGroup]:
        """All that `list_user_groups` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_user_groups(limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def get_user_group(self, user_group_id: str) -> UserGroup:
        """A group of users.

        For all users of the tenant, whoever is in it.
        """
        answer: UserGroup = await self.call("GET", f"/v1/user-groups/{quote(user_group_id, safe='')}")
        return answer

    async def update_user_group(
        self, user_group_id: str, *, if_match: int | None = None, **body: Unpack[UpdateUserGroup]
    ) -> UserGroup:
        """Change the handle, the name or the description of a group of users.

        What is left out stays as it is. Messages that mention the group go on doing so: they name it by its id.
        """
        answer: UserGroup = await self.call(
            "PUT", f"/v1/user-groups/{quote(user_group_id, safe='')}", body=body, if_match=if_match
        )
        return answer

    async def delete_user_group(self, user_group_id: str, *, if_match: int | None = None) -> None:
        """Delete a group of users; the users stay.

        Its handle is free again, and messages that mention it mention nobody by it. Absent is no failure.
        """
        await self.call("DELETE", f"/v1/user-groups/{quote(user_group_id, safe='')}", if_match=if_match)

    async def list_user_group_members(
        self, user_group_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> PageGroupMember:
        """Who is in a group of users.

        In the order of their ids, and within a second of a change.
        """
        answer: PageGroupMember = await self.call(
            "GET", f"/v1/user-groups/{quote(user_group_id, safe='')}/members", query={"limit": limit, "cursor": cursor}
        )
        return answer

    async def iterate_user_group_members(
        self, user_group_id: str, *, limit: int | None = None
    ) -> AsyncIterator[GroupMember]:
        """All that `list_user_group_members` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_user_group_members(user_group_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def add_user_group_members(
        self, user_group_id: str, *, idempotency_key: str | None = None, **body: Unpack[NamedUsers]
    ) -> AddedAllToGroup:
        """Add up to a hundred users to a group, with a result for each.

        By the tenant's back end. Who is in it already stays so. A group has at most 1,000 members.
        """
        answer: AddedAllToGroup = await self.call(
            "POST",
            f"/v1/user-groups/{quote(user_group_id, safe='')}/members",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def remove_user_group_members(
        self, user_group_id: str, *, idempotency_key: str | None = None, **body: Unpack[NamedUsers]
    ) -> TakenAllFromGroup:
        """Take up to a hundred users out, with a result for each.

        By the tenant's back end. Who is not in it stays so.
        """
        answer: TakenAllFromGroup = await self.call(
            "POST",
            f"/v1/user-groups/{quote(user_group_id, safe='')}/members/remove",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def list_users(
        self, *, q: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> UserPage:
        """The tenant's users by name.

        In pages, perhaps by the beginning of the name. Where teams are on, a user is shown those whom they share a team
        with.
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

    async def put_users(self, *, idempotency_key: str | None = None, **body: Unpack[PutUsers]) -> PutUsersOutcome:
        """Create or change up to a hundred users, with a result for each.

        By the tenant's back end, each as `PUT /v1/users/{user_id}` would. Who is so already is not written again, so a
        repetition of the call, or a nightly one with everybody, changes and tells nothing.
        """
        answer: PutUsersOutcome = await self.call("POST", "/v1/users/batch", body=body, idempotency_key=idempotency_key)
        return answer

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

    async def list_own_invites(self, *, limit: int | None = None, cursor: str | None = None) -> PageOwnInvite:
        """Where the caller is invited.

        In pages, each with the name of the conversation. A page may hold fewer than `limit`.
        """
        answer: PageOwnInvite = await self.call("GET", "/v1/users/me/invites", query={"limit": limit, "cursor": cursor})
        return answer

    async def iterate_own_invites(self, *, limit: int | None = None) -> AsyncIterator[OwnInvite]:
        """All that `list_own_invites` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_own_invites(limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def list_own_join_requests(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> PageOwnJoinRequest:
        """What the caller has asked to join, and has no answer to.

        In pages. A page may hold fewer than `limit`.
        """
        answer: PageOwnJoinRequest = await self.call(
            "GET", "/v1/users/me/join-requests", query={"limit": limit, "cursor": cursor}
        )
        return answer

    async def iterate_own_join_requests(self, *, limit: int | None = None) -> AsyncIterator[OwnJoinRequest]:
        """All that `list_own_join_requests` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_own_join_requests(limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def list_user_mutes(self, *, limit: int | None = None, cursor: str | None = None) -> PageUserMute:
        """Whom the caller has muted.

        In pages, in the order of their ids. A page may hold fewer than `limit`.
        """
        answer: PageUserMute = await self.call("GET", "/v1/users/me/mutes", query={"limit": limit, "cursor": cursor})
        return answer

    async def iterate_user_mutes(self, *, limit: int | None = None) -> AsyncIterator[UserMute]:
        """All that `list_user_mutes` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_user_mutes(limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

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

    async def query_users(self, *, idempotency_key: str | None = None, **body: Unpack[QueryUsers]) -> QueriedUsers:
        """Find users by name, role, declared keys and when they were seen last, or get them by their ids.

        By the tenant's back end. What is found is what the index knew some seconds ago and the table confirms; ids are
        read from the table alone. A page may be shorter than its limit and go on.
        """
        answer: QueriedUsers = await self.call("POST", "/v1/users/query", body=body, idempotency_key=idempotency_key)
        return answer

    async def iterate_query_users(
        self, *, idempotency_key: str | None = None, **body: Unpack[QueryUsers]
    ) -> AsyncIterator[QueriedUser]:
        """All that `query_users` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.query_users(idempotency_key=idempotency_key, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def put_user(self, user_id: str, *, if_match: int | None = None, **body: Unpack[PutUser]) -> User:
        """Create a user or change the profile.

        By the tenant's back end, or by the user for their own name, picture and custom data. What is left out stays as
        it is. Who is taken out of a team leaves its conversations.
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

        Everybody of the tenant may read a profile; where teams are on, of whom they share a team with.
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

    async def deactivate_user(self, user_id: str, *, idempotency_key: str | None = None) -> User:
        """Refuse a user's tokens, close their sockets, and show them in no list of users.

        By the tenant's back end. Messages and memberships stay; no push reaches the user, and nobody puts them into a
        conversation. Takes effect within 60 s. Repeated, it changes nothing.
        """
        answer: User = await self.call(
            "POST", f"/v1/users/{quote(user_id, safe='')}/deactivate", idempotency_key=idempotency_key
        )
        return answer

    async def list_decisions(
        self, user_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> PageOwnDecision:
        """What moderators have decided about the caller, the newest first.

        With the reason, the beginning of what the message said, and the appeal against it. A back end reads those of
        any user.
        """
        answer: PageOwnDecision = await self.call(
            "GET", f"/v1/users/{quote(user_id, safe='')}/moderation-decisions", query={"limit": limit, "cursor": cursor}
        )
        return answer

    async def iterate_decisions(self, user_id: str, *, limit: int | None = None) -> AsyncIterator[OwnDecision]:
        """All that `list_decisions` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_decisions(user_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def file_appeal(
        self, user_id: str, decision_id: str, *, idempotency_key: str | None = None, **body: Unpack[FileAppeal]
    ) -> OwnDecision:
        """Say why a decision about oneself is wrong.

        Once for each decision, within thirty days; moderators uphold or overturn it. A back end files it for any user,
        such as one who is deactivated.
        """
        answer: OwnDecision = await self.call(
            "POST",
            f"/v1/users/{quote(user_id, safe='')}/moderation-decisions/{quote(decision_id, safe='')}/appeal",
            body=body,
            idempotency_key=idempotency_key,
        )
        return answer

    async def get_record(
        self, user_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> ModerationRecord:
        """What moderators have decided about a user.

        The decisions, the newest first; how often what was decided, how often the user was reported and has reported.
        For the tenant's back end. An erasure of the user takes the record away.
        """
        answer: ModerationRecord = await self.call(
            "GET", f"/v1/users/{quote(user_id, safe='')}/moderation-record", query={"limit": limit, "cursor": cursor}
        )
        return answer

    async def iterate_get_record(self, user_id: str, *, limit: int | None = None) -> AsyncIterator[DecisionOfRecord]:
        """All that `get_record` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.get_record(user_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def mute_user(self, user_id: str, **body: Unpack[Mute]) -> UserMute:
        """Let nothing that a user writes be pushed to the caller.

        For good, or until a moment. It is shown and counted as before, and the user is not told.
        """
        answer: UserMute = await self.call("PUT", f"/v1/users/{quote(user_id, safe='')}/mute", body=body)
        return answer

    async def unmute_user(self, user_id: str) -> None:
        """Let what a user writes be pushed to the caller again.

        Who is not muted stays so.
        """
        await self.call("DELETE", f"/v1/users/{quote(user_id, safe='')}/mute")

    async def get_presence(self, user_id: str) -> UserPresence:
        """Whether a user is online, as the caller may see it.

        Whom the user has blocked sees them offline, as does everybody while they are invisible.
        """
        answer: UserPresence = await self.call("GET", f"/v1/users/{quote(user_id, safe='')}/presence")
        return answer

    async def reactivate_user(self, user_id: str, *, idempotency_key: str | None = None) -> User:
        """Bring a deactivated user back as they were.

        By the tenant's back end. Tokens that have not expired hold again. Repeated, it changes nothing.
        """
        answer: User = await self.call(
            "POST", f"/v1/users/{quote(user_id, safe='')}/reactivate", idempotency_key=idempotency_key
        )
        return answer

    async def revoke_user_tokens(self, user_id: str, *, idempotency_key: str | None = None) -> Revocation:
        """Refuse all tokens of a user that were issued before now, within 60 s.

        By the tenant's back end. From then on the user's tokens need `iat`.
        """
        answer: Revocation = await self.call(
            "POST", f"/v1/users/{quote(user_id, safe='')}/revoke-tokens", idempotency_key=idempotency_key
        )
        return answer

    async def shadow_ban_user(self, user_id: str, **body: Unpack[PutShadowBan]) -> ShadowBan:
        """Let nobody else be shown what a user posts, in any conversation.

        By the tenant's back end, for good or until a moment. The user is not told: what they send looks to them as
        sent. Takes effect within 60 s.
        """
        answer: ShadowBan = await self.call("PUT", f"/v1/users/{quote(user_id, safe='')}/shadow-ban", body=body)
        return answer

    async def get_shadow_ban(self, user_id: str) -> ShadowBan:
        """Why and until when nobody else is shown what a user posts.

        By the tenant's back end.
        """
        answer: ShadowBan = await self.call("GET", f"/v1/users/{quote(user_id, safe='')}/shadow-ban")
        return answer

    async def lift_shadow_ban(self, user_id: str) -> None:
        """Let others be shown what a user posts from now on.

        By the tenant's back end. What was posted under the ban stays hidden.
        """
        await self.call("DELETE", f"/v1/users/{quote(user_id, safe='')}/shadow-ban")

    async def list_shadowed_by_user(
        self, user_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> PageMessageContent:
        """What a user has posted that nobody else is shown, in all conversations.

        By the tenant's back end; the newest first.
        """
        answer: PageMessageContent = await self.call(
            "GET", f"/v1/users/{quote(user_id, safe='')}/shadowed-messages", query={"limit": limit, "cursor": cursor}
        )
        return answer

    async def iterate_shadowed_by_user(
        self, user_id: str, *, limit: int | None = None
    ) -> AsyncIterator[MessageContent]:
        """All that `list_shadowed_by_user` lists, page by page."""
        cursor: str | None = None
        while True:
            page = await self.list_shadowed_by_user(user_id, limit=limit, cursor=cursor)
            for each in page["data"]:
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return

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

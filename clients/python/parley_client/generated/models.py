"""What goes over the wire. Generated from docs/openapi.json: `make clients`."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class AddMembers(TypedDict):
    """
    Users to add. In a channel, anyone may name themselves alone: that is how one joins.
    """

    user_ids: list[str]


class AddedMember(TypedDict):
    """
    What came of adding one user; `blocked` who has blocked the caller, `not_in_team` who is not in its team.
    """

    user_id: str
    status: Literal["added", "already_member", "not_found", "banned", "blocked", "not_in_team"]


class AddedMembers(TypedDict):
    """
    One result for each user that was named, in that order.
    """

    data: list[AddedMember]


class AddedToGroup(TypedDict):
    """
    What came of adding one user; `full` where the group has as many members as it may.
    """

    user_id: str
    status: Literal["added", "already_member", "not_found", "full"]


class Announced(TypedDict):
    """
    What it says.
    """

    text: str
    silent: bool
    custom: dict[str, Any]


class AnnouncedMessage(TypedDict):
    """
    What is said in each conversation, as a system message.
    """

    text: str
    silent: NotRequired[bool]
    """
    Not pushed, unread for nobody, and the conversation stays where it is in lists
    """
    custom: NotRequired[dict[str, Any]]
    """
    The tenant's own data, 5 KB of JSON
    """


class AnnouncedTo(TypedDict):
    """
    Which conversations it is for.
    """

    conversations: int | None
    """
    How many it names; null where it says which they are
    """
    type: Literal["direct", "group", "channel"] | None
    declared_type: str | None
    team: str | None


class Announcement(TypedDict):
    """
    A message to many conversations: each gets it once, at the pace that leaves the tenant's users theirs.
    """

    id: str
    status: Literal["scheduled", "running", "completed", "cancelled", "failed"]
    message: Announced
    audience: AnnouncedTo
    send_at: str | None
    only_count: bool
    """
    It counts, and sends to none
    """
    reached: int
    """
    Conversations that it is done with: `sent`, skipped and `failed`, or those that were counted
    """
    sent: int
    skipped: dict[str, int]
    """
    How many did not take it, by the code of the refusal
    """
    failed: int
    """
    How many did not take it in some minutes of trying
    """
    percent: int
    """
    A rough measure; 100 once it is completed
    """
    failures: int
    """
    How often in a row it could not go on; after ten it is given up
    """
    created_at: str
    updated_at: str
    finished_at: str | None
    version: int


class AnswerAppeal(TypedDict):
    """
    Whether the decision stands, and what the user is told.
    """

    outcome: Literal["upheld", "overturned"]
    answer: NotRequired[str | None]


class AppealState(TypedDict):
    """
    What a user says of a decision, and what came of it.
    """

    text: str
    filed_at: str
    outcome: Literal["upheld", "overturned"] | None
    """
    null until a moderator has answered
    """
    answer: str | None
    restored: list[Literal["delete_message", "warn", "ban", "deactivate"]]
    """
    What overturning has undone; a deleted message stays deleted
    """
    answered_at: str | None


class AppealedDecision(TypedDict):
    """
    An appeal as moderators see it, with the decision that it is against.
    """

    id: str
    conversation_id: str
    message_id: str
    actions: list[Literal["delete_message", "warn", "ban", "deactivate"]]
    not_done: list[Literal["delete_message", "warn", "ban", "deactivate"]]
    reason: str | None
    banned_until: str | None
    text: str | None
    """
    The beginning of what the message said then
    """
    decided_at: str
    note: str | None
    decided_by: str
    user_id: str
    appeal: AppealState
    answered_by: str | None


class AskToJoin(TypedDict):
    """
    What the user says to the admins.
    """

    text: NotRequired[str | None]


class Attachment(TypedDict):
    """
    A file that a message carries, as it was when the message was sent or, if later, when its check ended.
    """

    media_id: str
    status: Literal["deleted", "rejected"] | None
    """
    What became of a file that is gone; nothing else is shown of it
    """
    filename: str | None
    content_type: str | None
    size: int | None
    width: int | None
    height: int | None
    duration_ms: int | None
    waveform: list[int] | None
    """
    Of a recording: how loud each of 64 parts is, from 0 to 100, against the loudest
    """
    thumbnails: list[str]
    """
    Variants to ask `/v1/download/{id}/signed` for
    """


class Audience(TypedDict):
    """
    Which conversations: those that are named or, of all, those that fit what is said; `{}` is all of them.
    """

    conversation_ids: NotRequired[list[str] | None]
    type: NotRequired[Literal["direct", "group", "channel"] | None]
    declared_type: NotRequired[str | None]
    """
    A type that the tenant has declared
    """
    team: NotRequired[str | None]


class AuditLine(TypedDict):
    """
    An administrative act: who did what to what, when and from where. It is never changed.
    """

    id: str
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
    actor: Literal["operator", "server", "user"]
    """
    An operator, the tenant's back end, or a user by a right of their own
    """
    actor_id: str | None
    """
    The user; of a server the key or login that its token was verified by; of an operator the beginning of the key's SHA-256
    """
    acting_for: str | None
    """
    The user that a server token acted for
    """
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
    target_id: str
    conversation_id: str | None
    """
    Where it was, of what is in a conversation
    """
    details: dict[str, Any]
    """
    Names of what was changed, roles, choices: never what somebody wrote
    """
    address: str | None
    """
    The IP address that the request came from; null for users
    """
    user_agent: str | None
    """
    What the client said that it is; null for users
    """
    request_id: str | None
    """
    The X-Request-Id of the answer
    """
    acted_at: str


class AuditPage(TypedDict):
    """
    Acts, the newest first. A page may be shorter than its limit where filters leave out much of what was read.
    """

    data: list[AuditLine]
    next_cursor: str | None
    prev_cursor: str | None


class Ban(TypedDict):
    """
    A user who may not come back, or whom nobody else is shown, and who decided so.
    """

    user_id: str
    banned_by: str
    reason: str | None
    until: str | None
    """
    Up to when; null, for good
    """
    shadow: bool
    """
    They are a member, and nobody else is shown what they post
    """
    created_at: str


class BanUser(TypedDict):
    reason: NotRequired[str | None]
    until: NotRequired[str | None]
    """
    Up to when; null, for good
    """
    shadow: NotRequired[bool]
    """
    The user stays, and nobody else is shown what they post; they are not told so
    """


class Block(TypedDict):
    """
    A user from whom the caller takes no direct messages.
    """

    user_id: str
    created_at: str


class BlockListEntry(TypedDict):
    """
    A word or phrase, found as whole words however it is written, or a pattern in RE2's syntax.
    """

    word: NotRequired[str | None]
    pattern: NotRequired[str | None]
    """
    Matched against the text in NFKC and case-folded, anywhere in it
    """
    action: NotRequired[Literal["flag", "mask", "refuse"] | None]
    """
    null is the list's
    """


class BookmarkPlace(TypedDict):
    """
    Whose bookmark it was, and of what.
    """

    message_id: str
    conversation_id: str
    user_id: str


class Breaker(TypedDict):
    """
    A circuit breaker; one that never opened is closed and not listed.
    """

    name: str
    state: Literal["closed", "open", "half_open"]


class CaseDecision(TypedDict):
    """
    What was decided of a case, and by whom.
    """

    id: str
    actions: list[Literal["delete_message", "warn", "ban", "deactivate"]]
    pending: list[Literal["delete_message", "warn", "ban", "deactivate"]]
    """
    What remains to be carried out: deciding the same again goes on with it
    """
    not_done: list[Literal["delete_message", "warn", "ban", "deactivate"]]
    """
    What could not be done, as a ban of a conversation's last owner or of who has been erased
    """
    reason: str | None
    note: str | None
    banned_until: str | None
    decided_by: str
    decided_at: str


class Ceilings(TypedDict):
    """
    How high the operator lets a tenant set its own limits.
    """

    text_limit: int
    messages_per_minute: int
    searches_per_minute: int
    tenant_messages_per_minute: int
    max_upload_bytes: int
    storage_bytes: int
    user_storage_bytes: int
    egress_bytes_per_day: int
    user_egress_bytes_per_day: int
    translated_characters_per_day: int


class CeilingsChange(TypedDict):
    """
    Ceilings to change; one that is absent stays as it is.
    """

    text_limit: NotRequired[int]
    messages_per_minute: NotRequired[int]
    searches_per_minute: NotRequired[int]
    tenant_messages_per_minute: NotRequired[int]
    max_upload_bytes: NotRequired[int]
    storage_bytes: NotRequired[int]
    user_storage_bytes: NotRequired[int]
    egress_bytes_per_day: NotRequired[int]
    user_egress_bytes_per_day: NotRequired[int]
    translated_characters_per_day: NotRequired[int]


class ChangeRole(TypedDict):
    role: Literal["member", "moderator", "admin", "owner"]


class Claim(TypedDict):
    """
    Who has a case to themselves, and up to when.
    """

    moderator_id: str
    expires_at: str


class ClaimCase(TypedDict):
    """
    For how long, and whether from whoever has it.
    """

    minutes: NotRequired[int]
    """
    After which the claim lapses
    """
    take_over: NotRequired[bool]
    """
    Whether to take it from another moderator
    """


class ClearHistory(TypedDict):
    """
    Up to which message nothing is to be shown to the caller: a message, or the end.
    """

    message_id: NotRequired[str | None]


class ClearedHistory(TypedDict):
    """
    From where on the caller sees the conversation now.
    """

    conversation_id: str
    visible_from: int
    """
    Nothing up to this number is shown to the caller
    """
    unread_count: int


class Command(TypedDict):
    """
    A command that members run by typing `/` and its name.
    """

    name: str
    url: str
    description: str
    usage: str | None
    role: Literal["member", "moderator", "admin", "owner"]
    enabled: bool
    created_at: str
    updated_at: str
    version: int


class CommandCall(TypedDict):
    """
    A command that a member has run, as the tenant's server is told it.
    """

    id: str
    type: Literal["command.run"]
    tenant_id: str
    user_id: str
    conversation_id: str
    parent_id: str | None
    name: str
    text: str
    run_at: str


class CommandReply(TypedDict):
    """
    What a tenant's server answers to a command. What it says beyond that is passed over.
    """

    type: NotRequired[Literal["none", "ephemeral", "message", "system"]]
    """
    Nothing is shown, or something to the user alone, or a message of the user's, or of the system's
    """
    text: NotRequired[str]
    mentions: NotRequired[list[str]]
    custom: NotRequired[dict[str, Any]]
    """
    The tenant's own data, 5 KB of JSON
    """


class Commands(TypedDict):
    """
    All commands of the tenant, by their names.
    """

    data: list[Command]


class CompleteUpload(TypedDict):
    upload_id: str


class ConversationDetails(TypedDict):
    """
    The custom data of a conversation, and what its new members see of its history.
    """

    id: str
    history: str | None
    custom: dict[str, Any]


class ConversationNotifications(TypedDict):
    """
    What the caller is told of by push in one conversation; null is what holds for all of them.
    """

    conversation_id: str
    level: Literal["all", "mentions", "none"] | None
    until: str | None


class ConversationSettings(TypedDict):
    """
    How the caller keeps a conversation in their list; nobody else is told.
    """

    hidden: Literal["until_message", "always"] | None
    """
    `until_message` until the next message, `always` until it is shown
    """
    archived_for_me: bool
    pinned: bool
    labels: list[str]
    version: int
    """
    Of the caller's membership: it goes up with every change of it
    """


class ConversationState(TypedDict):
    """
    A conversation, without what differs from member to member.
    """

    id: str
    type: Literal["direct", "group", "channel"]
    declared_type: str | None
    """
    The tenant's own type, which says what roles may; null, the built-in
    """
    name: str | None
    avatar_url: str | None
    created_by: str | None
    created_at: str
    updated_at: str
    archived_at: str | None
    frozen: bool
    """
    Only moderators and above, and the tenant's back end, write
    """
    slow_mode_seconds: int
    """
    How long a member waits after a message; 0, no time
    """
    join_requests: bool
    """
    Who wants to join asks its admins
    """
    team: str | None
    """
    For whose members it is; null, for everybody
    """
    last_seq: int | None
    truncated_seq: int
    """
    Nothing up to this number is shown to anybody; 0 where nothing is gone
    """


class CreateAnnouncement(TypedDict):
    """
    A message to send to many conversations.
    """

    message: AnnouncedMessage
    audience: Audience
    send_at: NotRequired[str | None]
    """
    A minute to a year ahead; null is now
    """
    only_count: NotRequired[bool]
    """
    Send to none, and say how many it would be: `reached`
    """


class CreateConversation(TypedDict):
    """
    A conversation to open. `direct` has exactly one other member and no name.
    """

    type: Literal["direct", "group", "channel"]
    declared_type: NotRequired[str | None]
    """
    A type that the tenant has declared, built like `type`: what its roles may
    """
    name: NotRequired[str | None]
    avatar_url: NotRequired[str | None]
    members: NotRequired[list[str]]
    custom: NotRequired[dict[str, Any]]
    """
    The tenant's own data, 5 KB of JSON
    """
    history: NotRequired[Literal["full", "joined"]]
    """
    What a new member sees: all, or from joining on
    """
    team: NotRequired[str | None]
    """
    For whom it is; without one, for everybody. No direct one has a team
    """


class CreateInviteLink(TypedDict):
    """
    How long the link holds, and for how many.
    """

    expires_in_seconds: NotRequired[int]
    """
    How long it holds, in seconds
    """
    max_uses: NotRequired[int | None]
    """
    How many may join by it; null, any number
    """


class CreateIssuer(TypedDict):
    """
    An issuer whose tokens are accepted as those of users of the tenant.
    """

    issuer: str
    """
    What `iss` of its tokens is, to the letter. Without `jwks_url` a URL, under which `/.well-known/openid-configuration` says where the keys are
    """
    jwks_url: NotRequired[str | None]
    """
    Where the keys are (RFC 7517), for who has no discovery
    """
    audiences: list[str]
    """
    `aud` of its tokens names one of them; of a token without `aud`, `client_id` does
    """
    user_id_claim: NotRequired[str]
    """
    The claim that is the user's id; what no id of a user has becomes `=` and two digits
    """
    name_claim: NotRequired[str | None]
    """
    The claim that is the name of a user who is created
    """
    scope_claim: NotRequired[str | None]
    """
    The claim that holds the caller's scopes, a list or words; `server` is never taken
    """
    create_users: NotRequired[bool]
    """
    Whether a user who is not there is created with the first token
    """


class CreateSigningKey(TypedDict):
    """
    A key to sign tokens with. Parley makes the secret of an HS256 key; of the others it takes the public key.
    """

    algorithm: NotRequired[Literal["HS256", "RS256", "ES256"]]
    public_key: NotRequired[str | None]
    """
    PEM: RSA of 2048 to 4096 bits for RS256, P-256 for ES256
    """
    audience: NotRequired[str | None]
    """
    What `aud` of its tokens must name; a token with `aud` is refused where this is null
    """
    issuer: NotRequired[str | None]
    """
    What `iss` of its tokens must be
    """


class CreateUserGroup(TypedDict):
    """
    A group of users to make.
    """

    handle: str
    """
    How people name it, without the `@`: no other group of the tenant has it
    """
    name: str
    description: NotRequired[str | None]


class CreateWebhook(TypedDict):
    """
    A server of the tenant's that is to be told what happens.
    """

    url: str
    """
    https, on the public internet; redirects are not followed
    """
    events: NotRequired[
        list[
            Literal[
                "message.created",
                "message.updated",
                "message.deleted",
                "message.shadowed",
                "reaction.added",
                "reaction.removed",
                "poll.updated",
                "poll.voted",
                "conversation.created",
                "conversation.updated",
                "conversation.archived",
                "conversation.truncated",
                "member.added",
                "member.removed",
                "member.updated",
                "read.updated",
                "delivered.updated",
                "thread.updated",
                "draft.updated",
                "draft.deleted",
                "bookmark.updated",
                "bookmark.deleted",
                "bookmark.due",
                "mute.updated",
                "mute.deleted",
                "invite.created",
                "invite.removed",
                "join_request.created",
                "join_request.removed",
                "scheduled_message.updated",
                "scheduled_message.deleted",
                "scheduled_message.sent",
                "scheduled_message.failed",
                "typing.started",
                "typing.stopped",
                "custom_event.sent",
                "ephemeral_message.sent",
                "presence.changed",
                "media.ready",
                "media.rejected",
                "search.matched",
                "case.opened",
                "case.claimed",
                "case.decided",
                "moderation.decided",
                "appeal.filed",
                "appeal.decided",
                "user.updated",
                "user.deleted",
                "user.deactivated",
                "user.reactivated",
                "webhook.disabled",
            ]
        ]
    ]
    """
    The types of events to send; empty is all
    """
    description: NotRequired[str | None]


class CustomEvent(TypedDict):
    """
    What an app told those who watch a conversation.
    """

    id: str
    conversation_id: str
    user_id: str
    """
    Who sent it; `_system` for a back end that acts for nobody
    """
    name: str
    data: dict[str, Any]
    """
    As the app sent it
    """
    created_at: str


class CustomEventSent(TypedDict):
    """
    An app told something that only it understands; told to sockets that watch the conversation alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["custom_event.sent"]
    data: CustomEvent


class DayOfUsage(TypedDict):
    """
    What a tenant used on a day, in UTC. Figures follow what happens within seconds, egress within hours.
    """

    day: str
    """
    2026-11-23
    """
    messages: int
    active_users: int
    """
    Users who sent or read something
    """
    stored_bytes: int
    """
    At the end of the day, or now
    """
    egress_bytes: int
    searches: int


class DecideCase(TypedDict):
    """
    What is to be done; nothing, to dismiss the reports.
    """

    actions: NotRequired[list[Literal["delete_message", "warn", "ban", "deactivate"]]]
    """
    Each once. `ban` is from the message's conversation; an empty list dismisses the reports
    """
    reason: NotRequired[str | None]
    """
    Told to the author; one of the tenant's `moderation_reasons` where it has declared any
    """
    note: NotRequired[str | None]
    """
    For moderators alone
    """
    banned_until: NotRequired[str | None]
    """
    When the ban ends; null, never
    """


class DecisionOfRecord(TypedDict):
    """
    A decision as moderators see it, with the appeal against it.
    """

    id: str
    conversation_id: str
    message_id: str
    actions: list[Literal["delete_message", "warn", "ban", "deactivate"]]
    not_done: list[Literal["delete_message", "warn", "ban", "deactivate"]]
    reason: str | None
    banned_until: str | None
    text: str | None
    """
    The beginning of what the message said then
    """
    decided_at: str
    note: str | None
    decided_by: str
    appeal: AppealState | None


class DeclaredConversationType(TypedDict):
    """
    A type of conversations with all that roles may in it.
    """

    name: str
    """
    `direct`, `group`, `channel`, or a name that the tenant has declared
    """
    like: Literal["direct", "group", "channel"]
    """
    What it does in all else: a conversation's `type`
    """
    built_in: bool
    used: bool
    """
    Conversations have been made of it: it can be changed, and not be deleted
    """
    permissions: dict[
        Literal[
            "post",
            "reply",
            "react",
            "vote",
            "upload",
            "see_members",
            "pin",
            "delete_any",
            "see_edits",
            "close_polls",
            "bypass_restrictions",
            "freeze",
            "slow_mode",
            "edit_details",
            "truncate",
            "invite",
            "add_members",
            "remove_members",
            "review_join_requests",
            "ban",
            "change_roles",
            "archive",
        ],
        Literal["member", "moderator", "admin", "owner", "nobody"],
    ]
    """
    For each action the lowest role that may take it
    """
    retention_days: int | None
    """
    After how many days messages go; 0 is never, null as the tenant's settings say of what it is built like. Told to the tenant's back end alone, to others it is null
    """
    updated_at: str | None
    """
    Null for a built-in type that is as it came
    """
    version: int


class DeliveredState(TypedDict):
    conversation_id: str
    delivered_seq: int | None
    """
    How far messages are known to have reached the caller: where it is lower than what was told, tell it again some seconds later. Null where it is not kept
    """


class DeliveredStates(TypedDict):
    """
    One for each conversation that was named, in that order.
    """

    data: list[DeliveredState]


class DeliveredUpTo(TypedDict):
    """
    A conversation, and the number of its newest message that a device has.
    """

    conversation_id: str
    seq: int


class Delivery(TypedDict):
    """
    One event on its way to one endpoint. `failure` says what kept the server from answering, where it did not.
    """

    id: str
    event_id: str
    event_type: str
    status: Literal["pending", "delivered", "failed", "discarded"]
    attempts: int
    created_at: str
    attempted_at: str | None
    next_attempt_at: str | None
    response_status: int | None
    response: str | None
    """
    The beginning of what the server answered
    """
    failure: str | None
    duration_ms: int | None


class DeliveryPage(TypedDict):
    """
    Deliveries, newest event first.
    """

    data: list[Delivery]
    next_cursor: str | None
    prev_cursor: str | None


class Dependency(TypedDict):
    """
    Something that the service relies on: whether it answers, and how fast.
    """

    name: str
    status: Literal["up", "down"]
    latency_ms: float
    detail: str | None


class Device(TypedDict):
    """
    A device of the caller's. Its token is not shown.
    """

    id: str
    platform: Literal["apns", "apns_sandbox", "fcm"]
    created_at: str
    registered_at: str
    """
    When the app last registered it
    """


class Devices(TypedDict):
    """
    All devices of the caller, the one registered last first.
    """

    data: list[Device]


class Download(TypedDict):
    """
    A signed URL that was handed out; asking again within ten minutes gives it again.

    `bytes_sent` is what the access log has counted for it so far.
    """

    id: str
    user_id: str
    variant: str
    bytes_expected: int
    bytes_sent: int
    requests: int
    created_at: str
    valid_until: str


class Draft(TypedDict):
    """
    A message that the caller has not sent yet: it has the fields that a message is sent with.
    """

    conversation_id: str
    parent_id: str | None
    """
    The message that it replies to, in its thread
    """
    text: str
    attachments: list[str]
    """
    Ids of media
    """
    mentions: list[str]
    mentioned_groups: list[str]
    show_in_conversation: bool
    quoted_message_id: str | None
    custom: dict[str, Any]
    updated_at: str
    version: int


class DraftPlace(TypedDict):
    """
    Whose draft it was, and where for.
    """

    conversation_id: str
    parent_id: str | None
    user_id: str


class DraftState(TypedDict):
    """
    What a user has not sent yet.
    """

    conversation_id: str
    parent_id: str | None
    """
    The message that it replies to, in its thread
    """
    text: str
    attachments: list[str]
    """
    Ids of media
    """
    mentions: list[str]
    mentioned_groups: list[str]
    show_in_conversation: bool
    quoted_message_id: str | None
    custom: dict[str, Any]
    updated_at: str
    version: int
    user_id: str


class DraftUpdated(TypedDict):
    """
    A user has written what they have not sent yet; told to the user's sockets alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["draft.updated"]
    data: DraftState


class EditMessage(TypedDict):
    """
    What a message says from now on; what is left out stays as it is.
    """

    text: NotRequired[str | None]
    attachments: NotRequired[list[str] | None]
    mentions: NotRequired[list[str] | None]
    mentioned_groups: NotRequired[list[str] | None]
    custom: NotRequired[dict[str, Any] | None]


class EphemeralMessage(TypedDict):
    """
    A message that one member alone sees, as long as their app shows it.
    """

    id: str
    conversation_id: str
    user_id: str
    """
    Who sees it
    """
    author_id: str
    """
    Who says it; `_system` for a back end that acts for nobody
    """
    text: str
    custom: dict[str, Any]
    created_at: str


class EphemeralMessageSent(TypedDict):
    """
    A message that one member alone sees; told to the member's sockets alone, and kept nowhere.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["ephemeral_message.sent"]
    data: EphemeralMessage


class ExportFile(TypedDict):
    """
    A file of an export. The manifest is the first; the others are gzipped JSON lines, one record a line.
    """

    name: str
    size: int | None
    sha256: str | None
    url: str
    url_expires_at: str


class Failure(TypedDict):
    """
    Why a message was not sent: the problem that its send was refused with.
    """

    code: str
    status: int
    title: str
    detail: str


class FileAppeal(TypedDict):
    """
    Why a decision is wrong.
    """

    text: str


class Flag(TypedDict):
    """
    A user's report of a message: the first one, however often it is repeated.
    """

    message_id: str
    reason: str | None
    created_at: str


class FlagMessage(TypedDict):
    """
    A report to the tenant's moderators.
    """

    reason: NotRequired[str | None]


class ForwardMessage(TypedDict):
    """
    Where a message is to be sent on to.
    """

    conversation_ids: list[str]
    with_custom: NotRequired[bool]
    """
    Carry its custom data as well
    """


class ForwardedFrom(TypedDict):
    """
    The message that this one is a copy of.
    """

    author_id: str | None
    """
    Who said it first, where they are a member here
    """
    created_at: str


class FoundConversation(TypedDict):
    """
    A conversation as search shows it. `name` is null for a direct one.
    """

    id: str
    type: Literal["direct", "group", "channel"]
    declared_type: str | None
    name: str | None
    avatar_url: str | None
    archived: bool
    is_member: bool


class FoundUser(TypedDict):
    """
    A user as search shows them.
    """

    id: str
    name: str
    avatar_url: str | None


class Gap(TypedDict):
    """
    A marker in the replay: a conversation to fetch anew or, without a conversation, everything.
    """

    id: str
    type: Literal["gap"]
    conversation_id: str | None


class GatewayMessage(TypedDict):
    """
    What the gateway writes when no function ran
    """

    message: str


class GroupMember(TypedDict):
    """
    A user who is in a group.
    """

    user_id: str
    added_at: str


class Health(TypedDict):
    """
    The service answers.
    """

    status: Literal["ok"]


class Hold(TypedDict):
    """
    A hold. One whose `until` has passed keeps nothing, and stays until it is released.
    """

    id: str
    conversation_id: str | None
    user_id: str | None
    reason: str
    placed_by: str | None
    """
    The user for whom the back end placed it, where it named one
    """
    until: str | None
    created_at: str


class Holds(TypedDict):
    """
    All holds of a tenant, the oldest first.
    """

    data: list[Hold]


class ImportFileProblem(TypedDict):
    """
    A file that a message names and does not have: by the message's id in the import's file, and why.
    """

    message_id: str
    name: str
    reason: str


class ImportPart(TypedDict):
    """
    Where to put a part of the file, with its exact length as `Content-Length`; in any order, and again.
    """

    part_number: int
    size: int
    url: str
    expires_at: str


class ImportProblem(TypedDict):
    """
    A line that is wrong.
    """

    line: int
    detail: str


class ImportSummary(TypedDict):
    """
    An import in a list: how far it is, and how many lines of its file are wrong.
    """

    id: str
    status: Literal["uploading", "checking", "checked", "importing", "completed", "failed", "cancelled"]
    source: str
    size: int
    problem_count: int
    percent: int
    created_at: str
    updated_at: str
    finished_at: str | None


class ImportUpload(TypedDict):
    """
    Where to put the file, with its exact length as `Content-Length`; ask again for a fresh URL.
    """

    url: str
    expires_at: str


class Invite(TypedDict):
    """
    A user who may join.
    """

    conversation_id: str
    user_id: str
    invited_by: str
    created_at: str
    expires_at: str


class InviteLink(TypedDict):
    """
    A link by which whoever has it may join, without its token.
    """

    id: str
    conversation_id: str
    created_by: str
    created_at: str
    expires_at: str
    max_uses: int | None
    uses: int
    """
    How many have joined by it
    """


class InviteLinks(TypedDict):
    """
    All of a conversation's links.
    """

    data: list[InviteLink]


class InviteName(TypedDict):
    """
    All that is left of an invite, or of a request to join.
    """

    conversation_id: str
    user_id: str


class InviteState(TypedDict):
    """
    An invite.
    """

    conversation_id: str
    user_id: str
    invited_by: str
    created_at: str
    expires_at: str


class InviteUsers(TypedDict):
    """
    Users to invite.
    """

    user_ids: list[str]
    expires_in_seconds: NotRequired[int]
    """
    How long it holds, in seconds
    """


class InvitedUser(TypedDict):
    """
    What came of inviting one user; `blocked` who has blocked the caller, `not_in_team` who is not in its team.
    """

    user_id: str
    status: Literal["invited", "already_member", "not_found", "banned", "blocked", "not_in_team"]


class InvitedUsers(TypedDict):
    """
    One result for each user that was named, in that order.
    """

    data: list[InvitedUser]


class Issuer(TypedDict):
    """
    A registered issuer, and how its keys were last fetched.
    """

    id: str
    issuer: str
    jwks_url: str | None
    audiences: list[str]
    user_id_claim: str
    name_claim: str | None
    scope_claim: str | None
    create_users: bool
    created_at: str
    keys_fetched_at: str | None
    """
    Keys are kept for 24 hours without a further fetch
    """
    keys_failure: str | None
    """
    Why the latest fetch failed; null where it did not
    """


class Issuers(TypedDict):
    """
    All issuers of a tenant, newest first.
    """

    data: list[Issuer]


class ItemProblem(TypedDict):
    """
    Why one of many was refused: what the problem document of a request of its own would say.
    """

    code: str
    title: str
    detail: str
    retryable: bool
    """
    The same may succeed later
    """
    retry_after: int | None
    """
    After so many seconds
    """


class Job(TypedDict):
    """
    Work that goes on after its request was answered, and goes on from where it was when whoever did it died.
    """

    id: str
    kind: Literal["erasure", "export", "import", "truncation", "retention", "announcement"]
    status: Literal["queued", "running", "completed", "failed", "cancelled"]
    user_id: str | None
    """
    Whom it is about; null for all of the tenant
    """
    step: str
    """
    What is being done
    """
    done: dict[str, int]
    """
    How much has been done so far, by kind
    """
    percent: int
    """
    A rough measure; 100 once it is completed
    """
    held: bool
    """
    A hold keeps what it would remove; whether it still does is looked at each hour
    """
    failures: int
    """
    How often in a row it has failed; it is tried again, ever less often
    """
    created_at: str
    updated_at: str
    finished_at: str | None
    version: int


class JoinByLink(TypedDict):
    """
    The token of an invite link.
    """

    token: str


class JoinRequest(TypedDict):
    """
    A user who would like to join.
    """

    conversation_id: str
    user_id: str
    text: str | None
    created_at: str


class JoinRequestState(TypedDict):
    """
    A request to join.
    """

    conversation_id: str
    user_id: str
    text: str | None
    created_at: str


class LastMessage(TypedDict):
    """
    The newest message in short; the text is cut after 160 bytes. Null where its reader may not read it.
    """

    id: str
    """
    The message's own id: of a reply that is shown here, the reply's
    """
    seq: int
    """
    Its place in the conversation
    """
    parent_id: str | None
    """
    The message that a reply hangs on
    """
    author_id: str
    text: str
    attachments: list[Literal["image", "video", "audio", "file", "location"]]
    """
    What the attached files are, in order, and a location
    """
    created_at: str
    deleted: bool


class ListedEntry(TypedDict):
    """
    An entry of the list as it is kept: `word` or `pattern` is null, and `action` where it is the list's.
    """

    word: str | None
    pattern: str | None
    action: Literal["flag", "mask", "refuse"] | None


class Location(TypedDict):
    """
    A place on earth (WGS 84), as a message shows it.
    """

    latitude: float
    longitude: float
    name: str | None
    accuracy: float | None
    """
    In metres: how far off it may be
    """


class MarkRead(TypedDict):
    """
    How far the caller has read: up to a message, or to the end.
    """

    message_id: NotRequired[str | None]


class MarkThreadRead(TypedDict):
    """
    How far the caller has read in a thread: up to a reply, or to the end.
    """

    reply_id: NotRequired[str | None]


class MarkUnread(TypedDict):
    """
    The message from which on the conversation is unread.
    """

    message_id: str


class MediaRedriven(TypedDict):
    """
    How many checks that had failed are being tried again.
    """

    redriven: int


class MediaState(TypedDict):
    """
    What became of a file; `GET /v1/media/{id}` has the rest.
    """

    id: str
    status: Literal["ready", "rejected"]
    reason: str | None


class Member(TypedDict):
    """
    A member as the conversation's other members see them.
    """

    user_id: str
    role: Literal["member", "moderator", "admin", "owner"]
    joined_at: str


class MemberName(TypedDict):
    """
    A user and a conversation.
    """

    conversation_id: str
    user_id: str


class MemberState(TypedDict):
    """
    What other members may know of a member.
    """

    conversation_id: str
    user_id: str
    role: Literal["member", "moderator", "admin", "owner"]
    joined_at: str
    read_seq: int | None
    read_at: str | None
    delivered_seq: int | None
    delivered_at: str | None


class Membership(TypedDict):
    """
    What the caller is in a conversation.
    """

    role: Literal["member", "moderator", "admin", "owner"]
    joined_at: str
    read_seq: int
    visible_from: int
    """
    Nothing up to this number is shown to the caller
    """
    muted: bool
    muted_until: str | None


class MessageEdit(TypedDict):
    """
    What a message said before its edit of number `edit`, and since when.
    """

    edit: int
    text: str
    attachments: list[Attachment]
    mentions: list[str]
    mentioned_groups: list[str]
    custom: dict[str, Any]
    written_at: str


class MessageGone(TypedDict):
    """
    All that is left of a message which was deleted for good.
    """

    id: str
    conversation_id: str
    seq: int


class MessageToSend(TypedDict):
    """
    A message as it will be sent.
    """

    conversation_id: str
    parent_id: str | None
    text: str
    attachments: list[str]
    """
    Ids of media
    """
    quoted_message_id: str | None
    mentions: list[str]
    mentioned_groups: list[str]
    show_in_conversation: bool
    type: str
    silent: bool
    location: Location | None
    poll: dict[str, Any] | None
    """
    The poll that it asks, as it is sent
    """
    custom: dict[str, Any]


class MintToken(TypedDict):
    """
    A token to mint for a user, who need not exist yet.
    """

    user_id: str
    """
    A user id has 1 to 80 of the characters A-Z a-z 0-9 . _ @ : + = - and begins with a letter, a digit, _ or -; reserved are _block_list, _deleted, _operator, _pre_send, _system, me
    """
    ttl_seconds: NotRequired[int]
    scope: NotRequired[str | None]
    """
    Scopes, with a space between them
    """


class ModerationDecision(TypedDict):
    """
    What moderators decided about a message of a user's, and the user's appeal.
    """

    id: str
    conversation_id: str
    message_id: str
    actions: list[Literal["delete_message", "warn", "ban", "deactivate"]]
    not_done: list[Literal["delete_message", "warn", "ban", "deactivate"]]
    reason: str | None
    banned_until: str | None
    text: str | None
    """
    The beginning of what the message said then
    """
    decided_at: str
    appeal: AppealState | None
    user_id: str


class Mute(TypedDict):
    """
    Turn the caller's notifications off, for good or until a moment.
    """

    until: NotRequired[str | None]


class MutePlace(TypedDict):
    """
    Whose mute it is, and of whom.
    """

    muted_id: str
    user_id: str


class MuteState(TypedDict):
    """
    A user of whom nothing is pushed to another.
    """

    muted_id: str
    user_id: str
    until: str | None
    """
    Up to when; null, for good
    """
    created_at: str


class MuteUpdated(TypedDict):
    """
    A user has muted another, or until another moment; told to the user's sockets alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["mute.updated"]
    data: MuteState


class NamedUsers(TypedDict):
    """
    Users to add to a group, or to take out of it.
    """

    user_ids: list[str]


class NewCommand(TypedDict):
    """
    The same, with the secret that signs its calls where it is new: shown once.
    """

    name: str
    url: str
    description: str
    usage: str | None
    role: Literal["member", "moderator", "admin", "owner"]
    enabled: bool
    created_at: str
    updated_at: str
    version: int
    secret: str | None


class NewInviteLink(TypedDict):
    """
    A link with its token, which is shown this once.
    """

    id: str
    conversation_id: str
    created_by: str
    created_at: str
    expires_at: str
    max_uses: int | None
    uses: int
    """
    How many have joined by it
    """
    token: str
    """
    What to put into a link of your own; who sends it back may join
    """


class NewLocation(TypedDict):
    """
    A place on earth (WGS 84).
    """

    latitude: float
    longitude: float
    name: NotRequired[str | None]
    accuracy: NotRequired[float | None]
    """
    In metres: how far off it may be
    """


class NewPollOption(TypedDict):
    """
    Something to vote for.
    """

    text: str


class NewSigningKey(TypedDict):
    """
    A signing key as its creation shows it, once.
    """

    kid: str
    """
    Goes into the header of every token that the key signs
    """
    algorithm: Literal["HS256", "RS256", "ES256"]
    public_key: str | None
    audience: str | None
    issuer: str | None
    created_at: str
    expires_at: str | None
    secret: str | None
    """
    The secret of an HS256 key; it is never shown again
    """


class NewWebhook(TypedDict):
    """
    A webhook as its creation and the rotation of its secret show it, once.
    """

    id: str
    url: str
    events: list[
        Literal[
            "message.created",
            "message.updated",
            "message.deleted",
            "message.shadowed",
            "reaction.added",
            "reaction.removed",
            "poll.updated",
            "poll.voted",
            "conversation.created",
            "conversation.updated",
            "conversation.archived",
            "conversation.truncated",
            "member.added",
            "member.removed",
            "member.updated",
            "read.updated",
            "delivered.updated",
            "thread.updated",
            "draft.updated",
            "draft.deleted",
            "bookmark.updated",
            "bookmark.deleted",
            "bookmark.due",
            "mute.updated",
            "mute.deleted",
            "invite.created",
            "invite.removed",
            "join_request.created",
            "join_request.removed",
            "scheduled_message.updated",
            "scheduled_message.deleted",
            "scheduled_message.sent",
            "scheduled_message.failed",
            "typing.started",
            "typing.stopped",
            "custom_event.sent",
            "ephemeral_message.sent",
            "presence.changed",
            "media.ready",
            "media.rejected",
            "search.matched",
            "case.opened",
            "case.claimed",
            "case.decided",
            "moderation.decided",
            "appeal.filed",
            "appeal.decided",
            "user.updated",
            "user.deleted",
            "user.deactivated",
            "user.reactivated",
            "webhook.disabled",
        ]
    ]
    description: str | None
    enabled: bool
    disabled_at: str | None
    disabled_by: Literal["tenant", "parley"] | None
    disabled_reason: str | None
    created_at: str
    updated_at: str
    version: int
    secret: str
    """
    Signs every delivery; it is never shown again
    """


class Notifications(TypedDict):
    """
    What the caller is told of by push, in all conversations that have no setting of their own.
    """

    level: Literal["all", "mentions", "none"]
    until: str | None


class OfferedCommand(TypedDict):
    """
    A command that the caller may run here.
    """

    name: str
    description: str
    usage: str | None


class OfferedCommands(TypedDict):
    """
    The commands that the caller may run in the conversation, by their names.
    """

    data: list[OfferedCommand]


class OwnBookmark(TypedDict):
    """
    A message that a user keeps; `GET /v1/messages/{message_id}` shows it.
    """

    message_id: str
    conversation_id: str
    note: str | None
    remind_at: str | None
    reminded_at: str | None
    """
    When the reminder came due
    """
    created_at: str
    version: int
    user_id: str


class OwnDecision(TypedDict):
    """
    A decision, with the appeal against it.
    """

    id: str
    conversation_id: str
    message_id: str
    actions: list[Literal["delete_message", "warn", "ban", "deactivate"]]
    not_done: list[Literal["delete_message", "warn", "ban", "deactivate"]]
    reason: str | None
    banned_until: str | None
    text: str | None
    """
    The beginning of what the message said then
    """
    decided_at: str
    appeal: AppealState | None


class OwnInvite(TypedDict):
    """
    An invite with what there is to know of the conversation before one joins.
    """

    conversation_id: str
    user_id: str
    invited_by: str
    created_at: str
    expires_at: str
    type: Literal["direct", "group", "channel"]
    declared_type: str | None
    name: str | None
    avatar_url: str | None


class OwnJoinRequest(TypedDict):
    """
    A request with what there is to know of the conversation: null once it takes none, or is another team's.
    """

    conversation_id: str
    user_id: str
    text: str | None
    created_at: str
    type: Literal["direct", "group", "channel"] | None
    name: str | None
    avatar_url: str | None


class OwnMemberState(TypedDict):
    """
    What only the member knows.
    """

    conversation_id: str
    user_id: str
    role: Literal["member", "moderator", "admin", "owner"]
    joined_at: str
    read_seq: int | None
    read_at: str | None
    delivered_seq: int | None
    delivered_at: str | None
    muted: bool
    muted_until: str | None
    push_level: str | None
    push_until: str | None
    hidden: Literal["until_message", "always"] | None
    """
    How long it is hidden; null where it is not, or has been shown again
    """
    hidden_seq: int | None
    """
    Hidden `until_message` until the conversation has one after this number
    """
    archived_for_me: bool
    pinned: bool
    labels: list[str]
    visible_from: int
    """
    Nothing up to this number is shown to the member
    """


class OwnPollResults(TypedDict):
    """
    What the votes have come to, and the caller's own.
    """

    counts: dict[str, int]
    """
    Votes by option; one that is not named has none
    """
    voters: int
    """
    How many users have voted
    """
    closed_at: str | None
    """
    Since when nobody votes any more
    """
    mine: list[str]
    """
    The options that the caller has voted for
    """


class OwnScheduledMessage(TypedDict):
    """
    A message that a user has sent later.
    """

    id: str
    status: Literal["scheduled", "sending", "failed"]
    """
    `sending`: its moment has come, and it can be changed no more; `failed`: it was refused for good
    """
    message: MessageToSend
    send_at: str
    failure: Failure | None
    """
    Why it failed
    """
    created_at: str
    updated_at: str
    version: int
    user_id: str


class OwnStatus(TypedDict):
    """
    The caller's own presence.
    """

    user_id: str
    online: bool
    last_active_at: str | None
    status_text: str | None
    invisible: bool


class PageAnnouncement(TypedDict):
    data: list[Announcement]
    next_cursor: str | None
    prev_cursor: str | None


class PageBan(TypedDict):
    data: list[Ban]
    next_cursor: str | None
    prev_cursor: str | None


class PageBlock(TypedDict):
    data: list[Block]
    next_cursor: str | None
    prev_cursor: str | None


class PageDownload(TypedDict):
    data: list[Download]
    next_cursor: str | None
    prev_cursor: str | None


class PageDraft(TypedDict):
    data: list[Draft]
    next_cursor: str | None
    prev_cursor: str | None


class PageGroupMember(TypedDict):
    data: list[GroupMember]
    next_cursor: str | None
    prev_cursor: str | None


class PageImportSummary(TypedDict):
    data: list[ImportSummary]
    next_cursor: str | None
    prev_cursor: str | None


class PageInvite(TypedDict):
    data: list[Invite]
    next_cursor: str | None
    prev_cursor: str | None


class PageJoinRequest(TypedDict):
    data: list[JoinRequest]
    next_cursor: str | None
    prev_cursor: str | None


class PageMember(TypedDict):
    data: list[Member]
    next_cursor: str | None
    prev_cursor: str | None


class PageMessageEdit(TypedDict):
    data: list[MessageEdit]
    next_cursor: str | None
    prev_cursor: str | None


class PageOwnDecision(TypedDict):
    data: list[OwnDecision]
    next_cursor: str | None
    prev_cursor: str | None


class PageOwnInvite(TypedDict):
    data: list[OwnInvite]
    next_cursor: str | None
    prev_cursor: str | None


class PageOwnJoinRequest(TypedDict):
    data: list[OwnJoinRequest]
    next_cursor: str | None
    prev_cursor: str | None


class PlaceHold(TypedDict):
    """
    A hold to place on one conversation or on one user.
    """

    conversation_id: NotRequired[str | None]
    user_id: NotRequired[str | None]
    """
    It covers the conversations that the user is or was in
    """
    reason: str
    """
    Why it is placed, as the name of a matter
    """
    until: NotRequired[str | None]
    """
    When it ends; null, when it is released
    """


class PollOption(TypedDict):
    """
    Something to vote for; its id never changes.
    """

    id: str
    text: str


class PollResults(TypedDict):
    """
    What the votes have come to.
    """

    counts: dict[str, int]
    """
    Votes by option; one that is not named has none
    """
    voters: int
    """
    How many users have voted
    """
    closed_at: str | None
    """
    Since when nobody votes any more
    """


class PostForm(TypedDict):
    """
    A form to post to S3 as `multipart/form-data`: these fields, then `file`.
    """

    url: str
    fields: dict[str, str]
    expires_at: str


class PreSendCall(TypedDict):
    """
    A message as somebody wants to have it, which the tenant's server is asked about before it is stored.
    """

    id: str
    type: Literal["message.pre_send"]
    tenant_id: str
    user_id: str
    asked_at: str
    operation: Literal["send", "edit"]
    conversation_id: str
    message_id: str | None
    parent_id: str | None
    text: str
    attachments: list[str]
    mentions: list[str]
    mentioned_groups: list[str]
    custom: dict[str, Any]


class PreSendDecision(TypedDict):
    """
    What a tenant's server answers about a message. What it says beyond that is passed over.
    """

    action: str
    reason: NotRequired[str | None]
    words: NotRequired[list[str]]


class PreSendSecret(TypedDict):
    """
    The secret, shown once.
    """

    secret: str


class PreviewImage(TypedDict):
    """
    The picture of a preview: a file that whoever reads the message may fetch, as an attachment.
    """

    media_id: str
    width: int
    height: int
    thumbnails: list[str]
    """
    Variants to ask `/v1/download/{id}/signed` for
    """


class Progress(TypedDict):
    """
    What S3 has received.
    """

    upload_id: str
    status: Literal["uploading", "processing", "ready", "rejected", "aborted", "expired", "deleted"]
    method: Literal["post", "multipart"]
    bytes_received: int
    bytes_total: int
    percent: float
    part_size: int | None
    part_count: int
    parts_received: list[int]
    parts_missing: list[int]
    checksums: dict[str, str]
    """
    Of uploads with `part_checksums`: the SHA-256 (hex) of each part received
    """
    expires_at: str


class PushApplications(TypedDict):
    """
    The tenant's own platform applications in SNS. A platform that is null is served by the stage's, if any.
    """

    apns: NotRequired[str | None]
    apns_sandbox: NotRequired[str | None]
    fcm: NotRequired[str | None]


class PutBlockList(TypedDict):
    """
    The whole list: what is not in it any more is not looked for any more.
    """

    action: NotRequired[Literal["flag", "mask", "refuse"]]
    """
    What is done where an entry is found that names nothing else
    """
    entries: list[BlockListEntry]
    """
    At most 100 of them patterns, 64 KiB
    """


class PutBookmark(TypedDict):
    """
    How a message is kept; what is left out is no more.
    """

    note: NotRequired[str | None]
    remind_at: NotRequired[str | None]
    """
    When to be reminded, up to five years ahead
    """


class PutCommand(TypedDict):
    """
    A command as it is to be, whole: what is left out is as if it had never been said.
    """

    url: str
    """
    https, on the public internet; redirects are not followed
    """
    description: str
    """
    What it does
    """
    usage: NotRequired[str | None]
    """
    What to type after its name: `[dice] [sides]`
    """
    role: NotRequired[Literal["member", "moderator", "admin", "owner"]]
    """
    The lowest role in a conversation that may run it there
    """
    enabled: NotRequired[bool]


class PutConversationType(TypedDict):
    """
    What a type is built like, and for each action the lowest role that may take it where that is not the default.
    """

    like: Literal["group", "channel"]
    """
    What it does in all else: who finds and joins it. It stays so
    """
    permissions: NotRequired[
        dict[
            Literal[
                "post",
                "reply",
                "react",
                "vote",
                "upload",
                "see_members",
                "pin",
                "delete_any",
                "see_edits",
                "close_polls",
                "bypass_restrictions",
                "freeze",
                "slow_mode",
                "edit_details",
                "truncate",
                "invite",
                "add_members",
                "remove_members",
                "review_join_requests",
                "ban",
                "change_roles",
                "archive",
            ],
            Literal["member", "moderator", "admin", "owner", "nobody"],
        ]
    ]
    """
    What is not named is as in a built-in type of which the tenant has said nothing
    """
    retention_days: NotRequired[int | None]
    """
    After how many days messages go in conversations of this type; 0 is never, null as the tenant's settings say of what it is built like. Those of built-in types are settings alone
    """


class PutDraft(TypedDict):
    """
    What a message will say, as far as it has been written. An empty draft is deleted instead.
    """

    text: NotRequired[str]
    attachments: NotRequired[list[str]]
    """
    Ids of media that the caller has uploaded
    """
    mentions: NotRequired[list[str]]
    mentioned_groups: NotRequired[list[str]]
    show_in_conversation: NotRequired[bool]
    """
    Of a thread reply, as when it is sent
    """
    quoted_message_id: NotRequired[str | None]
    """
    The message that it quotes
    """
    custom: NotRequired[dict[str, Any]]
    """
    The tenant's own data, 5 KB of JSON
    """


class PutOneUser(TypedDict):
    """
    One of many users to create or change.
    """

    name: NotRequired[str | None]
    """
    A new user without a name is called by the id
    """
    avatar_url: NotRequired[str | None]
    custom: NotRequired[dict[str, Any] | None]
    languages: NotRequired[
        list[
            Literal[
                "ar",
                "cs",
                "da",
                "de",
                "en",
                "es",
                "fi",
                "fr",
                "he",
                "hi",
                "it",
                "nl",
                "no",
                "pl",
                "pt",
                "ru",
                "sv",
                "tr",
                "uk",
            ]
        ]
        | None
    ]
    """
    Languages that the user writes and reads, which search takes their words for
    """
    role: NotRequired[str | None]
    teams: NotRequired[list[str] | None]
    """
    All teams of the user; a server token sets them
    """
    id: str
    """
    A user id has 1 to 80 of the characters A-Z a-z 0-9 . _ @ : + = - and begins with a letter, a digit, _ or -; reserved are _block_list, _deleted, _operator, _pre_send, _system, me
    """


class PutShadowBan(TypedDict):
    """
    Let nobody else be shown what a user posts.
    """

    reason: NotRequired[str | None]
    until: NotRequired[str | None]
    """
    Up to when; null, for good
    """


class PutUser(TypedDict):
    """
    A user to create or change; what is not named stays.

    Null takes `avatar_url`, `languages`, `role` and `teams` away.
    """

    name: NotRequired[str | None]
    """
    A new user without a name is called by the id
    """
    avatar_url: NotRequired[str | None]
    custom: NotRequired[dict[str, Any] | None]
    languages: NotRequired[
        list[
            Literal[
                "ar",
                "cs",
                "da",
                "de",
                "en",
                "es",
                "fi",
                "fr",
                "he",
                "hi",
                "it",
                "nl",
                "no",
                "pl",
                "pt",
                "ru",
                "sv",
                "tr",
                "uk",
            ]
        ]
        | None
    ]
    """
    Languages that the user writes and reads, which search takes their words for
    """
    role: NotRequired[str | None]
    teams: NotRequired[list[str] | None]
    """
    All teams of the user; a server token sets them
    """


class PutUsers(TypedDict):
    """
    Users to create or change, each named once.
    """

    users: list[PutOneUser]


class QueriedUser(TypedDict):
    """
    A user with when they were seen last, which their app's settings do not hide from the tenant's back end.
    """

    id: str
    name: str
    avatar_url: str | None
    custom: dict[str, Any]
    languages: (
        list[
            Literal[
                "ar",
                "cs",
                "da",
                "de",
                "en",
                "es",
                "fi",
                "fr",
                "he",
                "hi",
                "it",
                "nl",
                "no",
                "pl",
                "pt",
                "ru",
                "sv",
                "tr",
                "uk",
            ]
        ]
        | None
    )
    role: str | None
    teams: list[str] | None
    """
    The user's teams; of another's, those that the caller shares
    """
    deactivated_at: str | None
    """
    Since when the tenant has deactivated the user
    """
    created_at: str
    updated_at: str
    version: int
    last_active_at: str | None


class QueriedUsers(TypedDict):
    """
    A page of users. It may be shorter than its limit, or empty, and go on: only its cursor says where it ends.
    """

    data: list[QueriedUser]
    next_cursor: str | None
    prev_cursor: str | None
    indexed_through: str | None
    """
    The moment up to which the index is known to be complete; null where that is not known
    """


class QueryUsers(TypedDict):
    """
    Which users to find: all that is named holds. `ids` are asked for without order and cursor.
    """

    ids: NotRequired[list[str] | None]
    q: NotRequired[str | None]
    """
    How the name begins
    """
    role: NotRequired[str | None]
    team: NotRequired[str | None]
    active_since: NotRequired[str | None]
    """
    Only who was seen at that moment or later
    """
    active_before: NotRequired[str | None]
    """
    Only who has not been seen since that moment
    """
    deactivated: NotRequired[bool | None]
    """
    Those who are deactivated, or the others; left out it is the others, and of `ids` both
    """
    custom: NotRequired[dict[str, Any] | None]
    """
    What they say for keys that the tenant has declared: a value each or, of a number, `{"gte": 2, "lte": 5}`
    """
    sort: NotRequired[Literal["created_at", "-created_at", "name", "-name"] | None]
    """
    `-` for the greatest first; without it the newest user is first
    """
    limit: NotRequired[int]
    cursor: NotRequired[str | None]


class QuotedMessage(TypedDict):
    """
    A quoted message in short, as it is now. Deleted, it has no text.
    """

    id: str
    author_id: str
    text: str
    """
    The beginning of the text, at most 160 bytes of UTF-8
    """
    attachments: list[Literal["image", "video", "audio", "file", "location"]]
    """
    What the attached files are, in order, and a location
    """
    created_at: str
    edited_at: str | None
    deleted_at: str | None
    version: int


class React(TypedDict):
    """
    A reaction: one emoji, or a `:name:` of up to 32 characters.
    """

    reaction: str


class ReactedUsers(TypedDict):
    """
    How many users reacted so, and who, as far as they are named: the first fifty.
    """

    count: int
    users: list[str]


class Reaction(TypedDict):
    """
    Who reacted, with what.
    """

    reaction: str
    user_id: str


class ReactionState(TypedDict):
    """
    One reaction that came or went, and all that there are now.
    """

    message_id: str
    reactions: dict[str, ReactedUsers]
    reply_count: int
    last_reply_at: str | None
    poll_results: PollResults | None
    """
    What votes in its poll have come to; null before the first
    """
    reaction: str
    user_id: str | None
    """
    Null past the users that are named
    """


class ReactionSummary(TypedDict):
    """
    How many users reacted so, and whether the caller did.
    """

    count: int
    mine: bool


class ReadState(TypedDict):
    """
    Where the caller's read pointer stands now.
    """

    conversation_id: str
    read_seq: int
    unread_count: int


class Readiness(TypedDict):
    """
    `degraded`: something is down or a breaker is open, and what does not need it works.
    """

    status: Literal["ready", "degraded"]
    dependencies: list[Dependency]
    breakers: list[Breaker]
    indexed_through: str | None


class Receipt(TypedDict):
    """
    How far a member has read, and how far messages have reached them.
    """

    user_id: str
    read_seq: int
    read_at: str | None
    delivered_seq: int | None
    """
    At least `read_seq`; null where none of their devices has told of what was not read already
    """
    delivered_at: str | None


class RecentSearch(TypedDict):
    """
    A query that the caller has made.
    """

    q: str
    searched_at: str


class RecentSearches(TypedDict):
    """
    The caller's last 20 searches, newest first.
    """

    data: list[RecentSearch]


class RecordCounts(TypedDict):
    """
    How often, exactly.
    """

    flags_received: int
    flags_made: int
    dismissed: int
    delete_message: int
    warn: int
    ban: int
    deactivate: int
    appeals: int
    overturned: int


class Reference(TypedDict):
    """
    What a socket shows of a state that does not fit a frame of 32 KiB: where to fetch it.
    """

    reference: str
    """
    A path of the API
    """


class RegisterDevice(TypedDict):
    """
    A device that takes push notifications for the caller, and the token that its push service gave it.
    """

    platform: Literal["apns", "apns_sandbox", "fcm"]
    token: str
    """
    As the push service gave it; an APNs token in hexadecimal digits
    """


class ReindexedFamily(TypedDict):
    """
    How far one family of indices is; `copied` counts the documents read so far.

    `clean`: a tenant has moved, and the documents that it left in the index of all are removed, `removed` so far.
    """

    family: str
    old_index: str
    new_index: str
    step: Literal["prepare", "copy", "compare", "ready", "clean"]
    copied: int
    total: int | None
    removed: int


class ReplyPlace(TypedDict):
    """
    The place that a thread reply has in the conversation; the reply's own event has its text.
    """

    id: str
    conversation_id: str
    seq: int
    parent_id: str
    author_id: str
    show_in_conversation: Literal[True]
    created_at: str


class Report(TypedDict):
    """
    One report of a message.
    """

    id: str
    reported_by: str
    """
    A user, or `_block_list` or `_pre_send`, which no user's id can be
    """
    source: Literal["user", "block_list", "pre_send"]
    reason: str | None
    created_at: str
    resolved_at: str | None


class ResolveFlag(TypedDict):
    """
    What came of a report.
    """

    resolution: Literal["dismissed", "acted_on"]
    note: NotRequired[str | None]


class ResolvedFlag(TypedDict):
    """
    A report that is out of the queue.
    """

    id: str
    message_id: str
    resolution: Literal["dismissed", "acted_on"]
    note: str | None
    resolved_at: str


class Revocation(TypedDict):
    """
    Tokens of the user that were issued before this moment are refused.
    """

    user_id: str
    tokens_valid_from: str


class RotatePreSendSecret(TypedDict):
    """
    Make the secret that signs calls of the pre-send webhook; the one before signs beside it for a while.
    """

    overlap_seconds: NotRequired[int]


class RotateSecret(TypedDict):
    """
    Make a new secret; the one before signs beside it for a while.
    """

    overlap_seconds: NotRequired[int]


class RunCommand(TypedDict):
    """
    A command, with what was typed after its name.
    """

    name: str
    """
    Without the `/` that people type before it
    """
    text: NotRequired[str]
    """
    What they typed after it
    """
    parent_id: NotRequired[str | None]
    """
    The message in whose thread it is run
    """


class SaveSearch(TypedDict):
    """
    A query to keep, in the language of `GET /v1/search/messages`; its name is the query unless it has another.
    """

    q: str
    name: NotRequired[str | None]
    notify: NotRequired[bool]
    """
    Tell the caller of each message that matches from now on
    """


class SavedSearch(TypedDict):
    """
    A query that the caller keeps. `matches` counts what its owner was told of, while `notify` was on.
    """

    id: str
    name: str
    q: str
    notify: bool
    matches: int
    last_matched_at: str | None
    created_at: str
    updated_at: str
    version: int


class SavedSearchMatch(TypedDict):
    """
    A saved search, and the message that it newly finds: `GET /v1/messages/{message_id}` shows it.
    """

    id: str
    name: str
    q: str
    matches: int
    last_matched_at: str | None
    message_id: str
    conversation_id: str


class SavedSearches(TypedDict):
    """
    The caller's saved searches, at most fifty, newest first.
    """

    data: list[SavedSearch]


class ScheduledMessage(TypedDict):
    """
    A message that is to be sent later.
    """

    id: str
    status: Literal["scheduled", "sending", "failed"]
    """
    `sending`: its moment has come, and it can be changed no more; `failed`: it was refused for good
    """
    message: MessageToSend
    send_at: str
    failure: Failure | None
    """
    Why it failed
    """
    created_at: str
    updated_at: str
    version: int


class ScheduledMessageFailed(TypedDict):
    """
    A message was refused for good at its moment; told to its author's sockets, and to webhooks.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["scheduled_message.failed"]
    data: OwnScheduledMessage


class ScheduledMessageGone(TypedDict):
    """
    What is left of a message that was to be sent later.
    """

    id: str
    conversation_id: str
    message_id: str | None
    """
    The message that it was sent as; null where it was taken back
    """
    user_id: str


class ScheduledMessageSent(TypedDict):
    """
    A message that was to be sent later has been sent; told to its author's sockets, and to webhooks.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["scheduled_message.sent"]
    data: ScheduledMessageGone


class ScheduledMessageUpdated(TypedDict):
    """
    A message is to be sent later, or something else, or at another moment; told to its author's sockets alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["scheduled_message.updated"]
    data: OwnScheduledMessage


class SearchFailure(TypedDict):
    """
    A document that could not be indexed: `source` is the key of its item.
    """

    source: str
    tenant_id: str
    error: str
    reason: str
    attempts: int
    failed_at: str


class SearchMatched(TypedDict):
    """
    A message matches a saved search that notifies; told to its owner, who may see the message.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["search.matched"]
    data: SavedSearchMatch


class SearchRedriven(TypedDict):
    """
    What another try came to.
    """

    indexed: int
    failed: int


class SendEphemeralMessage(TypedDict):
    """
    A message that one member alone sees, and that is kept nowhere.
    """

    user_id: str
    """
    Who sees it: a member of the conversation
    """
    text: str
    custom: NotRequired[dict[str, Any]]
    """
    The tenant's own data, 5 KB of JSON
    """


class SendEvent(TypedDict):
    """
    Something that only the app understands, told at once to who watches the conversation, and kept nowhere.
    """

    name: str
    """
    What happened, as the app names it: `cursor.moved`
    """
    data: NotRequired[dict[str, Any]]
    """
    The tenant's own data, 5 KB of JSON
    """


class SentEphemeralMessage(TypedDict):
    """
    The same, with what came of it.
    """

    id: str
    conversation_id: str
    user_id: str
    """
    Who sees it
    """
    author_id: str
    """
    Who says it; `_system` for a back end that acts for nobody
    """
    text: str
    custom: dict[str, Any]
    created_at: str
    delivered: bool
    """
    Whether a socket of the user's took it; else nobody has seen it
    """


class SetNotifications(TypedDict):
    """
    What to be told of by push, for good or until a moment; after it, as if nothing had been set.
    """

    level: Literal["all", "mentions", "none"]
    """
    `mentions` lets through what names the caller, direct messages and replies to the caller's own
    """
    until: NotRequired[str | None]


class SetStatus(TypedDict):
    """
    What a user shows of themselves; what is not named stays. `status_text: null` takes the text away.
    """

    invisible: NotRequired[bool | None]
    """
    Others see the user offline, until the user says otherwise
    """
    status_text: NotRequired[str | None]


class SetVotes(TypedDict):
    """
    All that the caller votes for from now on; none takes their votes back.
    """

    options: list[str]
    """
    Ids of options
    """


class SettingsChange(TypedDict):
    """
    Settings to change; one that is absent stays as it is.
    """

    text_limit: NotRequired[int]
    """
    Longest message text, in characters
    """
    edit_window_seconds: NotRequired[int | None]
    """
    How long a message may be edited; null is always
    """
    messages_per_minute: NotRequired[int]
    """
    Sends per user
    """
    searches_per_minute: NotRequired[int]
    """
    Searches per user
    """
    tenant_messages_per_minute: NotRequired[int]
    """
    Sends of the whole tenant
    """
    hide_receipts: NotRequired[bool]
    """
    Nobody sees how far others have read
    """
    delivery_receipts_members: NotRequired[int]
    """
    Conversations of up to so many members keep how far messages have reached each; 0 is none
    """
    media_types: NotRequired[list[str] | None]
    """
    Types of files accepted; null is all of Parley's
    """
    max_upload_bytes: NotRequired[int]
    """
    Largest file
    """
    storage_bytes: NotRequired[int]
    """
    All files of the tenant together
    """
    user_storage_bytes: NotRequired[int]
    """
    All files of one user together
    """
    egress_bytes_per_day: NotRequired[int]
    """
    Downloads of the whole tenant
    """
    user_egress_bytes_per_day: NotRequired[int]
    """
    Downloads of one user
    """
    keep_metadata: NotRequired[bool]
    """
    Photos, films, recordings and documents keep what they say of place, time, camera and author, from now on
    """
    unreadable_metadata: NotRequired[Literal["keep", "reject"]]
    """
    What becomes of a file whose metadata cannot be removed: one that is signed, encrypted, of older Office or not built as it should be
    """
    pre_send_url: NotRequired[str | None]
    """
    A server that is asked of each message, for a second at most; null is none
    """
    pre_send_on_failure: NotRequired[Literal["allow", "refuse"]]
    """
    What becomes of a message where that server does not answer
    """
    attach_before_ready: NotRequired[bool]
    """
    A file may be sent while it is still being checked
    """
    link_previews: NotRequired[bool]
    """
    Messages show what the pages say of themselves that their links lead to: Parley fetches them
    """
    translation: NotRequired[Literal["off", "hook", "amazon"]]
    """
    Who translates messages for those who ask: nobody, the server at `translation_url`, or Amazon Translate
    """
    translation_url: NotRequired[str | None]
    """
    A server that translates a text within five seconds; null is none
    """
    translated_characters_per_day: NotRequired[int]
    """
    Characters that Amazon Translate is given; a user, a tenth of them
    """
    push_content: NotRequired[Literal["full", "sender", "none"]]
    """
    What push notifications show: the text, only who wrote and where, or neither
    """
    conversation_keys: NotRequired[list[str] | None]
    """
    Keys of conversations' custom data by which lists are filtered and sorted, with their types, as `priority:number`: from then on their values have these types, and are 200 bytes together at most
    """
    user_keys: NotRequired[list[str] | None]
    """
    Keys of users' custom data by which a back end finds users, as `conversation_keys`
    """
    teams: NotRequired[bool]
    """
    Users see only users of their own teams, and conversations of these or of none
    """
    shared_by_users: NotRequired[bool]
    """
    Where teams are on: users too open groups and channels that are of no team
    """
    retention_days: NotRequired[int | None]
    """
    After how many days messages go; null is never
    """
    direct_retention_days: NotRequired[int | None]
    """
    The same for conversations of this type; 0 is never, null as for all
    """
    group_retention_days: NotRequired[int | None]
    """
    The same for conversations of this type; 0 is never, null as for all
    """
    channel_retention_days: NotRequired[int | None]
    """
    The same for conversations of this type; 0 is never, null as for all
    """
    moderation_reasons: NotRequired[list[str] | None]
    """
    Reasons that moderators choose from; null, they write their own
    """
    languages: NotRequired[
        list[
            Literal[
                "ar",
                "cs",
                "da",
                "de",
                "en",
                "es",
                "fi",
                "fr",
                "he",
                "hi",
                "it",
                "nl",
                "no",
                "pl",
                "pt",
                "ru",
                "sv",
                "tr",
                "uk",
            ]
        ]
        | None
    ]
    """
    Languages whose inflections a search for messages knows, and that a message is likelier to be in; null is all of Parley's
    """


class ShadowBan(TypedDict):
    """
    A user of whom nobody else is shown what they post, which they are not told.
    """

    user_id: str
    reason: str | None
    until: str | None
    """
    Up to when; null, for good
    """
    created_at: str


class SignParts(TypedDict):
    """
    The parts to sign. `checksums` (part number → SHA-256 in hex) is for uploads with `part_checksums`.
    """

    upload_id: str
    part_numbers: list[int]
    checksums: NotRequired[dict[str, str]]


class SignedPart(TypedDict):
    """
    PUT these `size` bytes to `url` with these headers, beside the length that any client sends, by `expires_at`.
    """

    part_number: int
    url: str
    size: int
    headers: dict[str, str]
    expires_at: str


class SignedParts(TypedDict):
    """
    Signed requests: one a part, or the form of an upload that is a single post.
    """

    upload_id: str
    parts: list[SignedPart]
    post: PostForm | None


class SignedUrl(TypedDict):
    """
    Where to fetch a variant until `expires_at`, with no header but what a page's own elements send.

    It honours `Range`. `disposition` is `attachment` for what a browser could run as a page, whatever was asked for.
    """

    url: str
    expires_at: str
    """
    Ask again before that; it may be sooner than asked for
    """
    media_id: str
    variant: str
    disposition: Literal["attachment", "inline"]
    content_type: str
    size: int


class SigningKey(TypedDict):
    """
    A key whose tokens are accepted until `expires_at`; null is for good.
    """

    kid: str
    """
    Goes into the header of every token that the key signs
    """
    algorithm: Literal["HS256", "RS256", "ES256"]
    public_key: str | None
    audience: str | None
    issuer: str | None
    created_at: str
    expires_at: str | None


class SigningKeys(TypedDict):
    """
    All keys of a tenant, newest first.
    """

    data: list[SigningKey]


class SigningResult(TypedDict):
    """
    A URL, or the code of the problem that `GET /v1/download/{id}/signed` would have answered.
    """

    media_id: str
    variant: str
    signed: SignedUrl | None
    code: str | None
    retryable: bool


class StartExport(TypedDict):
    """
    What to export. A user exports themselves, whether they are named or not.
    """

    user_id: NotRequired[str | None]
    """
    One user, or `me`; for a server token null is everybody
    """


class StartImport(TypedDict):
    """
    A file to import. What `source` calls something is imported once, whichever file says it.
    """

    size: int
    """
    Bytes of the file, which the upload has to have
    """
    source: NotRequired[str]
    """
    Where its ids are from: two sources may use the same ids
    """


class StartReindex(TypedDict):
    """
    A rebuild: from the present index where only mappings changed, from the table where the index is lost.

    What an earlier analysis made is always rebuilt from the table. With `tenant_id`, that tenant's messages move to an
    index of their own.
    """

    source: NotRequired[Literal["index", "table"]]
    tenant_id: NotRequired[str | None]


class StartUpload(TypedDict):
    """
    A file to upload. With `sha256`, content that differs is refused or rejected.
    """

    filename: str
    content_type: str
    """
    As the client knows it; empty or `application/octet-stream` where it does not: content decides
    """
    size: int
    """
    Its exact length in bytes; over the tenant's `max_upload_bytes` it is 413
    """
    sha256: NotRequired[str | None]
    conversation_id: NotRequired[str | None]
    """
    Where it is meant for; the caller is a member
    """
    part_checksums: NotRequired[bool]
    """
    Sign each part with its own SHA-256; such parts cannot be signed without it
    """


class Suggestion(TypedDict):
    """
    What the caller may have begun to type: `id` is the conversation's or user's, null for an earlier query.
    """

    kind: Literal["recent", "conversation", "user"]
    text: str
    id: str | None


class Suggestions(TypedDict):
    """
    Suggestions, the caller's own recent queries first.
    """

    data: list[Suggestion]


class TakenFromGroup(TypedDict):
    """
    What came of taking one user out.
    """

    user_id: str
    status: Literal["removed", "not_member"]


class TenantSettings(TypedDict):
    """
    What a tenant may set for itself, within the operator's ceilings; no route reads the tenant again for it.

    A setting that this code does not know is passed over: during a deploy the authorizer may be newer than a function.
    Only what differs from the defaults is stored, so the context stays small and a better default reaches everybody.
    """

    text_limit: int
    """
    Longest message text, in characters
    """
    edit_window_seconds: int | None
    """
    How long a message may be edited; null is always
    """
    messages_per_minute: int
    """
    Sends per user
    """
    searches_per_minute: int
    """
    Searches per user
    """
    tenant_messages_per_minute: int
    """
    Sends of the whole tenant
    """
    hide_receipts: bool
    """
    Nobody sees how far others have read
    """
    delivery_receipts_members: int
    """
    Conversations of up to so many members keep how far messages have reached each; 0 is none
    """
    media_types: list[str] | None
    """
    Types of files accepted; null is all of Parley's
    """
    max_upload_bytes: int
    """
    Largest file
    """
    storage_bytes: int
    """
    All files of the tenant together
    """
    user_storage_bytes: int
    """
    All files of one user together
    """
    egress_bytes_per_day: int
    """
    Downloads of the whole tenant
    """
    user_egress_bytes_per_day: int
    """
    Downloads of one user
    """
    keep_metadata: bool
    """
    Photos, films, recordings and documents keep what they say of place, time, camera and author, from now on
    """
    unreadable_metadata: Literal["keep", "reject"]
    """
    What becomes of a file whose metadata cannot be removed: one that is signed, encrypted, of older Office or not built as it should be
    """
    pre_send_url: str | None
    """
    A server that is asked of each message, for a second at most; null is none
    """
    pre_send_on_failure: Literal["allow", "refuse"]
    """
    What becomes of a message where that server does not answer
    """
    attach_before_ready: bool
    """
    A file may be sent while it is still being checked
    """
    link_previews: bool
    """
    Messages show what the pages say of themselves that their links lead to: Parley fetches them
    """
    translation: Literal["off", "hook", "amazon"]
    """
    Who translates messages for those who ask: nobody, the server at `translation_url`, or Amazon Translate
    """
    translation_url: str | None
    """
    A server that translates a text within five seconds; null is none
    """
    translated_characters_per_day: int
    """
    Characters that Amazon Translate is given; a user, a tenth of them
    """
    push_content: Literal["full", "sender", "none"]
    """
    What push notifications show: the text, only who wrote and where, or neither
    """
    conversation_keys: list[str] | None
    """
    Keys of conversations' custom data by which lists are filtered and sorted, with their types, as `priority:number`: from then on their values have these types, and are 200 bytes together at most
    """
    user_keys: list[str] | None
    """
    Keys of users' custom data by which a back end finds users, as `conversation_keys`
    """
    teams: bool
    """
    Users see only users of their own teams, and conversations of these or of none
    """
    shared_by_users: bool
    """
    Where teams are on: users too open groups and channels that are of no team
    """
    retention_days: int | None
    """
    After how many days messages go; null is never
    """
    direct_retention_days: int | None
    """
    The same for conversations of this type; 0 is never, null as for all
    """
    group_retention_days: int | None
    """
    The same for conversations of this type; 0 is never, null as for all
    """
    channel_retention_days: int | None
    """
    The same for conversations of this type; 0 is never, null as for all
    """
    moderation_reasons: list[str] | None
    """
    Reasons that moderators choose from; null, they write their own
    """
    languages: (
        list[
            Literal[
                "ar",
                "cs",
                "da",
                "de",
                "en",
                "es",
                "fi",
                "fr",
                "he",
                "hi",
                "it",
                "nl",
                "no",
                "pl",
                "pt",
                "ru",
                "sv",
                "tr",
                "uk",
            ]
        ]
        | None
    )
    """
    Languages whose inflections a search for messages knows, and that a message is likelier to be in; null is all of Parley's
    """


class ThreadMessage(TypedDict):
    """
    A message of a thread in short; the text is cut after 160 bytes.
    """

    id: str
    seq: int
    """
    Its place in the conversation or, of a reply, in the thread
    """
    author_id: str
    text: str
    attachments: list[Literal["image", "video", "audio", "file", "location"]]
    """
    What the attached files are, in order, and a location
    """
    created_at: str
    deleted: bool


class ThreadState(TypedDict):
    """
    Whether a user follows a thread, and how far they have read in it.
    """

    id: str
    """
    The message that the replies hang on
    """
    conversation_id: str
    user_id: str
    following: bool
    read_seq: int | None
    read_at: str | None


class ThreadUpdated(TypedDict):
    """
    A user follows a thread, follows it no more, or has read further in it; told to the user alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["thread.updated"]
    data: ThreadState | Reference


class Thumbnail(TypedDict):
    """
    A smaller picture of the media: WebP, without metadata.
    """

    width: int
    height: int
    size: int


class Token(TypedDict):
    """
    A user token; it also ends with the key that signed it, where that is being retired.
    """

    token: str
    user_id: str
    expires_at: str


class Total(TypedDict):
    """
    How many messages were found, each checked: `eq` is the number, `gte` says that there are so many and more.
    """

    value: int
    relation: Literal["eq", "gte"]


class TranslateCall(TypedDict):
    """
    A text that the tenant's server is asked to translate.
    """

    id: str
    type: Literal["message.translate"]
    tenant_id: str
    asked_at: str
    conversation_id: str
    message_id: str
    text: str
    language: str


class TranslateMessage(TypedDict):
    """
    A message to read in another language.
    """

    language: str
    """
    A code of ISO 639-1, such as `de`
    """


class TranslatedText(TypedDict):
    """
    What a tenant's server answers when it translates. What it says beyond that is passed over.
    """

    text: str


class Translation(TypedDict):
    """
    What a message says, in another language.
    """

    message_id: str
    language: str
    text: str


class TruncationMessage(TypedDict):
    """
    What tells those who come later that something is gone.
    """

    text: str
    custom: NotRequired[dict[str, Any]]
    """
    The tenant's own data, 5 KB of JSON
    """


class TypingStarted(TypedDict):
    """
    A member has begun to type; told to sockets that watch the conversation alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["typing.started"]
    data: MemberName


class TypingStopped(TypedDict):
    """
    A member has ceased to type; told to sockets that watch the conversation alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["typing.stopped"]
    data: MemberName


class UnreadConversation(TypedDict):
    conversation_id: str
    unread_count: int
    muted: bool


class UnreadThread(TypedDict):
    id: str
    """
    The id of the message that the replies hang on
    """
    conversation_id: str
    unread_count: int
    muted: bool
    """
    Whether the caller has muted the conversation
    """


class UnreadThreads(TypedDict):
    """
    What is unread in the threads that the caller follows. Those of muted conversations are counted apart.
    """

    total: int
    """
    Unread replies in conversations that are not muted
    """
    muted_total: int
    threads: list[UnreadThread]
    """
    Those with unread replies, the newest reply first
    """


class UpdateConversation(TypedDict):
    """
    What to change; what is not named stays. `avatar_url: null` takes the picture away, `team: null` the team.
    """

    name: NotRequired[str | None]
    avatar_url: NotRequired[str | None]
    custom: NotRequired[dict[str, Any] | None]
    history: NotRequired[Literal["full", "joined"] | None]
    frozen: NotRequired[bool | None]
    """
    Whether only moderators and above, and your back end, may write
    """
    slow_mode_seconds: NotRequired[int | None]
    """
    How long a member waits after a message before they may send the next; 0, no time
    """
    join_requests: NotRequired[bool | None]
    """
    Who wants to join asks: a channel lets nobody in by themselves, a group takes requests
    """
    team: NotRequired[str | None]
    """
    For whom it is from now on; who is a member stays one. A server token sets it
    """


class UpdateSavedSearch(TypedDict):
    """
    What changes; what is left out stays. Another query is another saved search.
    """

    name: NotRequired[str | None]
    notify: NotRequired[bool | None]


class UpdateSettings(TypedDict):
    """
    What to change of the caller's own settings of a conversation; what is not named stays.
    """

    hidden: NotRequired[Literal["until_message", "always"] | None]
    """
    Out of the list until the next message, or until it is shown (null) or the caller writes
    """
    archived_for_me: NotRequired[bool]
    """
    In the caller's archive, whatever is sent
    """
    pinned: NotRequired[bool]
    """
    Before all that is not pinned
    """
    labels: NotRequired[list[str]]
    """
    All labels it is to have, 200 bytes together at most
    """


class UpdateTenant(TypedDict):
    """
    What to change; what is not named stays. `ceilings`, `suspended` and `push_applications` are the operator's.

    A lowered ceiling lowers the settings above it.
    """

    name: NotRequired[str | None]
    settings: NotRequired[SettingsChange | None]
    ceilings: NotRequired[CeilingsChange | None]
    suspended: NotRequired[bool | None]
    """
    All tokens of a suspended tenant are refused, within 60 s
    """
    push_applications: NotRequired[PushApplications | None]
    """
    All of them; those not named are taken away
    """


class UpdateUserGroup(TypedDict):
    """
    What to change of a group; what is left out stays. Null takes the description away.
    """

    handle: NotRequired[str | None]
    name: NotRequired[str | None]
    description: NotRequired[str | None]


class UpdateWebhook(TypedDict):
    """
    What to change; what is not named stays. To enable a webhook closes its circuit.
    """

    url: NotRequired[str | None]
    events: NotRequired[
        list[
            Literal[
                "message.created",
                "message.updated",
                "message.deleted",
                "message.shadowed",
                "reaction.added",
                "reaction.removed",
                "poll.updated",
                "poll.voted",
                "conversation.created",
                "conversation.updated",
                "conversation.archived",
                "conversation.truncated",
                "member.added",
                "member.removed",
                "member.updated",
                "read.updated",
                "delivered.updated",
                "thread.updated",
                "draft.updated",
                "draft.deleted",
                "bookmark.updated",
                "bookmark.deleted",
                "bookmark.due",
                "mute.updated",
                "mute.deleted",
                "invite.created",
                "invite.removed",
                "join_request.created",
                "join_request.removed",
                "scheduled_message.updated",
                "scheduled_message.deleted",
                "scheduled_message.sent",
                "scheduled_message.failed",
                "typing.started",
                "typing.stopped",
                "custom_event.sent",
                "ephemeral_message.sent",
                "presence.changed",
                "media.ready",
                "media.rejected",
                "search.matched",
                "case.opened",
                "case.claimed",
                "case.decided",
                "moderation.decided",
                "appeal.filed",
                "appeal.decided",
                "user.updated",
                "user.deleted",
                "user.deactivated",
                "user.reactivated",
                "webhook.disabled",
            ]
        ]
        | None
    ]
    description: NotRequired[str | None]
    enabled: NotRequired[bool | None]


class Upload(TypedDict):
    """
    An upload that has started. Its id is that of the media that it becomes.
    """

    upload_id: str
    media_id: str
    status: Literal["uploading", "processing", "ready", "rejected", "aborted", "expired", "deleted"]
    method: Literal["post", "multipart"]
    post: PostForm | None
    part_size: int | None
    part_count: int | None
    expires_at: str


class Usage(TypedDict):
    """
    The days asked for, oldest first.
    """

    data: list[DayOfUsage]


class User(TypedDict):
    """
    A user of a tenant's app.
    """

    id: str
    name: str
    avatar_url: str | None
    custom: dict[str, Any]
    languages: (
        list[
            Literal[
                "ar",
                "cs",
                "da",
                "de",
                "en",
                "es",
                "fi",
                "fr",
                "he",
                "hi",
                "it",
                "nl",
                "no",
                "pl",
                "pt",
                "ru",
                "sv",
                "tr",
                "uk",
            ]
        ]
        | None
    )
    role: str | None
    teams: list[str] | None
    """
    The user's teams; of another's, those that the caller shares
    """
    deactivated_at: str | None
    """
    Since when the tenant has deactivated the user
    """
    created_at: str
    updated_at: str
    version: int


class UserGroup(TypedDict):
    """
    A group of a tenant's users, whom a message may mention together.
    """

    id: str
    handle: str
    name: str
    description: str | None
    member_count: int
    created_at: str
    updated_at: str
    version: int


class UserHit(TypedDict):
    """
    A user who was found.
    """

    user: FoundUser
    highlights: list[str]
    """
    Fragments of the text, HTML-escaped, with matches between <em> and </em>
    """


class UserHits(TypedDict):
    """
    A page of users.
    """

    data: list[UserHit]
    next_cursor: str | None
    prev_cursor: str | None
    indexed_through: str | None
    """
    The moment up to which the index is known to be complete; null where that is not known
    """


class UserMute(TypedDict):
    """
    A user of whom nothing is pushed to the caller.
    """

    user_id: str
    until: str | None
    """
    Up to when; null, for good
    """
    created_at: str


class UserName(TypedDict):
    """
    All that is left of a user who was erased.
    """

    id: str


class UserPresence(TypedDict):
    """
    A user as others see them; to whom the user has blocked, always offline and nothing more.
    """

    user_id: str
    online: bool
    last_active_at: str | None
    status_text: str | None


class UserState(TypedDict):
    """
    A user's profile.
    """

    id: str
    name: str | None
    avatar_url: str | None
    custom: dict[str, Any]
    languages: (
        list[
            Literal[
                "ar",
                "cs",
                "da",
                "de",
                "en",
                "es",
                "fi",
                "fr",
                "he",
                "hi",
                "it",
                "nl",
                "no",
                "pl",
                "pt",
                "ru",
                "sv",
                "tr",
                "uk",
            ]
        ]
        | None
    )
    role: str | None
    teams: list[str] | None
    deactivated_at: str | None


class UserSummary(TypedDict):
    """
    A user as the directory shows one.
    """

    id: str
    name: str
    avatar_url: str | None


class UserUpdated(TypedDict):
    """
    A user's profile has changed.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["user.updated"]
    data: UserState | Reference


class Violation(TypedDict):
    pointer: str
    """
    A JSON pointer into the body; `?name` for a query parameter, `@name` for a header
    """
    code: str
    detail: str


class Vote(TypedDict):
    """
    What a user has voted for, and when they did so last.
    """

    user_id: str
    options: list[str]
    voted_at: str


class VoteState(TypedDict):
    """
    What a user votes for in a message's poll.
    """

    message_id: str
    user_id: str
    options: list[str]
    """
    Ids of options; none where the votes were taken back
    """


class VotesCast(TypedDict):
    """
    The poll's results with the caller's votes.
    """

    message_id: str
    results: OwnPollResults


class WantedUrl(TypedDict):
    """
    A file, or a smaller picture of it, to have a URL for.
    """

    media_id: str
    variant: NotRequired[Literal["original", "thumb_128", "thumb_256", "thumb_1024", "poster"]]
    disposition: NotRequired[Literal["attachment", "inline"] | None]
    """
    `inline` shows a file in place where its type is safe to show; unless it is said, originals are attachments and smaller pictures inline
    """


class Webhook(TypedDict):
    """
    A webhook. Parley disables one that answers 410, and one that has failed for a day: `disabled_by` is `parley`.
    """

    id: str
    url: str
    events: list[
        Literal[
            "message.created",
            "message.updated",
            "message.deleted",
            "message.shadowed",
            "reaction.added",
            "reaction.removed",
            "poll.updated",
            "poll.voted",
            "conversation.created",
            "conversation.updated",
            "conversation.archived",
            "conversation.truncated",
            "member.added",
            "member.removed",
            "member.updated",
            "read.updated",
            "delivered.updated",
            "thread.updated",
            "draft.updated",
            "draft.deleted",
            "bookmark.updated",
            "bookmark.deleted",
            "bookmark.due",
            "mute.updated",
            "mute.deleted",
            "invite.created",
            "invite.removed",
            "join_request.created",
            "join_request.removed",
            "scheduled_message.updated",
            "scheduled_message.deleted",
            "scheduled_message.sent",
            "scheduled_message.failed",
            "typing.started",
            "typing.stopped",
            "custom_event.sent",
            "ephemeral_message.sent",
            "presence.changed",
            "media.ready",
            "media.rejected",
            "search.matched",
            "case.opened",
            "case.claimed",
            "case.decided",
            "moderation.decided",
            "appeal.filed",
            "appeal.decided",
            "user.updated",
            "user.deleted",
            "user.deactivated",
            "user.reactivated",
            "webhook.disabled",
        ]
    ]
    description: str | None
    enabled: bool
    disabled_at: str | None
    disabled_by: Literal["tenant", "parley"] | None
    disabled_reason: str | None
    created_at: str
    updated_at: str
    version: int


class WebhookDisabled(TypedDict):
    """
    Parley has disabled a webhook; told to the tenant's other webhooks alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["webhook.disabled"]
    data: Webhook


class Webhooks(TypedDict):
    """
    All webhooks of a tenant, oldest first.
    """

    data: list[Webhook]


class WebhooksRedriven(TypedDict):
    """
    How many deliveries that had been given up are being tried again.
    """

    redriven: int


class AddedAllToGroup(TypedDict):
    """
    One result for each user that was named, in that order.
    """

    data: list[AddedToGroup]


class Annotations(TypedDict):
    """
    What others hang on a message: reactions, votes, and how many replies its thread has.
    """

    message_id: str
    reactions: dict[str, ReactedUsers]
    reply_count: int
    last_reply_at: str | None
    poll_results: PollResults | None
    """
    What votes in its poll have come to; null before the first
    """


class AppealDecided(TypedDict):
    """
    A moderator has upheld or overturned a decision; told to the user alone, and to webhooks.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["appeal.decided"]
    data: ModerationDecision | Reference


class AppealFiled(TypedDict):
    """
    A user says why a decision is wrong; told to the user alone, and to webhooks.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["appeal.filed"]
    data: ModerationDecision | Reference


class AppealPage(TypedDict):
    """
    Appeals that nobody has answered, oldest first.
    """

    data: list[AppealedDecision]
    next_cursor: str | None
    prev_cursor: str | None


class BlockList(TypedDict):
    """
    A tenant's block list.
    """

    action: Literal["flag", "mask", "refuse"]
    entries: list[ListedEntry]
    created_at: str
    updated_at: str
    version: int


class BookmarkDeleted(TypedDict):
    """
    A user keeps a message no more; told to the user's sockets alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["bookmark.deleted"]
    data: BookmarkPlace


class BookmarkDue(TypedDict):
    """
    A reminder has come due; told to the user's sockets and, without the user's note, to webhooks.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["bookmark.due"]
    data: OwnBookmark


class BookmarkUpdated(TypedDict):
    """
    A user keeps a message, or has changed how; told to the user's sockets alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["bookmark.updated"]
    data: OwnBookmark


class CaseState(TypedDict):
    """
    A reported message, however many have reported it.
    """

    message_id: str
    conversation_id: str
    author_id: str
    status: Literal["open", "deciding", "decided"]
    priority: Literal["urgent", "high", "normal"]
    """
    `urgent` from 10 reporters on, `high` from 3 on or where the tenant's own rules found something
    """
    sources: list[Literal["user", "block_list", "pre_send"]]
    reporters: int
    """
    How many users have reported it: 100 at most are kept
    """
    opened_at: str
    claim: Claim | None
    decision: CaseDecision | None


class Conversation(TypedDict):
    """
    A conversation in full, with the caller's membership and settings: null in a channel that is not theirs.
    """

    id: str
    type: Literal["direct", "group", "channel"]
    declared_type: str | None
    """
    The tenant's own type, which says what roles may; null, the built-in
    """
    name: str | None
    avatar_url: str | None
    custom: dict[str, Any]
    history: Literal["full", "joined"]
    created_by: str
    member_count: int
    last_message: LastMessage | None
    membership: Membership | None
    settings: ConversationSettings | None
    created_at: str
    updated_at: str
    last_activity_at: str
    archived_at: str | None
    frozen: bool
    """
    Only moderators and above, and the tenant's back end, write
    """
    slow_mode_seconds: int
    """
    How long a member waits after a message; 0, no time
    """
    team: str | None
    """
    For whose members it is; null, for everybody
    """
    join_requests: bool
    """
    Who wants to join asks its admins
    """
    version: int


class ConversationArchived(TypedDict):
    """
    A conversation was archived.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["conversation.archived"]
    data: ConversationState | Reference


class ConversationCreated(TypedDict):
    """
    A conversation was opened.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["conversation.created"]
    data: ConversationState | Reference


class ConversationHit(TypedDict):
    """
    A conversation that was found: one of the caller's, or a channel of the tenant.

    A direct one is found by the name of the other `member`, and `highlights` are of that name.
    """

    conversation: FoundConversation
    member: FoundUser | None
    highlights: list[str]
    """
    Fragments of the text, HTML-escaped, with matches between <em> and </em>
    """


class ConversationHits(TypedDict):
    """
    A page of conversations.
    """

    data: list[ConversationHit]
    next_cursor: str | None
    prev_cursor: str | None
    indexed_through: str | None
    """
    The moment up to which the index is known to be complete; null where that is not known
    """


class ConversationSummary(TypedDict):
    """
    A conversation as a list shows it.
    """

    id: str
    type: Literal["direct", "group", "channel"]
    declared_type: str | None
    """
    The tenant's own type, which says what roles may; null, the built-in
    """
    name: str | None
    avatar_url: str | None
    custom: dict[str, Any]
    """
    What it says for the keys that the tenant has declared
    """
    role: Literal["member", "moderator", "admin", "owner"]
    muted: bool
    unread_count: int
    last_message: LastMessage | None
    created_at: str
    last_activity_at: str
    archived_at: str | None
    frozen: bool
    """
    Only moderators and above, and the tenant's back end, write
    """
    slow_mode_seconds: int
    """
    How long a member waits after a message; 0, no time
    """
    team: str | None
    """
    For whose members it is; null, for everybody
    """
    settings: ConversationSettings
    version: int


class ConversationTruncated(TypedDict):
    """
    Messages were taken away from everybody: `truncated_seq` says up to which number. None of them is told apart.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["conversation.truncated"]
    data: ConversationState | Reference


class ConversationTypes(TypedDict):
    """
    The built-in types first, then those that the tenant has declared, in the order of their names.
    """

    data: list[DeclaredConversationType]


class ConversationUpdated(TypedDict):
    """
    A conversation has another name, picture, history setting or custom data.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["conversation.updated"]
    data: ConversationState | ConversationDetails | Reference


class CreateTenant(TypedDict):
    """
    A tenant to create; without `id` it gets one.
    """

    id: NotRequired[str | None]
    """
    2 to 40 of a-z, 0-9 and -; it stays for good
    """
    name: str
    settings: NotRequired[SettingsChange]
    ceilings: NotRequired[CeilingsChange]


class Delivered(TypedDict):
    """
    What a device of the caller's has: of all that came within some seconds, the newest of each conversation.
    """

    conversations: list[DeliveredUpTo]


class DeliveredUpdated(TypedDict):
    """
    What was sent has reached a member's devices, up to a number.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["delivered.updated"]
    data: MemberState | Reference


class DraftDeleted(TypedDict):
    """
    A draft has been sent or let go of; told to the user's sockets alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["draft.deleted"]
    data: DraftPlace


class Export(TypedDict):
    """
    An export. Its files are there once it is completed, and until `expires_at`; ask again for fresh URLs.
    """

    id: str
    kind: Literal["erasure", "export", "import", "truncation", "retention", "announcement"]
    status: Literal["queued", "running", "completed", "failed", "cancelled"]
    user_id: str | None
    """
    Whom it is about; null for all of the tenant
    """
    step: str
    """
    What is being done
    """
    records: dict[str, int]
    """
    How many records of each type have been written so far
    """
    percent: int
    """
    A rough measure; 100 once it is completed
    """
    failures: int
    """
    How often in a row it has failed; after ten it is given up
    """
    files: list[ExportFile]
    created_at: str
    updated_at: str
    finished_at: str | None
    expires_at: str | None
    version: int


class Import(TypedDict):
    """
    An import. It writes nothing before it is `checked` and started; `failed` with `problems` wrote nothing.

    What one that is `cancelled` had written stays: `done` says how much.
    """

    id: str
    status: Literal["uploading", "checking", "checked", "importing", "completed", "failed", "cancelled"]
    source: str
    size: int
    upload: ImportUpload | None
    """
    As long as it waits for a file of up to 256 MiB
    """
    upload_parts: list[ImportPart]
    """
    The parts of a larger file, as long as it waits for that
    """
    lines: dict[str, int]
    """
    How many lines of each type the file has
    """
    problems: list[ImportProblem]
    """
    The first 200 that were found
    """
    problem_count: int
    file_problems: list[ImportFileProblem]
    """
    The first 100 files that could not be fetched or were refused
    """
    done: dict[str, int]
    """
    What has been done so far: `users_created`, `users_updated`, `users_unchanged`, `users_refused`, `files`, `files_failed`, `conversations`, `conversations_there` (left as they were), `messages`, `items`
    """
    percent: int
    failures: int
    """
    How often in a row it has failed; after ten it is given up
    """
    created_at: str
    updated_at: str
    finished_at: str | None
    version: int


class InviteCreated(TypedDict):
    """
    A user was invited, or an invite of theirs holds longer; told to the user alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["invite.created"]
    data: InviteState | Reference


class InviteRemoved(TypedDict):
    """
    An invite was accepted, declined or taken back; told to the user alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["invite.removed"]
    data: InviteName | Reference


class JoinRequestCreated(TypedDict):
    """
    A user asks to join; told to the admins and to the user.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["join_request.created"]
    data: JoinRequestState | Reference


class JoinRequestRemoved(TypedDict):
    """
    A request to join was approved, declined or withdrawn; told to the admins and to the user.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["join_request.removed"]
    data: InviteName | Reference


class LinkPreview(TypedDict):
    """
    What the page says of itself that a link of the message leads to.
    """

    url: str
    """
    The link as the text has it
    """
    title: str
    description: str | None
    site_name: str | None
    image: PreviewImage | None


class Media(TypedDict):
    """
    A file. `content_type`, size and hash are the real ones once it is `ready`.

    One that is `ready` may have no preview, since it is broken or too large to be made small.
    """

    id: str
    owner_id: str
    status: Literal["uploading", "processing", "ready", "rejected", "aborted", "expired", "deleted"]
    reason: str | None
    """
    Why it was rejected or, of a ready file, why it has no preview
    """
    filename: str
    content_type: str
    charset: str | None
    """
    The encoding of a text, where it was verified
    """
    size: int
    sha256: str | None
    uploaded_size: int
    """
    Before metadata, as places and cameras, was removed from it
    """
    uploaded_sha256: str | None
    """
    Of the bytes as they were uploaded, or the one that was announced
    """
    width: int | None
    height: int | None
    duration_ms: int | None
    waveform: list[int] | None
    """
    Of a recording of up to 15 minutes: how loud each of 64 parts is, from 0 to 100, against the loudest
    """
    pages: int | None
    preview: Literal["made", "none", "failed"] | None
    """
    Whether pictures of it were made; `none` for a type that has none
    """
    metadata: Literal["kept", "removed", "unreadable"] | None
    """
    `removed`: nothing is left of place, time, people and devices. `kept`: the tenant's setting, or a type that is delivered as it came. `unreadable`: signed, encrypted, of older Office or not built as its format says, so some or all of it is still there
    """
    thumbnails: dict[str, Thumbnail]
    created_at: str
    ready_at: str | None
    version: int


class MediaReady(TypedDict):
    """
    A file has been checked and can be downloaded.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["media.ready"]
    data: MediaState | Reference


class MediaRejected(TypedDict):
    """
    A file was refused, for the reason that `data` gives.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["media.rejected"]
    data: MediaState | Reference


class MemberAdded(TypedDict):
    """
    A user became a member.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["member.added"]
    data: MemberState | Reference


class MemberRemoved(TypedDict):
    """
    A member left or was removed.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["member.removed"]
    data: MemberName | Reference


class MemberUpdated(TypedDict):
    """
    A member has another role; to the member alone, other settings of their own.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["member.updated"]
    data: MemberState | OwnMemberState | Reference


class ModerationDecided(TypedDict):
    """
    Moderators have decided about a message of a user's; told to the user alone, and to webhooks.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["moderation.decided"]
    data: ModerationDecision | Reference


class ModerationRecord(TypedDict):
    """
    A user's decisions, the newest first, and counts of all.
    """

    data: list[DecisionOfRecord]
    next_cursor: str | None
    prev_cursor: str | None
    user_id: str
    counts: RecordCounts


class MuteDeleted(TypedDict):
    """
    A user has muted another no more; told to the user's sockets alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["mute.deleted"]
    data: MutePlace


class NewPoll(TypedDict):
    """
    A poll to send with a message. It stays as it is: an edit of the message changes nothing of it.
    """

    question: str
    options: list[NewPollOption]
    max_votes: NotRequired[int]
    """
    For how many options a user may vote
    """
    anonymous: NotRequired[bool]
    """
    Nobody is shown who voted for what
    """
    closes_at: NotRequired[str | None]
    """
    From then on nobody votes: within a year
    """


class PageConversationSummary(TypedDict):
    data: list[ConversationSummary]
    next_cursor: str | None
    prev_cursor: str | None


class PageReaction(TypedDict):
    data: list[Reaction]
    next_cursor: str | None
    prev_cursor: str | None


class PageReceipt(TypedDict):
    data: list[Receipt]
    next_cursor: str | None
    prev_cursor: str | None


class PageScheduledMessage(TypedDict):
    data: list[ScheduledMessage]
    next_cursor: str | None
    prev_cursor: str | None


class PageSearchFailure(TypedDict):
    data: list[SearchFailure]
    next_cursor: str | None
    prev_cursor: str | None


class PageUserGroup(TypedDict):
    data: list[UserGroup]
    next_cursor: str | None
    prev_cursor: str | None


class PageUserMute(TypedDict):
    data: list[UserMute]
    next_cursor: str | None
    prev_cursor: str | None


class PageVote(TypedDict):
    data: list[Vote]
    next_cursor: str | None
    prev_cursor: str | None


class Poll(TypedDict):
    """
    A question with its options.
    """

    question: str
    options: list[PollOption]
    max_votes: int
    anonymous: bool
    closes_at: str | None
    results: OwnPollResults | None
    """
    Null in events, where `poll.updated` has them
    """


class PollState(TypedDict):
    """
    What the votes in a message's poll have come to, with all else that hangs on the message.
    """

    message_id: str
    reactions: dict[str, ReactedUsers]
    reply_count: int
    last_reply_at: str | None
    poll_results: PollResults


class PollUpdated(TypedDict):
    """
    Users have voted in a message's poll, taken votes back, or it was closed. Several votes are told as one event.

    A poll that closes at its time tells nothing then: `closes_at` says so beforehand.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: int
    """
    The message's position in its conversation or, for a reply, its thread
    """
    type: Literal["poll.updated"]
    data: PollState | Reference


class PollVoted(TypedDict):
    """
    A user has voted in a poll that is not anonymous, or taken their votes back; told to the user alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: int
    """
    The message's position in its conversation or, for a reply, its thread
    """
    type: Literal["poll.voted"]
    data: VoteState | Reference


class PresenceChanged(TypedDict):
    """
    A user came online, went offline or says something else of themselves; told to sockets alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["presence.changed"]
    data: UserPresence


class Problem(TypedDict):
    """
    A refusal or failure (RFC 9457). Some codes add members, such as `user_ids`
    """

    type: str
    """
    A stable URI: `urn:parley:problem:<code>`
    """
    title: str
    status: int
    detail: str
    instance: str
    """
    The path that was asked for
    """
    code: str
    """
    Stable
    """
    request_id: str
    trace_id: NotRequired[str]
    """
    The request's trace in X-Ray; only where the deployment keeps traces
    """
    retryable: bool
    """
    Whether the same request may succeed later
    """
    errors: NotRequired[list[Violation]]


class PutOutcome(TypedDict):
    """
    What came of one user of many. Where it was refused, `code` and `detail` are those that a call of its own has.
    """

    id: str
    status: Literal["created", "updated", "unchanged", "refused"]
    user: User | None
    """
    The user as they are now; null where it was refused
    """
    code: str | None
    detail: str | None


class PutUsersOutcome(TypedDict):
    """
    One result for each user that was named, in that order.
    """

    data: list[PutOutcome]


class ReactionAdded(TypedDict):
    """
    A user reacted to a message.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: int
    """
    The message's position in its conversation or, for a reply, its thread
    """
    type: Literal["reaction.added"]
    data: ReactionState | Reference


class ReactionCounts(TypedDict):
    """
    All reactions to a message, as the caller sees them.
    """

    message_id: str
    reactions: dict[str, ReactionSummary]


class ReactionRemoved(TypedDict):
    """
    A user took a reaction back.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: int
    """
    The message's position in its conversation or, for a reply, its thread
    """
    type: Literal["reaction.removed"]
    data: ReactionState | Reference


class ReadUpdated(TypedDict):
    """
    A member has read further.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: None
    type: Literal["read.updated"]
    data: MemberState | Reference


class ReindexJob(TypedDict):
    """
    A rebuild. `switched`: searches read the new indices, both are still written; confirm it or roll it back.
    """

    id: str
    status: Literal["running", "switched", "confirmed", "cancelled", "rolled_back", "failed"]
    source: Literal["index", "table"]
    tenant_id: str | None
    families: list[ReindexedFamily]
    detail: str | None
    started_at: str
    updated_at: str
    version: int


class ScheduledMessageDeleted(TypedDict):
    """
    A message that was to be sent later was taken back; told to its author's sockets alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["scheduled_message.deleted"]
    data: ScheduledMessageGone


class SendMessage(TypedDict):
    """
    A message to send: a text, attachments, a poll, or several of these.
    """

    conversation_id: str
    text: NotRequired[str]
    attachments: NotRequired[list[str]]
    """
    Ids of media that the sender has uploaded
    """
    parent_id: NotRequired[str | None]
    """
    The message that this one replies to, in its thread
    """
    show_in_conversation: NotRequired[bool]
    """
    Show a thread reply in the conversation as well
    """
    quoted_message_id: NotRequired[str | None]
    """
    A message of the conversation that this one shows as a quote
    """
    mentions: NotRequired[list[str]]
    """
    Users to tell by name; who is no member is left out
    """
    mentioned_groups: NotRequired[list[str]]
    """
    User groups whose members here to tell as if by name; others are left out
    """
    location: NotRequired[NewLocation | None]
    type: NotRequired[str]
    """
    What kind it is, as the app names it; `system` is for a server token alone
    """
    silent: NotRequired[bool]
    """
    Not pushed, unread for nobody, and the conversation stays where it is in lists
    """
    custom: NotRequired[dict[str, Any]]
    """
    The tenant's own data, 5 KB of JSON
    """
    poll: NotRequired[NewPoll | None]


class SignDownloads(TypedDict):
    """
    What a page shows: a URL for each, in one call.
    """

    items: list[WantedUrl]
    ttl: NotRequired[int]
    """
    How long the URLs work, in seconds
    """


class SignedUrls(TypedDict):
    """
    A result for each of what was asked for, in that order.
    """

    data: list[SigningResult]


class TakenAllFromGroup(TypedDict):
    """
    One result for each user that was named, in that order.
    """

    data: list[TakenFromGroup]


class Tenant(TypedDict):
    """
    A tenant: a company with an app.
    """

    id: str
    name: str
    settings: TenantSettings
    ceilings: Ceilings
    suspended_at: str | None
    push_platforms: list[str]
    """
    Platforms for which the tenant has a platform application of its own
    """
    tokens_valid_from: str | None
    """
    Tokens issued before this moment are refused
    """
    created_at: str
    updated_at: str
    version: int


class Thread(TypedDict):
    """
    The replies to a message, and how the caller follows them. What is not followed has no unread count.
    """

    id: str
    """
    The id of the message that the replies hang on, their `parent_id`
    """
    conversation_id: str
    root: ThreadMessage
    reply_count: int
    last_reply: ThreadMessage | None
    """
    The newest reply that has not been deleted
    """
    last_activity_at: str | None
    """
    When somebody last replied
    """
    following: bool
    unread_count: int
    """
    Replies of others after the caller's read position
    """
    read_seq: int | None
    """
    How far the caller has read; null where they do not follow
    """
    read_at: str | None


class TruncateConversation(TypedDict):
    """
    How far a conversation is to be truncated: up to a message, which goes too, or to the end.
    """

    message_id: NotRequired[str | None]
    message: NotRequired[TruncationMessage | None]
    """
    Sent as a system message; without `message_id` all that came before it goes
    """


class Unread(TypedDict):
    """
    What is unread in the conversations of the list: none that is archived, hidden or in the caller's own archive.

    Muted ones are named and counted apart.
    """

    total: int
    """
    Unread messages in conversations that are not muted: a badge's number
    """
    muted_total: int
    conversations: list[UnreadConversation]
    """
    Those with unread messages, the muted ones among them
    """


class UpdateScheduledMessage(TypedDict):
    """
    What is to be sent, and when, from now on; what is left out stays as it is.
    """

    message: NotRequired[SendMessage | None]
    send_at: NotRequired[str | None]
    """
    A minute to a year ahead
    """


class UserDeactivated(TypedDict):
    """
    The tenant has deactivated a user.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["user.deactivated"]
    data: UserState | Reference


class UserDeleted(TypedDict):
    """
    A user was erased.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["user.deleted"]
    data: UserName


class UserPage(TypedDict):
    """
    A page of the directory, by name without regard to case, then by id.
    """

    data: list[UserSummary]
    next_cursor: str | None
    prev_cursor: str | None


class UserReactivated(TypedDict):
    """
    The tenant has brought a deactivated user back.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["user.reactivated"]
    data: UserState | Reference


class BatchedMessage(TypedDict):
    """
    A message of many: whose it is, and the key under which it is sent once.
    """

    conversation_id: str
    text: NotRequired[str]
    attachments: NotRequired[list[str]]
    """
    Ids of media that the sender has uploaded
    """
    parent_id: NotRequired[str | None]
    """
    The message that this one replies to, in its thread
    """
    show_in_conversation: NotRequired[bool]
    """
    Show a thread reply in the conversation as well
    """
    quoted_message_id: NotRequired[str | None]
    """
    A message of the conversation that this one shows as a quote
    """
    mentions: NotRequired[list[str]]
    """
    Users to tell by name; who is no member is left out
    """
    mentioned_groups: NotRequired[list[str]]
    """
    User groups whose members here to tell as if by name; others are left out
    """
    location: NotRequired[NewLocation | None]
    type: NotRequired[str]
    """
    What kind it is, as the app names it; `system` is for a server token alone
    """
    silent: NotRequired[bool]
    """
    Not pushed, unread for nobody, and the conversation stays where it is in lists
    """
    custom: NotRequired[dict[str, Any]]
    """
    The tenant's own data, 5 KB of JSON
    """
    poll: NotRequired[NewPoll | None]
    author_id: NotRequired[str | None]
    """
    The acting user if nothing is said; with neither, only system messages are sent
    """
    idempotency_key: NotRequired[str | None]


class CaseClaimed(TypedDict):
    """
    A moderator has a reported message to themselves; told to webhooks alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["case.claimed"]
    data: CaseState


class CaseDecided(TypedDict):
    """
    A reported message was decided, and that carried out; told to webhooks alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["case.decided"]
    data: CaseState


class CaseOpened(TypedDict):
    """
    A message was reported for the first time, or again after it was decided; told to webhooks alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: None
    seq: None
    type: Literal["case.opened"]
    data: CaseState


class Message(TypedDict):
    """
    A message with what others hang on it: reactions, and how many replies its thread has.
    """

    id: str
    conversation_id: str
    seq: int
    """
    Position in the conversation or, for a reply, in its thread: 1, 2, 3, …
    """
    parent_id: str | None
    author_id: str
    """
    `_system` where a back end said it for no user, `_deleted` once that is erased
    """
    type: str
    text: str
    attachments: list[Attachment]
    location: Location | None
    silent: bool
    mentions: list[str]
    mentioned_groups: list[str]
    """
    Ids of user groups
    """
    custom: dict[str, Any]
    poll: Poll | None
    link_previews: list[LinkPreview]
    """
    Of its first three links; they come as a later version of the message
    """
    translations: dict[str, str]
    """
    The text in languages that readers have asked for, by code; an edit drops them
    """
    show_in_conversation: bool
    quoted_message_id: str | None
    quoted_message: QuotedMessage | None
    """
    Null where nothing is quoted, or what is gone for good or not to be seen by the reader
    """
    forwarded_from: ForwardedFrom | None
    pinned_at: str | None
    pinned_by: str | None
    created_at: str
    edited_at: str | None
    deleted_at: str | None
    version: int
    reactions: dict[str, ReactionSummary]
    reply_count: int
    last_reply_at: str | None


class MessageContent(TypedDict):
    """
    A message without what others hang on it. Deleted, it keeps its place without its text: a tombstone.
    """

    id: str
    conversation_id: str
    seq: int
    """
    Position in the conversation or, for a reply, in its thread: 1, 2, 3, …
    """
    parent_id: str | None
    author_id: str
    """
    `_system` where a back end said it for no user, `_deleted` once that is erased
    """
    type: str
    text: str
    attachments: list[Attachment]
    location: Location | None
    silent: bool
    mentions: list[str]
    mentioned_groups: list[str]
    """
    Ids of user groups
    """
    custom: dict[str, Any]
    poll: Poll | None
    link_previews: list[LinkPreview]
    """
    Of its first three links; they come as a later version of the message
    """
    translations: dict[str, str]
    """
    The text in languages that readers have asked for, by code; an edit drops them
    """
    show_in_conversation: bool
    quoted_message_id: str | None
    quoted_message: QuotedMessage | None
    """
    Null where nothing is quoted, or what is gone for good or not to be seen by the reader
    """
    forwarded_from: ForwardedFrom | None
    pinned_at: str | None
    pinned_by: str | None
    created_at: str
    edited_at: str | None
    deleted_at: str | None
    version: int


class MessageCreated(TypedDict):
    """
    A message was sent, or a thread reply took its place in the conversation.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: int
    """
    The message's position in its conversation or, for a reply, its thread
    """
    type: Literal["message.created"]
    data: MessageContent | ReplyPlace | Reference


class MessageDeleted(TypedDict):
    """
    A message was deleted: a tombstone is left, or nothing but its place.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: int
    """
    The message's position in its conversation or, for a reply, its thread
    """
    type: Literal["message.deleted"]
    data: MessageContent | MessageGone | Reference


class MessageHit(TypedDict):
    """
    A message that was found, as it is now, with where it matches and the conversation that it is in.
    """

    message: MessageContent
    conversation: FoundConversation
    highlights: list[str]
    """
    Fragments of the text, HTML-escaped, with matches between <em> and </em>
    """


class MessageHits(TypedDict):
    """
    A page of messages. `total` is given on a first page that was asked for it.

    `did_you_mean`: nothing was found, and this spelling finds something.
    """

    data: list[MessageHit]
    next_cursor: str | None
    prev_cursor: str | None
    indexed_through: str | None
    """
    The moment up to which the index is known to be complete; null where that is not known
    """
    total: Total | None
    did_you_mean: str | None


class MessagePage(TypedDict):
    """
    A page of history. `void_seqs` are the numbers within it that no message has: nothing is missing there.
    """

    data: list[Message]
    next_cursor: str | None
    prev_cursor: str | None
    void_seqs: list[int]


class MessageShadowed(TypedDict):
    """
    A user who is shadow-banned sent, edited or deleted a message that only they are shown; for webhooks alone.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: int
    """
    The message's position in its conversation or, for a reply, its thread
    """
    type: Literal["message.shadowed"]
    data: MessageContent


class MessageUpdated(TypedDict):
    """
    A message was edited, pinned or unpinned, shows a file otherwise, or its thread has another reply.
    """

    spec: Literal["parley.event/1"]
    id: str
    """
    The same for every delivery of this event
    """
    tenant_id: str
    entity_id: str
    """
    What `version` is counted for
    """
    version: int
    """
    Grows with every change of the entity: drop what is lower than what you have
    """
    created_at: str
    """
    When it happened
    """
    actor_id: str | None
    """
    Who did it, where that is known
    """
    changed: list[str]
    """
    The fields that an update changed
    """
    conversation_id: str
    seq: int
    """
    The message's position in its conversation or, for a reply, its thread
    """
    type: Literal["message.updated"]
    data: MessageContent | Annotations | Reference


class OpenFlag(TypedDict):
    """
    A user's report of a message that nobody has resolved, with the message as it is now.
    """

    id: str
    message_id: str
    conversation_id: str
    author_id: str
    reported_by: str
    """
    A user, or `_block_list` or `_pre_send`, which no user's id can be
    """
    source: Literal["user", "block_list", "pre_send"]
    reason: str | None
    created_at: str
    message: Message | None
    """
    null where it has been deleted for good
    """
    edited_since: bool
    """
    Whether the message has changed since it was reported
    """


class OpenFlagPage(TypedDict):
    """
    Flags, oldest first.
    """

    data: list[OpenFlag]
    next_cursor: str | None
    prev_cursor: str | None


class PageMessageContent(TypedDict):
    data: list[MessageContent]
    next_cursor: str | None
    prev_cursor: str | None


class PageMessage(TypedDict):
    data: list[Message]
    next_cursor: str | None
    prev_cursor: str | None


class PageThread(TypedDict):
    data: list[Thread]
    next_cursor: str | None
    prev_cursor: str | None


class RanCommand(TypedDict):
    """
    What came of a command: at most one of the two.
    """

    id: str
    """
    As the tenant's server was told it
    """
    name: str
    message: Message | None
    """
    What everybody in the conversation sees
    """
    ephemeral_message: EphemeralMessage | None
    """
    What the caller alone sees
    """


class ScheduleMessage(TypedDict):
    """
    A message to send later.
    """

    message: SendMessage
    """
    As it is sent at once
    """
    send_at: str
    """
    A minute to a year ahead
    """


class SendBatch(TypedDict):
    """
    Messages to send at once, to one conversation or many.
    """

    messages: list[BatchedMessage]


class TruncatedConversation(TypedDict):
    """
    Where a conversation begins now.
    """

    conversation_id: str
    truncated_seq: int
    """
    Nothing up to this number is shown to anybody
    """
    job_id: str | None
    """
    The job that removes it; null where it had been truncated as far already
    """
    message: Message | None
    """
    The system message that was sent
    """


class BatchResult(TypedDict):
    """
    What came of one message: the status that a request of its own would have, with the message or the problem.
    """

    status: int
    message: Message | None
    replayed: bool
    """
    An earlier request has sent it
    """
    problem: ItemProblem | None


class Bookmark(TypedDict):
    """
    A bookmark with its message.
    """

    message_id: str
    conversation_id: str
    note: str | None
    remind_at: str | None
    reminded_at: str | None
    """
    When the reminder came due
    """
    created_at: str
    version: int
    message: MessageContent | None
    """
    Null where it has been deleted, or the caller does not see it any more
    """


class Case(TypedDict):
    """
    A reported message, however many have reported it, with the message as it is now.
    """

    message_id: str
    conversation_id: str
    author_id: str
    status: Literal["open", "deciding", "decided"]
    priority: Literal["urgent", "high", "normal"]
    """
    `urgent` from 10 reporters on, `high` from 3 on or where the tenant's own rules found something
    """
    sources: list[Literal["user", "block_list", "pre_send"]]
    reporters: int
    """
    How many users have reported it: 100 at most are kept
    """
    opened_at: str
    claim: Claim | None
    decision: CaseDecision | None
    message: Message | None
    """
    null where it has been deleted for good
    """
    version: int


class CaseDetails(TypedDict):
    """
    A case with all reports that are kept.
    """

    message_id: str
    conversation_id: str
    author_id: str
    status: Literal["open", "deciding", "decided"]
    priority: Literal["urgent", "high", "normal"]
    """
    `urgent` from 10 reporters on, `high` from 3 on or where the tenant's own rules found something
    """
    sources: list[Literal["user", "block_list", "pre_send"]]
    reporters: int
    """
    How many users have reported it: 100 at most are kept
    """
    opened_at: str
    claim: Claim | None
    decision: CaseDecision | None
    message: Message | None
    """
    null where it has been deleted for good
    """
    version: int
    reports: list[Report]


class CasePage(TypedDict):
    """
    Cases, the most urgent first, then the oldest.
    """

    data: list[Case]
    next_cursor: str | None
    prev_cursor: str | None


class GlobalHits(TypedDict):
    """
    The best of each kind; each group goes on with its own cursor at its own route.
    """

    messages: MessageHits
    conversations: ConversationHits
    users: UserHits
    indexed_through: str | None
    """
    The moment up to which the index is known to be complete; null where that is not known
    """


class PageBookmark(TypedDict):
    data: list[Bookmark]
    next_cursor: str | None
    prev_cursor: str | None


class SentBatch(TypedDict):
    """
    One result for each message, in that order.
    """

    data: list[BatchResult]


class EventPage(TypedDict):
    """
    What happened after a cursor.

    `data` has server events as sockets carry them, and `gap` markers: `{"type": "gap", "conversation_id": …}` names a
    conversation to fetch anew, since too much happened in it, or the caller has come to it meanwhile; without a
    conversation, everything. `next_cursor` is where to go on: at once while `has_more`, else after the next absence.
    """

    data: list[
        Gap
        | MessageCreated
        | MessageUpdated
        | MessageDeleted
        | MessageShadowed
        | ReactionAdded
        | ReactionRemoved
        | PollUpdated
        | PollVoted
        | ConversationCreated
        | ConversationUpdated
        | ConversationArchived
        | ConversationTruncated
        | MemberAdded
        | MemberRemoved
        | MemberUpdated
        | ReadUpdated
        | DeliveredUpdated
        | ThreadUpdated
        | DraftUpdated
        | DraftDeleted
        | BookmarkUpdated
        | BookmarkDeleted
        | BookmarkDue
        | MuteUpdated
        | MuteDeleted
        | InviteCreated
        | InviteRemoved
        | JoinRequestCreated
        | JoinRequestRemoved
        | ScheduledMessageUpdated
        | ScheduledMessageDeleted
        | ScheduledMessageSent
        | ScheduledMessageFailed
        | TypingStarted
        | TypingStopped
        | CustomEventSent
        | EphemeralMessageSent
        | PresenceChanged
        | MediaReady
        | MediaRejected
        | CaseOpened
        | CaseClaimed
        | CaseDecided
        | ModerationDecided
        | AppealFiled
        | AppealDecided
        | UserUpdated
        | UserDeleted
        | UserDeactivated
        | UserReactivated
        | SearchMatched
        | WebhookDisabled
    ]
    next_cursor: str
    has_more: bool


Event = (
    MessageCreated
    | MessageUpdated
    | MessageDeleted
    | MessageShadowed
    | ReactionAdded
    | ReactionRemoved
    | PollUpdated
    | PollVoted
    | ConversationCreated
    | ConversationUpdated
    | ConversationArchived
    | ConversationTruncated
    | MemberAdded
    | MemberRemoved
    | MemberUpdated
    | ReadUpdated
    | DeliveredUpdated
    | ThreadUpdated
    | DraftUpdated
    | DraftDeleted
    | BookmarkUpdated
    | BookmarkDeleted
    | BookmarkDue
    | MuteUpdated
    | MuteDeleted
    | InviteCreated
    | InviteRemoved
    | JoinRequestCreated
    | JoinRequestRemoved
    | ScheduledMessageUpdated
    | ScheduledMessageDeleted
    | ScheduledMessageSent
    | ScheduledMessageFailed
    | TypingStarted
    | TypingStopped
    | CustomEventSent
    | EphemeralMessageSent
    | PresenceChanged
    | MediaReady
    | MediaRejected
    | CaseOpened
    | CaseClaimed
    | CaseDecided
    | ModerationDecided
    | AppealFiled
    | AppealDecided
    | UserUpdated
    | UserDeleted
    | UserDeactivated
    | UserReactivated
    | SearchMatched
    | WebhookDisabled
)
"""Something that happened, delivered at least once: drop an `id` that you have, and a `version` of an `entity_id` that is lower than the one that you have. `data` is the state of the entity, never a difference."""

ReplayedEvent = (
    MessageCreated
    | MessageUpdated
    | MessageDeleted
    | MessageShadowed
    | ReactionAdded
    | ReactionRemoved
    | PollUpdated
    | PollVoted
    | ConversationCreated
    | ConversationUpdated
    | ConversationArchived
    | ConversationTruncated
    | MemberAdded
    | MemberRemoved
    | MemberUpdated
    | ReadUpdated
    | DeliveredUpdated
    | ThreadUpdated
    | DraftUpdated
    | DraftDeleted
    | BookmarkUpdated
    | BookmarkDeleted
    | BookmarkDue
    | MuteUpdated
    | MuteDeleted
    | InviteCreated
    | InviteRemoved
    | JoinRequestCreated
    | JoinRequestRemoved
    | ScheduledMessageUpdated
    | ScheduledMessageDeleted
    | ScheduledMessageSent
    | ScheduledMessageFailed
    | TypingStarted
    | TypingStopped
    | CustomEventSent
    | EphemeralMessageSent
    | PresenceChanged
    | MediaReady
    | MediaRejected
    | CaseOpened
    | CaseClaimed
    | CaseDecided
    | ModerationDecided
    | AppealFiled
    | AppealDecided
    | UserUpdated
    | UserDeleted
    | UserDeactivated
    | UserReactivated
    | SearchMatched
    | WebhookDisabled
    | Gap
)
"""An event, or a marker of what was missed"""

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
    What came of adding one user; `blocked` who has blocked the caller.
    """

    user_id: str
    status: Literal["added", "already_member", "not_found", "banned", "blocked"]


class AddedMembers(TypedDict):
    """
    One result for each user that was named, in that order.
    """

    data: list[AddedMember]


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
    thumbnails: list[str]
    """
    Variants to ask `/v1/download/{id}/signed` for
    """


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
    target: Literal["tenant", "key", "issuer", "webhook", "block_list", "pre_send", "flag", "user", "message", "export"]
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
    A user who may not come back, and who decided so.
    """

    user_id: str
    banned_by: str
    reason: str | None
    created_at: str


class BanUser(TypedDict):
    reason: NotRequired[str | None]


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


class Breaker(TypedDict):
    """
    A circuit breaker; one that never opened is closed and not listed.
    """

    name: str
    state: Literal["closed", "open", "half_open"]


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


class ChangeRole(TypedDict):
    role: Literal["member", "admin", "owner"]


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
    name: str | None
    avatar_url: str | None
    created_by: str | None
    created_at: str
    updated_at: str
    archived_at: str | None
    last_seq: int | None


class CreateConversation(TypedDict):
    """
    A conversation to open. `direct` has exactly one other member and no name.
    """

    type: Literal["direct", "group", "channel"]
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
                "reaction.added",
                "reaction.removed",
                "conversation.created",
                "conversation.updated",
                "conversation.archived",
                "member.added",
                "member.removed",
                "member.updated",
                "read.updated",
                "delivered.updated",
                "thread.updated",
                "typing.started",
                "typing.stopped",
                "presence.changed",
                "media.ready",
                "media.rejected",
                "search.matched",
                "user.updated",
                "user.deleted",
                "webhook.disabled",
            ]
        ]
    ]
    """
    The types of events to send; empty is all
    """
    description: NotRequired[str | None]


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


class EditMessage(TypedDict):
    """
    What a message says from now on; what is left out stays as it is.
    """

    text: NotRequired[str | None]
    attachments: NotRequired[list[str] | None]
    mentions: NotRequired[list[str] | None]
    custom: NotRequired[dict[str, Any] | None]


class ExportFile(TypedDict):
    """
    A file of an export. The manifest is the first; the others are gzipped JSON lines, one record a line.
    """

    name: str
    size: int | None
    sha256: str | None
    url: str
    url_expires_at: str


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


class FoundConversation(TypedDict):
    """
    A conversation as search shows it. `name` is null for a direct one.
    """

    id: str
    type: Literal["direct", "group", "channel"]
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


class Health(TypedDict):
    """
    The service answers.
    """

    status: Literal["ok"]


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


class Job(TypedDict):
    """
    Work that goes on after its request was answered, and goes on from where it was when whoever did it died.
    """

    id: str
    kind: Literal["erasure", "export"]
    status: Literal["queued", "running", "completed", "failed"]
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
    failures: int
    """
    How often in a row it has failed; it is tried again, ever less often
    """
    created_at: str
    updated_at: str
    finished_at: str | None
    version: int


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
    created_at: str
    deleted: bool


class ListedEntry(TypedDict):
    """
    An entry of the list as it is kept: `word` or `pattern` is null, and `action` where it is the list's.
    """

    word: str | None
    pattern: str | None
    action: Literal["flag", "mask", "refuse"] | None


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
    role: Literal["member", "admin", "owner"]
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
    role: Literal["member", "admin", "owner"]
    joined_at: str
    read_seq: int | None
    read_at: str | None
    delivered_seq: int | None
    delivered_at: str | None


class Membership(TypedDict):
    """
    What the caller is in a conversation.
    """

    role: Literal["member", "admin", "owner"]
    joined_at: str
    read_seq: int
    visible_from: int
    """
    Nothing up to this number is shown to the caller
    """
    muted: bool
    muted_until: str | None


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
    text: str
    attachments: list[Attachment]
    mentions: list[str]
    custom: dict[str, Any]
    show_in_conversation: bool
    pinned_at: str | None
    pinned_by: str | None
    created_at: str
    edited_at: str | None
    deleted_at: str | None
    version: int


class MessageEdit(TypedDict):
    """
    What a message said before its edit of number `edit`, and since when.
    """

    edit: int
    text: str
    attachments: list[Attachment]
    mentions: list[str]
    custom: dict[str, Any]
    written_at: str


class MessageGone(TypedDict):
    """
    All that is left of a message which was deleted for good.
    """

    id: str
    conversation_id: str
    seq: int


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


class Mute(TypedDict):
    """
    Turn the caller's notifications off, for good or until a moment.
    """

    until: NotRequired[str | None]


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
            "reaction.added",
            "reaction.removed",
            "conversation.created",
            "conversation.updated",
            "conversation.archived",
            "member.added",
            "member.removed",
            "member.updated",
            "read.updated",
            "delivered.updated",
            "thread.updated",
            "typing.started",
            "typing.stopped",
            "presence.changed",
            "media.ready",
            "media.rejected",
            "search.matched",
            "user.updated",
            "user.deleted",
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


class OwnMemberState(TypedDict):
    """
    What only the member knows.
    """

    conversation_id: str
    user_id: str
    role: Literal["member", "admin", "owner"]
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


class OwnStatus(TypedDict):
    """
    The caller's own presence.
    """

    user_id: str
    online: bool
    last_active_at: str | None
    status_text: str | None
    invisible: bool


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


class PageMember(TypedDict):
    data: list[Member]
    next_cursor: str | None
    prev_cursor: str | None


class PageMessageEdit(TypedDict):
    data: list[MessageEdit]
    next_cursor: str | None
    prev_cursor: str | None


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


class PutUser(TypedDict):
    """
    A user to create or change; what is not named stays. `avatar_url` and `languages` are taken away by null.
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


class SendMessage(TypedDict):
    """
    A message to send: a text, attachments or both.
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
    mentions: NotRequired[list[str]]
    """
    Users to tell by name; who is no member is left out
    """
    custom: NotRequired[dict[str, Any]]
    """
    The tenant's own data, 5 KB of JSON
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
    push_content: NotRequired[Literal["full", "sender", "none"]]
    """
    What push notifications show: the text, only who wrote and where, or neither
    """
    conversation_keys: NotRequired[list[str] | None]
    """
    Keys of conversations' custom data by which lists are filtered and sorted, with their types, as `priority:number`: from then on their values have these types, and are 200 bytes together at most
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
    push_content: Literal["full", "sender", "none"]
    """
    What push notifications show: the text, only who wrote and where, or neither
    """
    conversation_keys: list[str] | None
    """
    Keys of conversations' custom data by which lists are filtered and sorted, with their types, as `priority:number`: from then on their values have these types, and are 200 bytes together at most
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
    What to change; what is not named stays. `avatar_url: null` takes the picture away.
    """

    name: NotRequired[str | None]
    avatar_url: NotRequired[str | None]
    custom: NotRequired[dict[str, Any] | None]
    history: NotRequired[Literal["full", "joined"] | None]


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
                "reaction.added",
                "reaction.removed",
                "conversation.created",
                "conversation.updated",
                "conversation.archived",
                "member.added",
                "member.removed",
                "member.updated",
                "read.updated",
                "delivered.updated",
                "thread.updated",
                "typing.started",
                "typing.stopped",
                "presence.changed",
                "media.ready",
                "media.rejected",
                "search.matched",
                "user.updated",
                "user.deleted",
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
            "reaction.added",
            "reaction.removed",
            "conversation.created",
            "conversation.updated",
            "conversation.archived",
            "member.added",
            "member.removed",
            "member.updated",
            "read.updated",
            "delivered.updated",
            "thread.updated",
            "typing.started",
            "typing.stopped",
            "presence.changed",
            "media.ready",
            "media.rejected",
            "search.matched",
            "user.updated",
            "user.deleted",
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


class Annotations(TypedDict):
    """
    What others hang on a message: reactions, and how many replies its thread has.
    """

    message_id: str
    reactions: dict[str, ReactedUsers]
    reply_count: int
    last_reply_at: str | None


class BlockList(TypedDict):
    """
    A tenant's block list.
    """

    action: Literal["flag", "mask", "refuse"]
    entries: list[ListedEntry]
    created_at: str
    updated_at: str
    version: int


class Conversation(TypedDict):
    """
    A conversation in full, with the caller's membership and settings: null in a channel that is not theirs.
    """

    id: str
    type: Literal["direct", "group", "channel"]
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
    name: str | None
    avatar_url: str | None
    custom: dict[str, Any]
    """
    What it says for the keys that the tenant has declared
    """
    role: Literal["member", "admin", "owner"]
    muted: bool
    unread_count: int
    last_message: LastMessage | None
    created_at: str
    last_activity_at: str
    archived_at: str | None
    settings: ConversationSettings
    version: int


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


class Export(TypedDict):
    """
    An export. Its files are there once it is completed, and until `expires_at`; ask again for fresh URLs.
    """

    id: str
    kind: Literal["erasure", "export"]
    status: Literal["queued", "running", "completed", "failed"]
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
    text: str
    attachments: list[Attachment]
    mentions: list[str]
    custom: dict[str, Any]
    show_in_conversation: bool
    pinned_at: str | None
    pinned_by: str | None
    created_at: str
    edited_at: str | None
    deleted_at: str | None
    version: int
    reactions: dict[str, ReactionSummary]
    reply_count: int
    last_reply_at: str | None


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


class PageConversationSummary(TypedDict):
    data: list[ConversationSummary]
    next_cursor: str | None
    prev_cursor: str | None


class PageMessage(TypedDict):
    data: list[Message]
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


class PageSearchFailure(TypedDict):
    data: list[SearchFailure]
    next_cursor: str | None
    prev_cursor: str | None


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


class PageThread(TypedDict):
    data: list[Thread]
    next_cursor: str | None
    prev_cursor: str | None


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
        | ReactionAdded
        | ReactionRemoved
        | ConversationCreated
        | ConversationUpdated
        | ConversationArchived
        | MemberAdded
        | MemberRemoved
        | MemberUpdated
        | ReadUpdated
        | DeliveredUpdated
        | ThreadUpdated
        | TypingStarted
        | TypingStopped
        | PresenceChanged
        | MediaReady
        | MediaRejected
        | UserUpdated
        | UserDeleted
        | SearchMatched
        | WebhookDisabled
    ]
    next_cursor: str
    has_more: bool


Event = (
    MessageCreated
    | MessageUpdated
    | MessageDeleted
    | ReactionAdded
    | ReactionRemoved
    | ConversationCreated
    | ConversationUpdated
    | ConversationArchived
    | MemberAdded
    | MemberRemoved
    | MemberUpdated
    | ReadUpdated
    | DeliveredUpdated
    | ThreadUpdated
    | TypingStarted
    | TypingStopped
    | PresenceChanged
    | MediaReady
    | MediaRejected
    | UserUpdated
    | UserDeleted
    | SearchMatched
    | WebhookDisabled
)
"""Something that happened, delivered at least once: drop an `id` that you have, and a `version` of an `entity_id` that is lower than the one that you have. `data` is the state of the entity, never a difference."""

ReplayedEvent = (
    MessageCreated
    | MessageUpdated
    | MessageDeleted
    | ReactionAdded
    | ReactionRemoved
    | ConversationCreated
    | ConversationUpdated
    | ConversationArchived
    | MemberAdded
    | MemberRemoved
    | MemberUpdated
    | ReadUpdated
    | DeliveredUpdated
    | ThreadUpdated
    | TypingStarted
    | TypingStopped
    | PresenceChanged
    | MediaReady
    | MediaRejected
    | UserUpdated
    | UserDeleted
    | SearchMatched
    | WebhookDisabled
    | Gap
)
"""An event, or a marker of what was missed"""

"""The refusals, a class for each. Domains raise them; `parley.http.problems` alone renders them.

The classes stand in the order of this tree: by status, then by name. All are in one module, since every function
imports them and a module for each domain would cost its own import.

ParleyError
├── BadRequest 400
│       ActingUserRequired, InvalidCursor, InvalidIdempotencyKey, InvalidQuery, MalformedRequest
├── Unauthenticated 401
│       TokenAudienceRefused, TokenExpired, TokenIssuerRefused, TokenKeyUnknown, TokenMalformed, TokenNotYetValid,
│       TokenRevoked, TokenSignatureInvalid, UserDeactivated
├── Forbidden 403
│       ActingUserRefused, Banned, Blocked, ConversationFrozen, EditWindowClosed, InsufficientRole, JoinRequestRequired,
│       NotAMember, NotInTeam, NotTheAuthor, OperatorRequired, PollAnonymous, ReceiptsHidden, ServerTokenRequired,
│       TeamRequired, TenantSuspended, TranslationOff
├── NotFound 404
│       AnnouncementNotFound, BlockListNotFound, CaseNotFound, CommandUnknown, ConversationNotFound,
│       ConversationTypeNotFound, DecisionNotFound, DeliveryNotFound, DeviceNotFound, DraftNotFound, ExportNotFound,
│       FlagNotFound, ImportNotFound, InviteLinkNotFound, InviteNotFound, IssuerNotFound, JobNotFound,
│       JoinRequestNotFound, KeyNotFound, MediaNotFound, MemberNotFound, MessageNotFound, PollNotFound, RouteNotFound,
│       SavedSearchNotFound, ScheduledMessageNotFound, ShadowBanNotFound, TenantNotFound, UploadNotFound,
│       UserGroupNotFound, UserNotFound, VariantNotFound, WebhookNotFound
├── Conflict 409
│       AlreadyAMember, AnnouncementEnded, AppealAnswered, AppealClosed, AttachmentNotReady, CaseClaimed, CaseDecided,
│       ConversationArchived, ConversationTypeInUse, FlagResolved, HandleTaken, ImportFileMissing, ImportNotReady,
│       IssuerExists, JoinRequestsOff, LastKey, LastOwner, MediaNotReady, MediaRejected, MessageDeleted,
│       MessageForwarded, NoSigningSecret, PartsMissing, PollClosed, RebuildUnderWay, RequestInFlight,
│       ScheduledMessageBeingSent, SearchIndexMissing, TenantExists, TooManyAlerts, TooManyAnnouncements,
│       TooManyBookmarks, TooManyCommands, TooManyConversationTypes, TooManyEdits, TooManyHolds, TooManyInviteLinks,
│       TooManyIssuers, TooManyKeys, TooManyPins, TooManyReactions, TooManySavedSearches, TooManyScheduledMessages,
│       TooManySecrets, TooManyUserGroups, TooManyWatchers, TooManyWatches, TooManyWebhooks, UploadClosed,
│       UserBeingErased, UserHeld, WebhookDisabled, WrongJobStatus
├── VersionConflict 412
├── TooLarge 413
│       MediaTooLarge, QuotaExceeded
├── UnsupportedMediaType 415
│       MediaTypeNotAllowed
├── Unprocessable 422
│       AttachmentNotFound, AttachmentRejected, CommandFailed, CommandTimedOut, IdempotencyKeyReused, InvalidChecksums,
│       InvalidPartNumbers, InvalidPoll, InvalidReaction, InvalidVotes, InvalidWebhookUrl, IssuerUnusable,
│       MessageRefused, MessageTooLong, MessageTooOld, NothingToForward, NothingToTranslate, NotOnOneself,
│       NotTranslatable, ParentNotFound, QuotedMessageNotFound, TooManyConversations, UnknownMembers, ValidationFailed
├── RateLimited 429
│       SlowMode
└── Unavailable 503
        ModerationUnavailable, SearchUnavailable, TranslationUnavailable
"""

from typing import ClassVar


class ParleyError(Exception):
    """A refusal with a stable `code`, an HTTP `status`, a `title` and a `detail` that is safe to show.

    `fields` become further members of the problem document. `retryable`: the same request may succeed later.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Internal error"
    retryable: ClassVar[bool] = False

    def __init__(self, detail: str = "", *, retry_after: int | None = None, **fields: object) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.retry_after = retry_after
        self.fields = fields


class BadRequest(ParleyError):
    status = 400
    code = "bad_request"
    title = "Bad request"


class ActingUserRequired(BadRequest):
    code = "acting_user_required"
    title = "A server token names the user it acts for in X-Acting-User"


class InvalidCursor(BadRequest):
    code = "invalid_cursor"
    title = "The cursor is malformed, or of another list, order or filter"


class InvalidIdempotencyKey(BadRequest):
    code = "invalid_idempotency_key"
    title = "An Idempotency-Key has 1 to 255 visible ASCII characters"


class InvalidQuery(BadRequest):
    """`position` is where in the query, in code points from 0, it is not understood."""

    code = "invalid_query"
    title = "The search query is not understood"


class MalformedRequest(BadRequest):
    code = "malformed_request"
    title = "The request is malformed"


class Unauthenticated(ParleyError):
    status = 401
    code = "unauthenticated"
    title = "The request carries no valid token"


class TokenAudienceRefused(Unauthenticated):
    code = "token_audience_refused"
    title = "The token is for another audience"


class TokenExpired(Unauthenticated):
    code = "token_expired"
    title = "The token has expired"


class TokenIssuerRefused(Unauthenticated):
    code = "token_issuer_refused"
    title = "The token is of another issuer"


class TokenKeyUnknown(Unauthenticated):
    code = "token_key_unknown"
    title = "The key that the token names is not known, or no longer"


class TokenMalformed(Unauthenticated):
    code = "token_malformed"
    title = "The token is malformed"


class TokenNotYetValid(Unauthenticated):
    code = "token_not_yet_valid"
    title = "The token is not valid yet"


class TokenRevoked(Unauthenticated):
    code = "token_revoked"
    title = "The token has been revoked"


class TokenSignatureInvalid(Unauthenticated):
    code = "token_signature_invalid"
    title = "The key that the token names did not sign it"


class UserDeactivated(Unauthenticated):
    code = "user_deactivated"
    title = "The tenant has deactivated the user"


class Forbidden(ParleyError):
    status = 403
    code = "forbidden"
    title = "Not allowed"


class ActingUserRefused(Forbidden):
    code = "acting_user_refused"
    title = "Only a server token may act for another user"


class Banned(Forbidden):
    code = "banned"
    title = "The user has been banned from the conversation"


class Blocked(Forbidden):
    code = "blocked"
    title = "The other user takes no direct messages from the caller"


class ConversationFrozen(Forbidden):
    code = "conversation_frozen"
    title = "The conversation is frozen: only its moderators and admins write"


class EditWindowClosed(Forbidden):
    code = "edit_window_closed"
    title = "The message is too old to be edited"


class InsufficientRole(Forbidden):
    code = "insufficient_role"
    title = "The caller's role in the conversation does not allow this"


class JoinRequestRequired(Forbidden):
    code = "join_request_required"
    title = "Who wants to join this channel asks its admins"


class NotAMember(Forbidden):
    code = "not_a_member"
    title = "Join the channel first"


class NotInTeam(Forbidden):
    """`user_ids` are those who are not, where others than the caller are meant."""

    code = "not_in_team"
    title = "A conversation of a team is for users of that team"


class NotTheAuthor(Forbidden):
    code = "not_the_author"
    title = "Only the author may do this"


class OperatorRequired(Forbidden):
    code = "operator_required"
    title = "Only the operator may do this"


class PollAnonymous(Forbidden):
    code = "poll_anonymous"
    title = "Nobody is shown who voted for what in this poll"


class ReceiptsHidden(Forbidden):
    code = "receipts_hidden"
    title = "The tenant shows nobody how far others have read"


class ServerTokenRequired(Forbidden):
    code = "server_token_required"
    title = "Only a server token may do this"


class TeamRequired(Forbidden):
    code = "team_required"
    title = "Users open conversations in a team of theirs"


class TenantSuspended(Forbidden):
    code = "tenant_suspended"
    title = "The tenant is suspended"


class TranslationOff(Forbidden):
    code = "translation_off"
    title = "The tenant has nobody translate"


class NotFound(ParleyError):
    status = 404
    code = "not_found"
    title = "Not found"


class AnnouncementNotFound(NotFound):
    code = "announcement_not_found"
    title = "No such announcement, or it is no longer kept"


class BlockListNotFound(NotFound):
    code = "block_list_not_found"
    title = "The tenant has no block list"


class CaseNotFound(NotFound):
    code = "case_not_found"
    title = "Nobody has reported such a message"


class CommandUnknown(NotFound):
    code = "command_unknown"
    title = "There is no such command, or it is switched off"


class ConversationNotFound(NotFound):
    code = "conversation_not_found"
    title = "No such conversation"


class ConversationTypeNotFound(NotFound):
    code = "conversation_type_not_found"
    title = "The tenant has declared no such type of conversations"


class DecisionNotFound(NotFound):
    code = "decision_not_found"
    title = "There is no such decision"


class DeliveryNotFound(NotFound):
    code = "delivery_not_found"
    title = "No such delivery, or it is no longer kept"


class DeviceNotFound(NotFound):
    code = "device_not_found"
    title = "No such device"


class DraftNotFound(NotFound):
    code = "draft_not_found"
    title = "There is no such draft"


class ExportNotFound(NotFound):
    code = "export_not_found"
    title = "No such export"


class FlagNotFound(NotFound):
    code = "flag_not_found"
    title = "No such report"


class ImportNotFound(NotFound):
    code = "import_not_found"
    title = "No such import"


class InviteLinkNotFound(NotFound):
    code = "invite_link_not_found"
    title = "No such invite link, or it is over, used up or removed"


class InviteNotFound(NotFound):
    code = "invite_not_found"
    title = "No such invite, or it is over"


class IssuerNotFound(NotFound):
    code = "issuer_not_found"
    title = "There is no such issuer"


class JobNotFound(NotFound):
    code = "job_not_found"
    title = "No such job"


class JoinRequestNotFound(NotFound):
    code = "join_request_not_found"
    title = "The user does not ask to join"


class KeyNotFound(NotFound):
    code = "key_not_found"
    title = "No such signing key"


class MediaNotFound(NotFound):
    code = "media_not_found"
    title = "No such media"


class MemberNotFound(NotFound):
    code = "member_not_found"
    title = "No such member of the conversation"


class MessageNotFound(NotFound):
    code = "message_not_found"
    title = "No such message"


class PollNotFound(NotFound):
    code = "poll_not_found"
    title = "The message has no poll"


class RouteNotFound(NotFound):
    code = "route_not_found"
    title = "No such route"


class SavedSearchNotFound(NotFound):
    code = "saved_search_not_found"
    title = "The caller has no such saved search"


class ScheduledMessageNotFound(NotFound):
    code = "scheduled_message_not_found"
    title = "There is no such message to be sent: it was never there, was taken back, or has been sent"


class ShadowBanNotFound(NotFound):
    code = "shadow_ban_not_found"
    title = "The user is not shadow-banned everywhere"


class TenantNotFound(NotFound):
    code = "tenant_not_found"
    title = "No such tenant"


class UploadNotFound(NotFound):
    code = "upload_not_found"
    title = "No such upload"


class UserGroupNotFound(NotFound):
    code = "user_group_not_found"
    title = "No such user group"


class UserNotFound(NotFound):
    code = "user_not_found"
    title = "No such user"


class VariantNotFound(NotFound):
    code = "variant_not_found"
    title = "The media has no such variant"


class WebhookNotFound(NotFound):
    code = "webhook_not_found"
    title = "No such webhook"


class Conflict(ParleyError):
    status = 409
    code = "conflict"
    title = "The state does not allow this now"


class AlreadyAMember(Conflict):
    code = "already_a_member"
    title = "The user is a member already"


class AnnouncementEnded(Conflict):
    code = "announcement_ended"
    title = "The announcement has ended"


class AppealAnswered(Conflict):
    """`outcome` is how."""

    code = "appeal_answered"
    title = "The appeal has been answered in another way"


class AppealClosed(Conflict):
    code = "appeal_closed"
    title = "There is nothing to appeal against, or no longer"


class AttachmentNotReady(Conflict):
    """`media_ids` are those that are still being uploaded or checked."""

    code = "attachment_not_ready"
    title = "Some of the attachments have not been checked yet"
    retryable = True


class CaseClaimed(Conflict):
    """`moderator_id` is who has it, `expires_at` up to when."""

    code = "case_claimed"
    title = "Another moderator has the case"


class CaseDecided(Conflict):
    """`decision_id` is the decision, where there is one."""

    code = "case_decided"
    title = "The case has been decided"


class ConversationArchived(Conflict):
    code = "conversation_archived"
    title = "The conversation is archived"


class ConversationTypeInUse(Conflict):
    code = "conversation_type_in_use"
    title = "Conversations have been made of this type"


class FlagResolved(Conflict):
    """`resolution` is how."""

    code = "flag_resolved"
    title = "The report has been resolved in another way"


class HandleTaken(Conflict):
    code = "handle_taken"
    title = "Another user group has this handle"


class ImportFileMissing(Conflict):
    code = "import_file_missing"
    title = "The file has not been uploaded"


class ImportNotReady(Conflict):
    code = "import_not_ready"
    title = "The import is past this or not there yet"


class IssuerExists(Conflict):
    code = "issuer_exists"
    title = "Tokens of this issuer for this audience are taken already"


class JoinRequestsOff(Conflict):
    code = "join_requests_off"
    title = "Anybody may join the channel without asking"


class LastKey(Conflict):
    code = "last_key"
    title = "Without this key the tenant could sign no token"


class LastOwner(Conflict):
    code = "last_owner"
    title = "The last owner hands over first"


class MediaNotReady(Conflict):
    code = "media_not_ready"
    title = "The media has not been checked yet"
    retryable = True


class MediaRejected(Conflict):
    """`reason` says which check failed."""

    code = "media_rejected"
    title = "The media failed its check"


class MessageDeleted(Conflict):
    code = "message_deleted"
    title = "The message has been deleted"


class MessageForwarded(Conflict):
    code = "message_forwarded"
    title = "A forwarded message says what somebody else said: it is not edited"


class NoSigningSecret(Conflict):
    code = "no_signing_secret"
    title = "The tenant has no HS256 key that Parley could sign with"


class PartsMissing(Conflict):
    """`missing_parts` are their numbers; parts of a wrong size are among them."""

    code = "parts_missing"
    title = "Some parts have not arrived"


class PollClosed(Conflict):
    code = "poll_closed"
    title = "The poll is closed"


class RebuildUnderWay(Conflict):
    """`job_id` is the rebuild that is to be finished first."""

    code = "rebuild_under_way"
    title = "Another rebuild has not been confirmed or given up yet"


class RequestInFlight(Conflict):
    code = "request_in_flight"
    title = "A request with the same Idempotency-Key is being worked on"
    retryable = True


class ScheduledMessageBeingSent(Conflict):
    code = "scheduled_message_being_sent"
    title = "The message is being sent: it cannot be changed or taken back any more"


class SearchIndexMissing(Conflict):
    code = "search_index_missing"
    title = "An index to go on from is missing; rebuild from the table"


class TenantExists(Conflict):
    code = "tenant_exists"
    title = "A tenant has this id"


class TooManyAlerts(Conflict):
    code = "too_many_alerts"
    title = "As many saved searches of the tenant notify as may"


class TooManyAnnouncements(Conflict):
    code = "too_many_announcements"
    title = "As many announcements wait or are being sent as may"


class TooManyBookmarks(Conflict):
    code = "too_many_bookmarks"
    title = "Too many bookmarks"


class TooManyCommands(Conflict):
    code = "too_many_commands"
    title = "The tenant has as many commands as it may"


class TooManyConversationTypes(Conflict):
    code = "too_many_conversation_types"
    title = "The tenant has declared as many types of conversations as it may"


class TooManyEdits(Conflict):
    code = "too_many_edits"
    title = "The message has been edited as often as it may be"


class TooManyHolds(Conflict):
    code = "too_many_holds"
    title = "The tenant has as many holds as it may"


class TooManyInviteLinks(Conflict):
    code = "too_many_invite_links"
    title = "The conversation has as many invite links as it may have"


class TooManyIssuers(Conflict):
    code = "too_many_issuers"
    title = "The tenant has as many issuers as it can have"


class TooManyKeys(Conflict):
    code = "too_many_keys"
    title = "The tenant has as many signing keys as it may"


class TooManyPins(Conflict):
    code = "too_many_pins"
    title = "The conversation has as many pinned messages as it may have"


class TooManyReactions(Conflict):
    code = "too_many_reactions"
    title = "The message has as many kinds of reactions as it may have"


class TooManySavedSearches(Conflict):
    code = "too_many_saved_searches"
    title = "The caller has as many saved searches as they may"


class TooManyScheduledMessages(Conflict):
    code = "too_many_scheduled_messages"
    title = "Too many messages wait to be sent"


class TooManySecrets(Conflict):
    code = "too_many_secrets"
    title = "As many earlier secrets sign still as may"


class TooManyUserGroups(Conflict):
    code = "too_many_user_groups"
    title = "The tenant has as many user groups as it may"


class TooManyWatchers(Conflict):
    code = "too_many_watchers"
    title = "As many connections watch the conversation as may"


class TooManyWatches(Conflict):
    code = "too_many_watches"
    title = "The connection watches as many conversations as it may"


class TooManyWebhooks(Conflict):
    code = "too_many_webhooks"
    title = "The tenant has as many webhooks as it may"


class UploadClosed(Conflict):
    """`upload_status` is what became of it."""

    code = "upload_closed"
    title = "The upload is no longer open"


class UserBeingErased(Conflict):
    """`job_id` is the erasure that is to end first."""

    code = "user_being_erased"
    title = "The user is being erased"


class UserHeld(Conflict):
    """Until it is released or ends, the user is not erased."""

    code = "user_held"
    title = "A hold covers the user, or a conversation that they are or were in"


class WebhookDisabled(Conflict):
    code = "webhook_disabled"
    title = "The webhook is disabled"


class WrongJobStatus(Conflict):
    """`job_status` is what the rebuild is."""

    code = "wrong_job_status"
    title = "The rebuild is past this or not there yet"


class VersionConflict(ParleyError):
    status = 412
    code = "version_conflict"
    title = "The resource has changed since it was read"


class TooLarge(ParleyError):
    status = 413
    code = "too_large"
    title = "The request is too large"


class MediaTooLarge(TooLarge):
    """`max_bytes` is the tenant's ceiling."""

    code = "media_too_large"
    title = "The file is larger than the tenant allows"


class QuotaExceeded(TooLarge):
    """`scope` is `user` or `tenant`."""

    code = "quota_exceeded"
    title = "The file does not fit in the storage quota"


class UnsupportedMediaType(ParleyError):
    status = 415
    code = "unsupported_media_type"
    title = "The body must be application/json"


class MediaTypeNotAllowed(UnsupportedMediaType):
    code = "media_type_not_allowed"
    title = "Files of this type are not accepted"


class Unprocessable(ParleyError):
    status = 422
    code = "unprocessable"
    title = "The request cannot be processed"


class AttachmentNotFound(Unprocessable):
    """`media_ids` are those that the sender has not uploaded."""

    code = "attachment_not_found"
    title = "Some of the attachments are not the sender's"


class AttachmentRejected(Unprocessable):
    """`media_ids` are those that failed their check."""

    code = "attachment_rejected"
    title = "Some of the attachments were rejected"


class CommandFailed(Unprocessable):
    """`reason` is a word for what came of calling its server."""

    code = "command_failed"
    title = "The command's server did not answer as it should"


class CommandTimedOut(Unprocessable):
    code = "command_timed_out"
    title = "The command's server took too long to answer"


class IdempotencyKeyReused(Unprocessable):
    code = "idempotency_key_reused"
    title = "The Idempotency-Key was used with another body"


class InvalidChecksums(Unprocessable):
    code = "invalid_checksums"
    title = "Each part of this upload is signed with its checksum"


class InvalidPartNumbers(Unprocessable):
    code = "invalid_part_numbers"
    title = "The upload has no such parts"


class InvalidPoll(Unprocessable):
    code = "invalid_poll"
    title = "The poll cannot be voted on as it is asked"


class InvalidReaction(Unprocessable):
    code = "invalid_reaction"
    title = "A reaction is one emoji, or a :name: of up to 32 characters"


class InvalidVotes(Unprocessable):
    code = "invalid_votes"
    title = "Those are not votes that the poll takes"


class InvalidWebhookUrl(Unprocessable):
    code = "invalid_webhook_url"
    title = "Webhooks are sent to https addresses on the public internet"


class IssuerUnusable(Unprocessable):
    """`reason` is a word for what came of fetching its keys."""

    code = "issuer_unusable"
    title = "The issuer's keys cannot be had"


class MessageRefused(Unprocessable):
    """By what the tenant moderates by; what that is, is not told."""

    code = "message_refused"
    title = "The message says what may not be said here"


class MessageTooLong(Unprocessable):
    code = "message_too_long"
    title = "The text is too long"


class MessageTooOld(Unprocessable):
    code = "message_too_old"
    title = "The message is too far back to be marked as unread"


class NotOnOneself(Unprocessable):
    code = "not_on_oneself"
    title = "Nobody does this to themselves"


class NotTranslatable(Unprocessable):
    code = "not_translatable"
    title = "The text cannot be translated into this language"


class NothingToForward(Unprocessable):
    code = "nothing_to_forward"
    title = "The message has no text, location or file that can be sent on"


class NothingToTranslate(Unprocessable):
    code = "nothing_to_translate"
    title = "The message has no text"


class ParentNotFound(Unprocessable):
    code = "parent_not_found"
    title = "A reply hangs on a top-level message of the same conversation that has not been deleted"


class QuotedMessageNotFound(Unprocessable):
    code = "quoted_message_not_found"
    title = "A message quotes one of the same conversation that its author may see and that has not been deleted"


class TooManyConversations(Unprocessable):
    """`limit` is how many conversations one search can look through."""

    code = "too_many_conversations"
    title = "You have more conversations than one search can look through; name one with `conversation_id` or `in:`"


class UnknownMembers(Unprocessable):
    code = "unknown_members"
    title = "Some of the members do not exist"


class ValidationFailed(Unprocessable):
    """`errors` is a list of `{pointer, code, detail}`: a JSON pointer into the body, or `?name` for a parameter."""

    code = "validation_failed"
    title = "The request does not fit the contract"

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__(errors=errors)


class RateLimited(ParleyError):
    status = 429
    code = "rate_limited"
    title = "Too many requests"
    retryable = True


class SlowMode(RateLimited):
    """`Retry-After` is the moment from which the member may send again."""

    code = "slow_mode"
    title = "The conversation is in slow mode: wait before the next message"


class Unavailable(ParleyError):
    status = 503
    code = "unavailable"
    title = "A dependency does not answer; try again"
    retryable = True

    def __init__(self, detail: str = "", *, retry_after: int = 1) -> None:
        super().__init__(detail, retry_after=retry_after)


class ModerationUnavailable(Unavailable):
    code = "moderation_unavailable"
    title = "The message cannot be checked now; try again"


class SearchUnavailable(Unavailable):
    code = "search_unavailable"
    title = "Search does not answer now; everything else works"


class TranslationUnavailable(Unavailable):
    code = "translation_unavailable"
    title = "Nothing is translated now; try again"

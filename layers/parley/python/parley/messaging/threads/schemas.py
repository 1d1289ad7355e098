"""What crosses the wire about threads."""

from pydantic import Field

from parley.messaging.vocabulary import AttachedKind
from parley.wire import Answer, Body, Timestamp


class ThreadMessage(Answer):
    """A message of a thread in short; the text is cut after 160 bytes."""

    id: str
    seq: int = Field(description="Its place in the conversation or, of a reply, in the thread")
    author_id: str
    text: str
    attachments: list[AttachedKind] = Field(
        default_factory=list, description="What the attached files are, in order, and a location"
    )
    created_at: Timestamp
    deleted: bool = False


class Thread(Answer):
    """The replies to a message, and how the caller follows them. What is not followed has no unread count."""

    id: str = Field(description="The id of the message that the replies hang on, their `parent_id`")
    conversation_id: str
    root: ThreadMessage
    reply_count: int
    last_reply: ThreadMessage | None = Field(description="The newest reply that has not been deleted")
    last_activity_at: Timestamp | None = Field(description="When somebody last replied")
    following: bool
    unread_count: int = Field(description="Replies of others after the caller's read position")
    read_seq: int | None = Field(description="How far the caller has read; null where they do not follow")
    read_at: Timestamp | None


class MarkThreadRead(Body):
    """How far the caller has read in a thread: up to a reply, or to the end."""

    reply_id: str | None = Field(None, max_length=80)


class UnreadThread(Answer):
    id: str = Field(description="The id of the message that the replies hang on")
    conversation_id: str
    unread_count: int
    muted: bool = Field(description="Whether the caller has muted the conversation")


class UnreadThreads(Answer):
    """What is unread in the threads that the caller follows. Those of muted conversations are counted apart."""

    total: int = Field(description="Unread replies in conversations that are not muted")
    muted_total: int
    threads: list[UnreadThread] = Field(description="Those with unread replies, the newest reply first")

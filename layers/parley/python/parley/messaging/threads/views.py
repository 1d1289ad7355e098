"""From stored threads to what those who follow them see."""

from parley import clock
from parley.ids import MessageAddress
from parley.messaging.conversations.previews import preview_text
from parley.messaging.items import MessageItem, SequenceItem, ThreadFollowItem
from parley.messaging.messages.views import message_address
from parley.messaging.sequence import count_live_after
from parley.messaging.threads.schemas import Thread, ThreadMessage
from parley.wire import moment


def message_in_short(item: MessageItem) -> ThreadMessage:
    deleted = item.deleted_at is not None
    return ThreadMessage(
        id=str(message_address(item)),
        seq=int(item.seq),
        author_id=item.author_id or "",
        text="" if deleted else preview_text(item.heading),
        attachments=[] if deleted else item.kinds,
        created_at=clock.to_datetime(int(item.created_at)),
        deleted=deleted,
    )


def thread_view(
    root: MessageAddress,
    item: MessageItem,
    thread: SequenceItem | None,
    last_reply: MessageItem | None,
    follow: ThreadFollowItem | None,
) -> Thread:
    """The thread as its follower sees it; `thread` is None where nobody has replied yet."""
    following = follow is not None and follow.is_followed
    read_seq = int(follow.read_seq) if follow is not None and following else None
    return Thread(
        id=str(root),
        conversation_id=root.conversation_id,
        root=message_in_short(item),
        reply_count=0 if thread is None else int(thread.seq) - int(thread.gap_count),
        last_reply=None if last_reply is None else message_in_short(last_reply),
        last_activity_at=None if thread is None else moment(thread.given_at),
        following=following,
        unread_count=0 if thread is None or read_seq is None else count_live_after(thread, read_seq),
        read_seq=read_seq,
        read_at=moment(follow.read_at) if follow is not None and following else None,
    )

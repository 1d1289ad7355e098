"""What is stored of a draft."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from parley.ids import MessageAddress
from parley.tables.items import ChatItem


class DraftItem(ChatItem):
    """`T#<tenant>#U#<user>` / `DRAFT#<conversation>#<root seq>`: a message that a user has not sent yet.

    Each conversation has one, at number 0, and each thread one at that of the message which its replies hang on. One
    that is made anew begins at the clock's milliseconds, so it is newer than the one that went.
    """

    entity = UnicodeAttribute(default="draft")
    conversation_id = UnicodeAttribute()
    root_seq = NumberAttribute(null=True)
    text = UnicodeAttribute(null=True)
    attachments = ListAttribute(of=UnicodeAttribute, null=True)
    mentions = ListAttribute(of=UnicodeAttribute, null=True)
    mentioned_groups = ListAttribute(of=UnicodeAttribute, null=True)
    show_in_conversation = BooleanAttribute(null=True)
    quoted_message_id = UnicodeAttribute(null=True)
    custom = JSONAttribute(null=True)
    updated_at = NumberAttribute()

    @property
    def root(self) -> MessageAddress | None:
        """The message that it replies to; None for a draft of the conversation's."""
        return None if self.root_seq is None else MessageAddress(self.conversation_id, int(self.root_seq))


SAYS = ("text", "attachments", "mentions", "mentioned_groups", "show_in_conversation", "quoted_message_id", "custom")
"""What the message will say."""

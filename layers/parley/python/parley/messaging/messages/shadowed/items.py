"""What is stored of a message that only its author is shown."""

from pynamodb.attributes import UnicodeAttribute

from parley.messaging.items import MessageItem


class ShadowedMessageItem(MessageItem):
    """`T#<tenant>#C#<conversation>` / `S#<seq>#<user>`, a reply `S#<root seq>#<user>#<seq>`: shown to this user alone.

    The place of its number is void, so whoever reads messages does not find it. `gpk`, `gsk` list it among what the
    user has posted so, but for the place that a reply has in the conversation.
    """

    entity = UnicodeAttribute(default="shadowed_message")
    gpk = UnicodeAttribute(null=True)
    gsk = UnicodeAttribute(null=True)

"""From stored drafts to what their owner sees."""

from parley import clock
from parley.drafts.items import DraftItem
from parley.drafts.schemas import Draft


def draft_view(item: DraftItem) -> Draft:
    return Draft(
        conversation_id=item.conversation_id,
        parent_id=None if item.root is None else str(item.root),
        text=item.text or "",
        attachments=list(item.attachments or []),
        mentions=list(item.mentions or []),
        mentioned_groups=list(item.mentioned_groups or []),
        show_in_conversation=bool(item.show_in_conversation),
        quoted_message_id=item.quoted_message_id,
        custom=item.custom or {},
        updated_at=clock.to_datetime(int(item.updated_at)),
        version=int(item.version),
    )

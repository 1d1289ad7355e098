"""What is stored about webhooks: the webhook, and the log of its deliveries. Secrets are `parley.outbound.items`."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from parley.tables.items import ChatItem, ControlItem


class WebhookItem(ChatItem):
    """`T#<tenant>#HOOKS` / `WEBHOOK#<id>`. `events` empty is all. `disabled_by` is `tenant` or `parley`."""

    entity = UnicodeAttribute(default="webhook")
    webhook_id = UnicodeAttribute()
    url = UnicodeAttribute()
    description = UnicodeAttribute(null=True)
    events = UnicodeSetAttribute(null=True)
    disabled_at = NumberAttribute(null=True)
    disabled_by = UnicodeAttribute(null=True)
    disabled_reason = UnicodeAttribute(null=True)
    created_at = NumberAttribute()
    updated_at = NumberAttribute()


class DeliveryItem(ControlItem):
    """`T#<tenant>#WH#<id>` / `D#<delivery>`: one event on its way to one endpoint, kept for a week."""

    entity = UnicodeAttribute(default="webhook_delivery")
    delivery_id = UnicodeAttribute()
    event_type = UnicodeAttribute()
    event_id = UnicodeAttribute()
    event = JSONAttribute()
    status = UnicodeAttribute()
    attempts = NumberAttribute(default=0)
    created_at = NumberAttribute()
    attempted_at = NumberAttribute(null=True)
    next_attempt_at = NumberAttribute(null=True)
    response_status = NumberAttribute(null=True)
    failure = UnicodeAttribute(null=True)
    response = UnicodeAttribute(null=True)
    duration_ms = NumberAttribute(null=True)

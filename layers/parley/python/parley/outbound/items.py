"""What is stored about the servers of tenants that Parley calls: what signs the calls, and how an endpoint fares."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from parley.tables.items import ControlItem


class WebhookSecretItem(ControlItem):
    """`T#<tenant>#HOOKS` / `WEBHOOK#<id>` in `control`: what signs a webhook, without an expiry. See docs/adr/0016.

    The pre-send webhook's is at `T#<tenant>#PRESEND` / `SECRET`, so that a send can read that one alone.

    `previous` signs beside `current` until `previous_until`. `made_with` is derived from the Idempotency-Key of the
    request that made `current`.
    """

    entity = UnicodeAttribute(default="webhook_secret")
    current = UnicodeAttribute()
    previous = UnicodeAttribute(null=True)
    previous_until = NumberAttribute(null=True)
    made_with = UnicodeAttribute(null=True)


class EndpointItem(ControlItem):
    """`T#<tenant>#WH#<id>` or `T#<tenant>#PRESEND` / `ENDPOINT`: the circuit of an endpoint, which failures write."""

    entity = UnicodeAttribute(default="webhook_endpoint")
    failures = NumberAttribute(default=0)
    failing_since = NumberAttribute(null=True)
    open_until = NumberAttribute(null=True)

"""What is stored about the servers of tenants that Parley calls: what signs the calls, and how an endpoint fares."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from parley.tables.items import ControlItem


class WebhookSecretItem(ControlItem):
    """`T#<tenant>#HOOKS` / `WEBHOOK#<id>` in `control`: what signs a webhook, without an expiry. See docs/adr/0016.

    That of servers which are asked while somebody waits is at `T#<tenant>#PRESEND#KEY` / `SECRET`, so that a send can
    read that one alone.

    `earlier` holds the secrets that sign beside `current`, each with the moment at which it ends; older items have
    one, in `previous` and `previous_until`. `made_with` is derived from the Idempotency-Key of the request that
    made `current`.
    """

    entity = UnicodeAttribute(default="webhook_secret")
    current = UnicodeAttribute()
    earlier = JSONAttribute(null=True)
    previous = UnicodeAttribute(null=True)
    previous_until = NumberAttribute(null=True)
    made_with = UnicodeAttribute(null=True)


class EndpointItem(ControlItem):
    """`T#<tenant>#WH#<id>` or `T#<tenant>#PRESEND` / `ENDPOINT`: the circuit of an endpoint, which failures write.

    That of the server that translates is at `T#<tenant>#PRESEND` / `TRANSLATOR`.
    """

    entity = UnicodeAttribute(default="webhook_endpoint")
    failures = NumberAttribute(default=0)
    failing_since = NumberAttribute(null=True)
    open_until = NumberAttribute(null=True)

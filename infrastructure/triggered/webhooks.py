"""The function that sends events to tenants' servers."""

from infrastructure.access import chat, control
from infrastructure.triggered.triggered import Deliveries, Trigger, Triggered
from infrastructure.uses.queues import Consumed
from infrastructure.uses.webhooks import Webhooks

DELIVER = Triggered(
    "webhooks/deliver",
    "sends events to tenants' servers",
    Deliveries(),
    (
        chat("GetItem UpdateItem", "webhooks"),
        control("BatchGetItem", "webhooks", "webhook_log"),
        control("UpdateItem DeleteItem", "webhook_log"),
        Webhooks("deliver"),
        Consumed("deliveries"),
    ),
    timeout=60,
)
"""Ten deliveries, five at once, of at most 16 s each."""
FUNCTIONS: tuple[Triggered[Trigger], ...] = (DELIVER,)

"""Webhooks: whether a delivery is Parley's, and what it says.

`receiver` of `parley_client.webhooks.fastapi`, `.flask` and `.django` makes a view of a function that takes an event.
"""

from parley_client.webhooks.deliveries import Deliveries, NotParleys

__all__ = ["Deliveries", "NotParleys"]

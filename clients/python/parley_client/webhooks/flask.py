"""A view for Flask.

>>> app.post("/hooks/parley")(receiver(os.environ["PARLEY_WEBHOOK_SECRET"], handle=remember))
"""

from collections.abc import Callable

from flask import Response, request

from parley_client.generated.models import Event
from parley_client.webhooks.deliveries import Deliveries, NotParleys


def receiver(*secrets: str, handle: Callable[[Event], None]) -> Callable[[], Response]:
    """A view that calls `handle` with each event, and answers 400 to what is not Parley's.

    Where `handle` raises, Parley tries again. Two secrets while one takes the place of the other.
    """
    deliveries = Deliveries(*secrets)

    def receive() -> Response:
        try:
            event = deliveries.verify(request.get_data(), dict(request.headers))
        except NotParleys:
            return Response(status=400)
        handle(event)
        return Response(status=204)

    return receive

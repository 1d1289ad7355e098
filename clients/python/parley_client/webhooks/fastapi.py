"""A path operation for FastAPI, or an endpoint for Starlette.

>>> app.post("/hooks/parley")(receiver(os.environ["PARLEY_WEBHOOK_SECRET"], handle=remember))
"""

from collections.abc import Awaitable, Callable

from fastapi import Request, Response

from parley_client.generated.models import Event
from parley_client.webhooks.deliveries import Deliveries, NotParleys


def receiver(*secrets: str, handle: Callable[[Event], Awaitable[None]]) -> Callable[[Request], Awaitable[Response]]:
    """A view that awaits `handle` with each event, and answers 400 to what is not Parley's.

    Where `handle` raises, Parley tries again. Two secrets while one takes the place of the other.
    """
    deliveries = Deliveries(*secrets)

    async def receive(request: Request) -> Response:
        try:
            event = deliveries.verify(await request.body(), request.headers)
        except NotParleys:
            return Response(status_code=400)
        await handle(event)
        return Response(status_code=204)

    return receive

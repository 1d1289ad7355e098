"""A view for Django.

>>> path("hooks/parley", receiver(settings.PARLEY_WEBHOOK_SECRET, handle=remember))
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from parley_client.generated.models import Event
from parley_client.webhooks.deliveries import Deliveries, NotParleys


def receiver(*secrets: str, handle: Callable[[Event], None]) -> Callable[[HttpRequest], HttpResponse]:
    """A view that calls `handle` with each event, and answers 400 to what is not Parley's.

    Where `handle` raises, Parley tries again. Two secrets while one takes the place of the other.
    """
    deliveries = Deliveries(*secrets)

    def receive(request: HttpRequest) -> HttpResponse:
        try:
            event = deliveries.verify(request.body, request.headers)
        except NotParleys:
            return HttpResponse(status=400)
        handle(event)
        return HttpResponse(status=204)

    view: Callable[[HttpRequest], HttpResponse] = csrf_exempt(receive)
    return view

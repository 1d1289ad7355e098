"""A delivery to an application of each web framework: the status of its answer."""

from typing import Any


def through_fastapi(app: Any, body: bytes, headers: dict[str, str]) -> int:
    from fastapi.testclient import TestClient  # noqa: PLC0415

    return int(TestClient(app).post("/hooks/parley", content=body, headers=headers).status_code)


def through_flask(app: Any, body: bytes, headers: dict[str, str]) -> int:
    return int(app.test_client().post("/hooks/parley", data=body, headers=headers).status_code)


def through_django(app: Any, body: bytes, headers: dict[str, str]) -> int:
    import django  # noqa: PLC0415
    from django.conf import settings as django_settings  # noqa: PLC0415
    from django.test import RequestFactory  # noqa: PLC0415

    if not django_settings.configured:
        django_settings.configure(ALLOWED_HOSTS=["*"])
        django.setup()
    content_type = headers["content-type"]
    others = {name: value for name, value in headers.items() if name.startswith("webhook-")}
    request = RequestFactory().post("/hooks/parley", body, content_type=content_type, headers=others)
    return int(app(request).status_code)

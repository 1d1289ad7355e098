"""The page of the API on which requests can be tried: Scalar's bundle, and the document that it shows."""

import json
import shutil
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from infrastructure.layers import ROOT

SCALAR = "flask_openapi_scalar/templates/scalar/js/scalar.standalone.js"


def add_reference(page: Path, folder: Path) -> None:
    """Put the page and all that it loads into a folder."""
    shutil.copytree(page, folder)
    shutil.copy(str(distribution("flask-openapi-scalar").locate_file(SCALAR)), folder / "scalar.js")
    document = json.loads((ROOT / "docs" / "openapi.json").read_text())
    (folder / "openapi.json").write_text(json.dumps(triable(document), ensure_ascii=False), encoding="utf-8")


def triable(document: dict[str, Any]) -> dict[str, Any]:
    """The document without examples of optional parameters, which Scalar would send with each request.

    With them a user's request would act for another user, and two requests would have the same `Idempotency-Key`.
    """
    for parameter in _parameters(document):
        if not parameter.get("required"):
            for place in (parameter, parameter.get("schema", {})):
                place.pop("example", None)
                place.pop("examples", None)
    return document


def _parameters(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from document["components"]["parameters"].values()
    for item in document["paths"].values():
        for operation in item.values():
            yield from (each for each in operation.get("parameters", ()) if "$ref" not in each)

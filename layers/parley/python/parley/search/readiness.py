"""Readiness: whether the tables and the search engine answer and its indices are there; the breakers' states."""

import time
from collections.abc import Callable
from typing import Any, Literal, cast

from parley.observability import logger
from parley.operations.schemas import Breaker, Dependency, Readiness
from parley.search.engine import administration, engine_client, indices, routing
from parley.search.engine.indices import FAMILIES
from parley.search.indexing import watermark
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import required_text

MAX_TOLD = 8


class IndicesFaulty(Exception):
    """Indices are missing or behind; says which. `make reindex FROM=table` mends it."""


def do_check() -> Readiness:
    """Ask each dependency once, without retries and past the breaker. Never raises: what fails is told as down."""
    dependencies = [
        _ask("dynamodb", routing.load),
        _ask("opensearch", _engine_health),
        _ask("search_indices", _check_indices),
    ]
    up = {one.name for one in dependencies if one.status == "up"}
    breakers = _breakers() if "dynamodb" in up else []
    ready = len(up) == len(dependencies) and all(one.state == "closed" for one in breakers)
    return Readiness(
        status="ready" if ready else "degraded",
        dependencies=dependencies,
        breakers=breakers,
        indexed_through=watermark.indexed_through() if "dynamodb" in up else None,
    )


def _ask(name: str, question: Callable[[], Any]) -> Dependency:
    started = time.perf_counter()
    status: Literal["up", "down"] = "up"
    detail: str | None = None
    try:
        answer = question()
        detail = answer if isinstance(answer, str) else None
    except Exception as error:  # noqa: BLE001 - whatever it is, the dependency does not answer
        detail = str(error) if isinstance(error, IndicesFaulty) else type(error).__name__
        logger().warning("dependency down", extra={"dependency": name, "failure": detail})
        status = "down"
    return Dependency(
        name=name, status=status, latency_ms=round((time.perf_counter() - started) * 1000, 1), detail=detail
    )


def _engine_health() -> str:
    """The cluster's colour: red is an engine that has lost data, and is down."""
    colour = str(administration.client().cluster.health()["status"])
    if colour == "red":
        raise engine_client.EngineFailed(colour)
    return colour


def _check_indices() -> None:
    """Whether every family that is searched has its index, in the mapping of this code, under its aliases."""
    faults = indices.faults(administration.client(), (*FAMILIES, *routing.load().own_families))
    if faults:
        raise IndicesFaulty("; ".join(faults[:MAX_TOLD]))


def _breakers() -> list[Breaker]:
    items, _ = dynamodb.query(settings().control_table, keys.breakers())
    return [
        Breaker(name=required_text(raw, "sk"), state=cast("Any", required_text(raw, "state").lower())) for raw in items
    ]

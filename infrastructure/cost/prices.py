"""The price file, and nothing from the network."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("prices.json")
SECONDS_AN_HOUR = 3600
MILLION = 1_000_000


@cache
def prices() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found


def price(service: str, name: str) -> float:
    """Dollars; a name without a price is a `KeyError`, and never free."""
    return float(prices()[service][name])


def hours() -> int:
    """Of a month."""
    return int(prices()["hours"])

"""Alerts are read anew by each test."""

import pytest

from parley.search.saved import alerts


@pytest.fixture(autouse=True)
def _no_alerts_from_before() -> None:
    alerts.forget()

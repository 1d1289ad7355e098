"""Tests of the deployed local stack over HTTP."""

import pytest

from tests.support.local_stack import local_stack

__all__ = ["local_stack"]


def pytest_itemcollected(item: pytest.Item) -> None:
    if "local_stack" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.local_stack)

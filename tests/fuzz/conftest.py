"""A person to send frames."""

from tests.functional.conftest import acme, alice

__all__ = ["acme", "alice"]

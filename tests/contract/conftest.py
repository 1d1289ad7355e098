"""The contract is tested in the world of the examples and with the people of the functional tests."""

from tests.functional.conftest import acme, alice, bob, carol, general, globex, mallory

__all__ = ["acme", "alice", "bob", "carol", "general", "globex", "mallory"]

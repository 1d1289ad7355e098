"""How often a user may search."""

from parley.identity.caller import Caller
from parley.tables.rate_limits import Policy

SUGGESTIONS_PER_SEARCH = 5
"""A suggestion is asked for with every few letters typed."""


def searches_of(caller: Caller) -> Policy:
    """The searches that the caller's tenant allows a user, 60 a minute unless it says otherwise."""
    return Policy("searches", caller.tenant.settings.searches_per_minute)


def suggestions_of(caller: Caller) -> Policy:
    return Policy("suggestions", SUGGESTIONS_PER_SEARCH * caller.tenant.settings.searches_per_minute)

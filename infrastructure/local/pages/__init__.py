"""The local stack's pages: a chat page, a tenant's console, the documentation, and a back end that mints tokens.

`builds` makes them into `.local/pages/`, `server` serves that folder on the loopback address, and `demo` is what a
customer writes: a back end that knows its users and signs their tokens with its key.
"""

from infrastructure.layers import ROOT

FOLDER = ROOT / ".local" / "pages"
"""What is served. All stacks of a clone serve the same: it holds nothing of a stack."""
MODULE = __name__
HEALTH = "/demo/health"
"""It answers whether or not there is a page or a stack."""

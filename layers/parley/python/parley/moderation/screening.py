"""A text on its way into a message: the tenant's block list looks at it, then its own server, where it has one.

Nothing of this is loaded for a tenant that has neither.
"""

from collections.abc import Callable

from parley.errors import MessageRefused
from parley.identity.caller import Caller
from parley.moderation import block_list_cache
from parley.moderation.pre_send import Submission, ask
from parley.moderation.verdicts import Verdict


def screen(caller: Caller, submission: Submission, *, earlier: Callable[[], Verdict | None] = lambda: None) -> Verdict:
    """What is masked and flagged of a message. Raises `MessageRefused`, `ModerationUnavailable`.

    `earlier` gives the verdict under which the same request was carried out before: it is asked for before the request
    is refused and before the tenant's server is asked, which is told of no request twice.
    """
    listed = block_list_cache.examine(caller, submission.text)
    if caller.tenant.settings.pre_send_url is None and not listed.refused:
        return listed
    known = earlier()
    if known is not None:
        return known
    if not listed.refused:
        listed = listed.joined(ask(caller, submission))
    if listed.refused:
        raise MessageRefused
    return listed

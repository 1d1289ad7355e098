"""Headers of a rate-limited answer: the IETF draft's `RateLimit-Policy` and `RateLimit`, and the older `X-` ones."""

from parley import clock
from parley.tables.rate_limits import Decision


def rate_headers(decision: Decision) -> dict[str, str | list[str]]:
    """Headers for a decision; `X-RateLimit-Reset` is in unix seconds, the others are relative."""
    policy = decision.policy
    return {
        "RateLimit-Policy": f'"{policy.name}";q={policy.limit};w={policy.window}',
        "RateLimit": f'"{policy.name}";r={decision.remaining};t={decision.reset_after}',
        "X-RateLimit-Limit": str(policy.limit),
        "X-RateLimit-Remaining": str(decision.remaining),
        "X-RateLimit-Reset": str(clock.now_ms() // 1000 + decision.reset_after),
    }

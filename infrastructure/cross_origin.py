"""What a page of another origin may send to the API, and read of its answers."""

REQUEST_HEADERS = [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-Acting-User",
    "X-Request-Id",
]
RESPONSE_HEADERS = [
    "Date",  # a date in Retry-After means nothing without the server's own
    "ETag",
    "Idempotent-Replayed",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-Id",
]

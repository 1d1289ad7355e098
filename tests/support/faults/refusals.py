"""What a refusal shows, apart from what tells one request from another."""

from tests.support.aws.gateway import Answer


def shown(answer: Answer, *asked: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer, without its request id, the ids asked for and what is left of limits."""
    headers = {
        name: value for name, value in answer.headers.items() if name != "X-Request-Id" and "RateLimit" not in name
    }
    text = answer.text.replace(answer.headers["X-Request-Id"], "<request>")
    for identifier in asked:
        text = text.replace(identifier, "<asked>")
    return answer.status, headers, text

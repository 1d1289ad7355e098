"""A long history without the writes: the browser's requests for one conversation are answered as Parley would."""

import json
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, Route

LINES = (
    "of a long talk.",
    "of a long talk, which goes on for a while longer than the others do, so that it takes two lines or more.",
    "of a long talk, with a link: https://example.com/somewhere/else",
)


def answer_with_many(context: BrowserContext, conversation: str, authors: tuple[str, ...], count: int) -> None:
    """Let the history of a conversation be `count` messages long for this browser."""

    def message(seq: int) -> dict[str, object]:
        moment = f"2026-11-{1 + seq * 27 // (count + 1):02d}T{seq % 24:02d}:{seq % 60:02d}:00.000Z"
        return {
            "id": f"{conversation}-{seq}",
            "conversation_id": conversation,
            "seq": seq,
            "parent_id": None,
            "author_id": authors[(seq // 3) % len(authors)],
            "text": f"Message {seq} {LINES[seq % len(LINES)]}",
            "attachments": [],
            "link_previews": [],
            "translations": {},
            "mentions": [],
            "custom": {},
            "show_in_conversation": False,
            "pinned_at": None,
            "pinned_by": None,
            "created_at": moment,
            "edited_at": None,
            "deleted_at": None,
            "version": 1,
            "reactions": {"👍": {"count": 2, "mine": False}} if seq % 5 == 0 else {},
            "reply_count": 0,
            "last_reply_at": None,
        }

    def answer(route: Route) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(route.request.url).query).items()}
        limit = int(asked["limit"])
        if "after_seq" in asked:
            first = int(asked["after_seq"]) + 1
            seqs = range(first, min(first + limit, count + 1))
            more = bool(seqs) and seqs[-1] < count
            data = [message(seq) for seq in seqs]
        else:
            last = int(asked.get("before_seq", count + 1)) - 1
            seqs = range(last, max(last - limit, 0), -1)
            more = bool(seqs) and seqs[-1] > 1
            data = [message(seq) for seq in seqs]
        page = {"data": data, "next_cursor": "more" if more else None, "prev_cursor": None, "void_seqs": []}
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/json"}
        route.fulfill(status=200, headers=headers, body=json.dumps(page))

    context.route(f"**/v1/conversations/{conversation}/messages?*", answer)

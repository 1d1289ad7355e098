"""The queue of cases: what has been reported and not been decided, the most urgent first, then the oldest."""

from collections.abc import Sequence
from dataclasses import dataclass

from parley.errors import CaseNotFound
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging import cases
from parley.messaging.access import meta_key
from parley.messaging.cases import CaseItem, Source
from parley.messaging.items import MessageItem
from parley.messaging.messages import quotes
from parley.messaging.messages.annotations import read_annotations
from parley.messaging.messages.reading import Place
from parley.messaging.messages.schemas import Message
from parley.messaging.messages.views import message_view
from parley.messaging.review.queue import flags_of
from parley.review.schemas import Case, CaseDetails, CasePage, ClaimFilter
from parley.review.views import case_view, claim_of, report_view
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys, sharded
from parley.tables.attributes import number
from parley.tables.keys import Key

FILTERED_PAGES, LOOKED_AT = 4, 100
"""A page with a filter looks at so many pages of so many cases; it may be short, and its cursor goes on."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are asked for; None is any."""

    source: Source | None = None
    conversation_id: str | None = None
    min_reporters: int | None = None
    opened_before: int | None = None
    claim: ClaimFilter | None = None

    @property
    def listing(self) -> tuple[str, ...]:
        """What a cursor of these cases belongs to."""
        parts = (self.source, self.conversation_id, self.min_reporters, self.opened_before, self.claim)
        return ("cases", *(str(part or "") for part in parts))

    @property
    def asks_for_all(self) -> bool:
        return self == CaseFilter()

    def fits(self, case: CaseItem, moderator_id: str) -> bool:
        claim = claim_of(case)
        holder = None if claim is None else claim.moderator_id
        claims = {None: True, "unclaimed": holder is None, "mine": holder == moderator_id and holder is not None}
        return (
            (self.source is None or self.source in (case.sources or ()))
            and (self.conversation_id is None or case.conversation_id == self.conversation_id)
            and (self.min_reporters is None or int(case.reporters) >= self.min_reporters)
            and (self.opened_before is None or int(case.opened_at) < self.opened_before)
            and claims.get(self.claim, holder not in {None, moderator_id})
        )


def do_list(caller: Caller, wanted: CaseFilter, *, limit: int, cursor: str | None) -> CasePage:
    """The cases that are not decided, with the messages as they are now. Raises `InvalidCursor`.

    Sixteen queries, 8 RRU at least, and two batched reads, three where messages quote others. With a filter, up to four
    hundred cases are looked at for a page, 0.5 RRU each; a page may be shorter than its limit, and goes on.
    """
    after = "0" if cursor is None else sharded.position(cursor, wanted.listing, keys.case_place_of)
    found: list[CaseItem] = []
    more = True
    pages = 1 if wanted.asks_for_all else FILTERED_PAGES
    for _ in range(pages):
        entries, more = sharded.read(
            lambda shard: keys.cases(caller.tenant_id, shard),
            after=after,
            limit=limit if wanted.asks_for_all else LOOKED_AT,
        )
        read = dynamodb.batch_get(settings().chat_table, map(dynamodb.key_of, entries)) if entries else {}
        for entry in entries:
            case = CaseItem.read(read.get(dynamodb.key_of(entry)))
            after = sharded.place(entry)
            if case is not None and case.closed_at is None and wanted.fits(case, caller.user_id):
                found.append(case)
                if len(found) == limit:
                    more = more or entry is not entries[-1]
                    break
        if not more or len(found) == limit:
            break
    return CasePage(
        data=shown(caller.tenant_id, found), next_cursor=cursors.encode(after, wanted.listing) if more else None
    )


def shown(tenant_id: str, found: Sequence[CaseItem]) -> list[Case]:
    """Cases with their messages as they are now, and what these quote: moderators see all."""
    messages = _messages(tenant_id, found)
    told = {message.id: message for message in quotes.show_to_moderators(tenant_id, messages)}
    return [case_view(case, told.get(case.message_id)) for case in found]


def _messages(tenant_id: str, of: Sequence[CaseItem]) -> list[Message]:
    """The messages that are there: neither deleted for good nor truncated."""
    places = {message_key(case): meta_key(tenant_id, case.conversation_id) for case in of}
    wanted = [key for at, meta in places.items() for key in (at, keys.annotations_under(at), meta)]
    found = dynamodb.batch_get(settings().chat_table, wanted) if wanted else {}
    return [
        message_view(item, read_annotations(found.get(keys.annotations_under(at)), ""))
        for at, meta in places.items()
        if (item := MessageItem.read(found.get(at))) is not None
        and not item.void
        and item.position > number(found.get(meta, {}), "truncated_seq")
    ]


def message_key(case: CaseItem) -> Key:
    return Key(case.pk, keys.message_sk(keys.seq_of(case.sk)))


def place_of(caller: Caller, message_id: str) -> Place:
    """Where a reported message is; raises `CaseNotFound` for what is no message's id."""
    address = MessageAddress.parse(message_id)
    if address is None:
        raise CaseNotFound
    return Place(caller.tenant_id, address)


def access_case(caller: Caller, message_id: str) -> CaseItem:
    """The case of a message as it is at this moment. Raises `CaseNotFound`. 1 RRU."""
    case = CaseItem.at(cases.case_key(place_of(caller, message_id).message), consistent=True)
    if case is None:
        raise CaseNotFound
    return case


def do_get(caller: Caller, message_id: str) -> CaseDetails:
    """A case, decided or not, with all its reports. Raises `CaseNotFound`. Some 4 RRU."""
    case = access_case(caller, message_id)
    (view,) = shown(caller.tenant_id, [case])
    return CaseDetails(**dict(view), reports=[report_view(flag) for flag in flags_of(case.key)])

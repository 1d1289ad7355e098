"""The language of `q`: words, `"phrases"`, `-negation` and operators, parsed by a grammar that knows no other.

| written | means |
| --- | --- |
| `from:ada` `in:<conversation id>` `mentions:me` | author, conversation, mention; repeated ones widen, `-` excludes |
| `has:link` `has:file` `has:image` `has:video` | what the message carries |
| `before:2026-11-01` `after:2026-11-01` `on:2026-11-01` | a day in UTC, or a moment in RFC 3339; `after` includes it |

A colon after letters makes an operator, except in an address (`https://…`). The parser is LALR: its time is linear in
the length of `q`, which is bounded, and so is the number of clauses. There are no wildcards and no regular expressions.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from typing import Any, Literal, cast, get_args

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken

from parley import clock, ids
from parley.errors import InvalidQuery

MAX_LENGTH = 512
MAX_CLAUSES = 32
Carried = Literal["link", "file", "image", "video"]
CARRIED: tuple[Carried, ...] = get_args(Carried)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

GRAMMAR = r"""
    start: clause*
    clause: MINUS? (operator | phrase | word)
    operator: OPERATOR (phrase | word)
    phrase: PHRASE
    word: WORD
    MINUS.4: /-(?=[^\s-])/
    OPERATOR.3: /[A-Za-z_]+:(?!\/\/)/
    PHRASE.2: /["“”„][^"“”„]*["“”„]/
    WORD.1: /[^\s"“”„]+/
    %ignore /\s+/
"""


@dataclass(frozen=True, slots=True)
class Match:
    """A word or a phrase that must, or with `negated` must not, occur."""

    text: str
    phrase: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What an operator allows: one of `wanted` (any, where empty) and none of `unwanted`."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()

    def with_value(self, value: str, *, negated: bool) -> "Choice":
        if negated:
            return Choice(self.wanted, (*self.unwanted, value))
        return Choice((*self.wanted, value), self.unwanted)


@dataclass(frozen=True)
class Query:
    """A parsed `q`. `since` (inclusive) and `until` (exclusive) are in milliseconds."""

    matches: tuple[Match, ...] = ()
    authors: Choice = field(default_factory=Choice)
    conversations: Choice = field(default_factory=Choice)
    mentions: Choice = field(default_factory=Choice)
    carries: Choice = field(default_factory=Choice)
    since: int | None = None
    until: int | None = None

    @property
    def is_empty(self) -> bool:
        return self == Query()


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", propagate_positions=True)


def parse(q: str) -> Query:
    """The query that `q` says; raises `InvalidQuery` with the position of what it does not understand."""
    if len(q) > MAX_LENGTH:
        raise InvalidQuery(f"A query is at most {MAX_LENGTH} characters", position=MAX_LENGTH)
    try:
        tree = _parser().parse(q)
    except UnexpectedInput as error:
        raise _unexpected(q, error) from None
    if len(tree.children) > MAX_CLAUSES:
        clause = cast("Tree[Token]", tree.children[MAX_CLAUSES])
        raise InvalidQuery(f"A query has at most {MAX_CLAUSES} terms", position=clause.meta.start_pos)
    query = Query()
    for child in tree.children:
        query = _add(query, cast("Tree[Token]", child))
    if query.since is not None and query.until is not None and query.since >= query.until:
        raise InvalidQuery("No moment is both after and before these", position=0)
    return query


def _unexpected(q: str, error: UnexpectedInput) -> InvalidQuery:
    position = error.pos_in_stream
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    if ended or position is None or not 0 <= position < len(q):
        return InvalidQuery("The query ends where a value should follow", position=len(q))
    if q[position] in '"“”„':
        return InvalidQuery("The quotation mark is never closed", position=position)
    return InvalidQuery("This was not expected here", position=position)


def _add(query: Query, clause: Tree[Token]) -> Query:
    negated = isinstance(clause.children[0], Token)
    node = cast("Tree[Token]", clause.children[-1])
    if node.data == "operator":
        return _apply(query, node, negated=negated)
    token = cast("Token", node.children[0])
    text = token[1:-1] if node.data == "phrase" else str(token)
    match = Match(text, phrase=node.data == "phrase", negated=negated)
    return replace(query, matches=(*query.matches, match))


def _apply(query: Query, node: Tree[Token], *, negated: bool) -> Query:
    operator = cast("Token", node.children[0])
    name = operator[:-1].lower()
    value_node = cast("Tree[Token]", node.children[1])
    value = cast("Token", value_node.children[0])
    text = value[1:-1] if value_node.data == "phrase" else str(value)
    start, value_start = operator.start_pos or 0, value.start_pos or 0
    if value_node.data == "word" and value_start != operator.end_pos:
        raise InvalidQuery(f"{name}: is followed by its value without a space", position=start)
    if name in _CHOICES:
        attribute, check = _CHOICES[name]
        choice = cast("Choice", getattr(query, attribute))
        chosen = choice.with_value(check(text, value_start), negated=negated)
        changed: dict[str, Any] = {attribute: chosen}
        return replace(query, **changed)
    if name in ("before", "after", "on"):
        if negated:
            raise InvalidQuery(f"{name}: cannot be negated", position=start)
        return _bound(query, name, *_moments(text, value_start))
    known = ", ".join(f"{known}:" for known in sorted([*_CHOICES, "before", "after", "on"]))
    raise InvalidQuery(f"{operator} is no operator ({known}); quote it to search for it as text", position=start)


def _bound(query: Query, name: str, begins: int, ends: int) -> Query:
    """Narrow the time: `begins` and `ends` are the moment's own bounds, which differ for a whole day."""
    since = begins if name in ("after", "on") else None
    until = {"before": begins, "on": ends}.get(name)
    return replace(
        query,
        since=max(filter(None, (since, query.since)), default=None),
        until=min(filter(None, (until, query.until)), default=None),
    )


def _moments(text: str, position: int) -> tuple[int, int]:
    whole_day = _DAY.fullmatch(text) is not None
    try:
        begins = clock.read_rfc3339(f"{text}T00:00:00Z" if whole_day else text)
    except ValueError:
        raise InvalidQuery(
            "This is no day (2026-11-23) and no moment (2026-11-23T09:00:00Z)", position=position
        ) from None
    try:
        ends = begins + (timedelta(days=1) if whole_day else timedelta(milliseconds=1))
        return clock.from_datetime(begins), clock.from_datetime(ends)
    except OverflowError:
        raise InvalidQuery("This moment is out of range", position=position) from None


def _user(value: str, position: int) -> str:
    user_id = value.removeprefix("@")
    if user_id != ids.ONESELF and not ids.is_user_id(user_id):
        raise InvalidQuery("This is no user id", position=position)
    return user_id


def _conversation(value: str, position: int) -> str:
    if not ids.is_well_formed(value):
        raise InvalidQuery("This is no conversation id", position=position)
    return value


def _carried(value: str, position: int) -> str:
    if value.lower() not in CARRIED:
        raise InvalidQuery(f"has: is one of {', '.join(CARRIED)}", position=position)
    return value.lower()


_CHOICES: dict[str, tuple[str, Callable[[str, int], str]]] = {
    "from": ("authors", _user),
    "in": ("conversations", _conversation),
    "mentions": ("mentions", _user),
    "has": ("carries", _carried),
}

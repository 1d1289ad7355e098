"""The language of `q`: words, `"phrases"`, `-negation`, `OR` and operators. Whatever else is written is text.

| written | means |
| --- | --- |
| `red OR blue wine` | one of the two, and the third |
| `from:ada` `in:<conversation id>` `mentions:me` | author, conversation, mention; repeated ones widen, `-` excludes |
| `has:link` `has:file` `has:image` `has:video` | what the message carries; repeated ones narrow |
| `before:2026-11-01` `after:2026-11` `on:yesterday` | days, months, years, moments (`days.py`); `after` includes it |

People paste what they look for: stack traces, paths, headers, code. So a text is refused in three cases only: an
operator has a value that cannot be its own, a word that is nearly an operator has a value that could be, or an `OR`
stands beside an operator that it cannot join. A quotation mark begins a phrase only where a word may begin and another
ends it; a minus excludes only before a letter or a phrase. One pass reads a query, whose length is bounded. There are
no wildcards and no regular expressions.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from parley import ids
from parley.errors import InvalidQuery
from parley.search.querying import days

MAX_LENGTH = 512
Carried = Literal["link", "file", "image", "video"]
CARRIED: tuple[Carried, ...] = get_args(Carried)

_QUOTES = '"“”„«»'
_TERM = re.compile(
    rf"""(?P<minus>-(?=[\#@.]?[^\W\d]|[{_QUOTES}]|[^\x00-\x7f\s]))?
    (?:(?P<operator>[A-Za-z_]+):(?=[^\s:])(?!//))?
    (?:[(\[{{]*[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]|(?P<word>\S+))""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Match:
    """A word or a phrase that must, or with `negated` must not, occur; or else one of `others`."""

    text: str
    phrase: bool = False
    negated: bool = False
    others: tuple["Match", ...] = ()


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
    groups: Choice = field(default_factory=Choice)
    """User groups among the mentioned, as they are indexed: a filter alone says them."""
    types: Choice = field(default_factory=Choice)
    """Types of messages, as they are indexed: a filter alone says them."""
    carries: Choice = field(default_factory=Choice)
    since: int | None = None
    until: int | None = None

    @property
    def is_empty(self) -> bool:
        return self == Query()


@dataclass(frozen=True, slots=True)
class _Term:
    """What stands between two spaces, or two quotation marks; `operator` is one that exists, in lower case."""

    text: str
    start: int
    value_start: int
    operator: str | None = None
    phrase: bool = False
    negated: bool = False

    @property
    def is_joint(self) -> bool:
        return self.text in ("OR", "AND") and not (self.operator or self.phrase or self.negated)


def parse(q: str) -> Query:
    """The query that `q` says; raises `InvalidQuery` with the position of what it does not understand."""
    if len(q) > MAX_LENGTH:
        raise InvalidQuery(f"A query is at most {MAX_LENGTH} characters", position=MAX_LENGTH)
    query, terms = Query(), list(_terms(q))
    for at, term in enumerate(terms):
        if _joins(terms, at):
            continue
        joint = terms[at - 1] if at > 0 and _joins(terms, at - 1) else None
        if joint is not None and joint.text == "OR":
            query = _either(query, terms[at - 2], joint, term)
        else:
            query = _also(query, term)
    if query.since is not None and query.until is not None and query.since >= query.until:
        raise InvalidQuery("No moment is both after and before these", position=0)
    return query


def _joins(terms: Sequence[_Term], at: int) -> bool:
    """Whether this is an `OR` or `AND` between two terms; at the end, or beside another, it is a word."""
    return terms[at].is_joint and 0 < at < len(terms) - 1 and not (terms[at - 1].is_joint or terms[at + 1].is_joint)


def _terms(q: str) -> Iterator[_Term]:
    for found in _TERM.finditer(q):
        name, phrase = found["operator"], found["phrase"]
        text, is_phrase, negated = found["word"] if phrase is None else phrase, phrase is not None, bool(found["minus"])
        start, value_start = found.start(), found.start("word" if phrase is None else "phrase") - is_phrase
        operator = None if name is None else name.lower()
        if operator in OPERATORS:
            yield _Term(text, start, value_start, operator, is_phrase, negated)
        elif operator is None:
            is_flag = not is_phrase and len(text) == 1 and text.isascii() and text.isalpha()
            yield _Term(text, start, value_start, None, is_phrase, negated and not is_flag)
        else:
            _check_not_meant(operator, text, start + negated)
            if is_phrase:
                yield _Term(name, start, start, None, negated=negated)
                yield _Term(text, value_start, value_start, None, is_phrase, negated)
            else:
                yield _Term(f"{name}:{text}", start, start, None, negated=negated)


def _match(term: _Term) -> Match:
    return Match(term.text, phrase=term.phrase, negated=term.negated)


def _also(query: Query, term: _Term) -> Query:
    """The query, and this term as well."""
    name = term.operator
    if name is None:
        return replace(query, matches=(*query.matches, _match(term)))
    if name in _CHOICES:
        attribute, check = _CHOICES[name]
        choice: Choice = getattr(query, attribute)
        chosen = choice.with_value(check(term.text, term.value_start), negated=term.negated)
        changed: dict[str, Any] = {attribute: chosen}
        return replace(query, **changed)
    if term.negated:
        raise InvalidQuery(f"{name}: cannot be negated", position=term.start + 1)
    return _bound(query, name, *_moments(term.text, term.value_start))


def _either(query: Query, previous: _Term, joint: _Term, term: _Term) -> Query:
    """The query, and what stands before an `OR` or this term."""
    if previous.operator is None and term.operator is None:
        *matches, last = query.matches
        return replace(query, matches=(*matches, replace(last, others=(*last.others, _match(term)))))
    widens = term.operator in ("from", "in", "mentions") and term.operator == previous.operator
    if widens and not (previous.negated or term.negated):
        return _also(query, term)
    raise InvalidQuery("OR joins words and phrases, or values of from:, in: or mentions:", position=joint.start)


def _bound(query: Query, name: str, begins: int, ends: int) -> Query:
    """Narrow the time: `begins` and `ends` are the moment's own bounds, which differ for a whole day."""
    since = begins if name in ("after", "on") else None
    until = {"before": begins, "on": ends}.get(name)
    return replace(
        query,
        since=max((one for one in (since, query.since) if one is not None), default=None),
        until=min((one for one in (until, query.until) if one is not None), default=None),
    )


def _moments(text: str, position: int) -> tuple[int, int]:
    try:
        return days.bounds(text)
    except ValueError:
        detail = "This is no day (2026-11-23), month (2026-11), year or moment (2026-11-23T09:00:00Z)"
        raise InvalidQuery(detail, position=position) from None
    except OverflowError:
        raise InvalidQuery("This moment is out of range", position=position) from None


def _user(value: str, position: int) -> str:
    user_id = value.removeprefix("@")
    if user_id != ids.ONESELF and not ids.is_user_id(user_id):
        raise InvalidQuery("This is no user id", position=position)
    if user_id == value and days.is_day(value):
        raise InvalidQuery(f"This is a day and no user: did you mean after:{value}?", position=position)
    return user_id


def _conversation(value: str, position: int) -> str:
    if not ids.is_conversation_id(value):
        raise InvalidQuery("in: takes the id of a conversation", position=position)
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
OPERATORS = (*_CHOICES, "before", "after", "on")
_OTHER_NAMES = {"since": "after", "until": "before", "to": "before", "during": "on"}
_LONG_NAME = 4
"""A shorter name is next to too many words (`hash`, `is`, `id`) for any slip but two letters in the wrong order."""


def _check_not_meant(name: str, value: str, position: int) -> None:
    """Refuse a word that is nearly an operator before a value that could be its own: it would silently find nothing."""
    for operator in OPERATORS:
        if (_OTHER_NAMES.get(name) == operator or _is_slip(name, operator)) and _takes(operator, value):
            detail = f"{name}: is no operator. Did you mean {operator}:? Quote it to search for it as text"
            raise InvalidQuery(detail, position=position)


def _takes(operator: str, value: str) -> bool:
    check = _CHOICES[operator][1] if operator in _CHOICES else _moments
    try:
        check(value, 0)
    except InvalidQuery:
        return False
    return True


def _is_slip(name: str, operator: str) -> bool:
    """Whether two letters stand in the wrong order; in a long name also one that is missing, too many or another."""
    allowed = int(len(operator) >= _LONG_NAME)
    while name and operator and name[0] == operator[0]:
        name, operator = name[1:], operator[1:]
    while name and operator and name[-1] == operator[-1]:
        name, operator = name[:-1], operator[:-1]
    return (len(name) == len(operator) == 2 and name == operator[::-1]) or max(len(name), len(operator)) <= allowed  # noqa: PLR2004

"""The one place that writes engine queries. Every query goes through `_scoped`, which lets only documents of the
caller's tenant through that are not tombstones and that the caller may see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from parley.search import analysis
from parley.search.engine.indices import Family
from parley.search.querying import text_matching, typos
from parley.search.querying.query_language import Choice, Match, Query
from parley.search.querying.text_matching import Needle
from parley.search.querying.visibility import Visibility

Clause = dict[str, Any]

RECENCY_SCALE = "30d"
"""A message of a month ago counts half, all else being equal; see docs/adr."""
RECENCY_WEIGHT = 1.0
MINUTE_MS = 60_000
ENGINE_TIMEOUT = "1s"
EXACT = 2.0
"""What a word itself scores above its relatives: more than recency can give those."""
FIRST_FORM = 30.0
"""Above what a word scores by being rare."""
MAX_NEAR = 50
COMPLETED_LENGTH = 50
"""The engine keeps so much of what completes to a name."""
FIRST_BOOST = 1_000.0
"""Far above what a name can score."""


@dataclass(frozen=True, slots=True)
class After:
    """A position in the results: the sort values of the last hit, or how many have passed; none at the beginning.

    `origin` is the minute of the first page, in milliseconds: recency is counted from it, and what comes later is left
    out of the pages by relevance, so that they do not shift.
    """

    origin: int
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Filters:
    """A query with the filters of its parameters, resolved for the caller; `thread` is a root message's id."""

    query: Query
    needles: tuple[Needle, ...]
    thread: str | None = None

    @property
    def ranked(self) -> bool:
        """Whether there is text to rank by."""
        return any(not needle.excludes for needle in self.needles)


def _scoped(
    visibility: Visibility,
    *,
    seen: Clause,
    must: Sequence[Clause] = (),
    filters: Sequence[Clause] = (),
    must_not: Sequence[Clause] = (),
) -> Clause:
    """A query within the caller's tenant and sight."""
    scope = [{"term": {"tenant_id": visibility.tenant_id}}, {"term": {"deleted": False}}, seen]
    query: Clause = {"filter": [*scope, *filters]}
    if must:
        query["must"] = list(must)
    if must_not:
        query["must_not"] = list(must_not)
    return {"bool": query}


def messages(
    visibility: Visibility, filters: Filters, *, size: int, recent: bool, after: After, near: bool = False
) -> Clause:
    """Messages, by relevance with recency or by time; `after` carries at least the origin.

    `near`: words that may be mistyped find those next to them as well.
    """
    query = filters.query
    clauses = [*_choice("author_id", query.authors), *_choice("mentions", query.mentions)]
    clauses += _choice("mentions", query.groups) + _choice("carries", query.types)
    clauses += _choice("carries", query.carries, every=True) + _choice("conversation_id", query.conversations)
    unwanted = [*_unwanted("author_id", query.authors), *_unwanted("mentions", query.mentions)]
    unwanted += _unwanted("carries", query.types)
    unwanted += _unwanted("carries", query.carries) + _unwanted("conversation_id", query.conversations)
    until = query.until if recent else min(after.origin + MINUTE_MS, query.until or after.origin + MINUTE_MS)
    bounds = {name: moment for name, moment in (("gte", query.since), ("lt", until)) if moment is not None}
    if bounds:
        clauses.append({"range": {"created_at": bounds}})
    if filters.thread is not None:
        clauses.append({"term": {"thread": filters.thread}})
    if visibility.blocked:
        unwanted.append({"terms": {"author_id": sorted(visibility.blocked)}})
    unwanted += [_needle(needle) for needle in filters.needles if needle.excludes]
    must = [(_near if near else _any_needle)(needle) for needle in filters.needles if not needle.excludes]
    must = [_by_exactness(must, filters.needles) if recent else _with_recency(must, after.origin)]
    body = {
        **_page(size, source=["message_id", "expected"]),
        "query": _scoped(visibility, seen=visibility.clause(), must=must, filters=clauses, must_not=unwanted),
    }
    if recent:
        body |= {"search_after": list(after.values)} if after.values else {}
        return {**body, "sort": [{"created_at": "desc"}, {"_score": "desc"}, {"sort_key": "desc"}]}
    return {**body, **_offset(after), "sort": [{"_score": "desc"}, {"created_at": "desc"}, {"sort_key": "desc"}]}


def _by_exactness(must: list[Clause], needles: Sequence[Needle]) -> Clause:
    """What matches, scored by how many words stand there as they were asked for: a whole number, which is a position.

    Ties of the same moment are ordered by it. What has no relatives is the same in every hit.
    """
    exact = [
        {"constant_score": {"filter": _exact(one), "boost": 1.0}}
        for needle in needles
        for one in (needle, *needle.others)
        if one.stems and not one.negated
    ]
    return {"bool": {"filter": must or [{"match_all": {}}], "should": exact}}


def _with_recency(must: list[Clause], origin: int) -> Clause:
    """What matches, scored by how well and how lately. The filters stay outside: they score nothing, and cost once."""
    decay = {"exp": {"created_at": {"origin": origin, "scale": RECENCY_SCALE, "decay": 0.5}}}
    matched = {"bool": {"must": must}} if must else {"match_all": {}}
    functions = [decay, {"weight": RECENCY_WEIGHT}]
    return {
        "function_score": {
            "query": matched,
            "functions": functions,
            "score_mode": "sum",
            "boost_mode": "multiply",
        }
    }


def conversations(
    visibility: Visibility,
    matches: Sequence[Match],
    *,
    size: int,
    archived: bool,
    extra_ids: Sequence[str] = (),
    after: After | None = None,
    near: bool = False,
) -> Clause:
    """Conversations by name: the caller's, the tenant's channels, and `extra_ids`, whatever their name."""
    seen = _any_of([visibility.membership_clause(), visibility.channel_clause()])
    return _by_name(
        visibility,
        matches,
        seen=seen,
        filters=[{"term": {"archived": archived}}],
        size=size,
        source=["conversation_id"],
        after=after,
        near=near,
        extra_clauses=[{"terms": {"conversation_id": sorted(extra_ids)}}] if extra_ids else [],
    )


def users(
    visibility: Visibility, matches: Sequence[Match], *, size: int, after: After | None = None, near: bool = False
) -> Clause:
    """Users of the tenant of whom the caller may know, by name."""
    seen = visibility.user_clause()
    return _by_name(visibility, matches, seen=seen, size=size, source=["user_id"], after=after, near=near)


def profiles(
    visibility: Visibility,
    filters: Sequence[Clause],
    *,
    deactivated: bool,
    size: int,
    order: tuple[str, str],
    after: After,
) -> Clause:
    """Users of the tenant, the deactivated or the others, in the order of one field, `asc` or `desc`."""
    field, direction = order
    gone = {"term": {"deactivated": True}}
    return {
        **_page(size, source=["user_id"]),
        **({"search_after": list(after.values)} if after.values else {}),
        "query": _scoped(
            visibility,
            seen={"exists": {"field": "sorted_name"}},
            filters=[*filters, gone] if deactivated else filters,
            must_not=[] if deactivated else [gone],
        ),
        "sort": [{field: direction}, {"sort_key": direction}],
    }


def completion(visibility: Visibility, prefix: str, *, size: int, source: Sequence[str]) -> Clause:
    """Names of the tenant that go on from a prefix, and those that nearly do; the context keeps it to the tenant."""
    field = {"field": "suggest", "size": size, "contexts": {"tenant": [visibility.tenant_id]}}
    begun = prefix[:COMPLETED_LENGTH]
    most = 1 if len(begun) < typos.LONG else 2  # the engine's own AUTO does not see how long a prefix is
    slips = {"fuzziness": most, "prefix_length": 1, "min_length": typos.MIN_LENGTH, "unicode_aware": True}
    suggesters = {
        "names": {"prefix": begun, "completion": field},
        "near": {"prefix": begun, "completion": {**field, "fuzzy": slips}},
    }
    return {"suggest": suggesters, "size": 0, "_source": list(source)}


def _by_name(
    visibility: Visibility,
    matches: Sequence[Match],
    *,
    seen: Clause,
    size: int,
    source: Sequence[str],
    filters: Sequence[Clause] = (),
    extra_clauses: Sequence[Clause] = (),
    after: After | None = None,
    near: bool = False,
) -> Clause:
    """What is so named; what one of `extra_clauses` matches comes first, whatever its name.

    `near`: whole words may be mistyped.
    """
    must = [clause for match in matches if (clause := _named(match, near=near))]
    if extra_clauses:
        first = [{"constant_score": {"filter": clause, "boost": FIRST_BOOST}} for clause in extra_clauses]
        must = [_any_of([{"bool": {"must": must}}, *first])]
    return {
        **_page(size, source=source),
        **_offset(after),
        "query": _scoped(visibility, seen=seen, must=must, filters=filters),
        "sort": [{"_score": "desc"}, {"created_at": "desc"}, {"sort_key": "desc"}],
    }


def _any_of(clauses: list[Clause]) -> Clause:
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _named(match: Match, *, near: bool) -> Clause | None:
    """What is named so, or as one of the others; None for nothing but punctuation."""
    either = [(one, names) for one in (match, *match.others) if (names := analysis.spellings(one.text))]
    clauses = [_signed(_name(names, whole=one.phrase or one.negated), negated=one.negated) for one, names in either]
    if near:
        typed = [(one, " ".join(names[0])) for one, names in either]
        clauses += [_slips("name", name) for one, name in typed if typos.allowed(name) and not one.negated]
    return _any_of(clauses) if clauses else None


def _name(names: Sequence[Sequence[str]], *, whole: bool) -> Clause:
    """A name in one of its spellings; a single word also as another form of a name's word."""
    clauses: list[Clause] = []
    for terms in names:
        name = " ".join(terms)
        if whole:
            clauses.append({"match_phrase": {"name": name}})
        else:
            fields = ["name", "name._2gram"]
            typed = {"query": name, "type": "bool_prefix", "operator": "and", "fields": fields}
            clauses.append({"multi_match": typed})
        if len(terms) == 1:
            clauses.append({"term": {"forms": name}} if whole else {"prefix": {"forms": name}})
    return clauses[0] if len(clauses) == 1 else _any_of(clauses)


def _page(size: int, *, source: Sequence[str]) -> Clause:
    return {"size": size, "_source": list(source), "track_total_hits": False, "timeout": ENGINE_TIMEOUT}


def _offset(after: After | None) -> Clause:
    return {"from": after.values[0]} if after and after.values else {}


def _any_needle(needle: Needle) -> Clause:
    """A needle, or one of those beside it."""
    if not needle.others:
        return _needle(needle)
    return _any_of([_signed(_needle(one), negated=one.negated) for one in (needle, *needle.others)])


def _near(needle: Needle) -> Clause:
    """A word, or one of at most fifty that are a slip or two away."""
    if not text_matching.is_correctable(needle):
        return _any_needle(needle)
    return _any_of([_needle(needle), _slips("words", needle.terms[0])])


def _slips(field: str, term: str) -> Clause:
    slips = {"value": term, "fuzziness": typos.allowed(term), "prefix_length": 1, "max_expansions": MAX_NEAR}
    return {"fuzzy": {field: slips}}


def _signed(clause: Clause, *, negated: bool) -> Clause:
    return {"bool": {"must_not": [clause]}} if negated else clause


def _needle(needle: Needle) -> Clause:
    """What stands there as it was asked for, before its relatives.

    It scores `EXACT` at least, a relative 1, recency at most doubles either.
    """
    wanted = _exact(needle)
    if needle.dense or needle.negated or not (needle.stems or needle.first):
        return wanted
    should = [wanted, {"constant_score": {"filter": wanted, "boost": EXACT}}]
    if needle.stems:
        should.append({"terms": {"stems": sorted(needle.stems)}})
    if needle.first is not None:
        should.append({"constant_score": {"filter": {"term": {"forms": needle.first}}, "boost": FIRST_FORM}})
    return _any_of(should)


def _exact(needle: Needle) -> Clause:
    """A word in any spelling; a phrase by its words; a run of dense script by its pairs."""
    if needle.dense and needle.bigrams:
        return {"match_phrase": {"bigrams": " ".join(needle.bigrams)}}
    phrase = " ".join(needle.terms)
    exact: list[Clause] = [
        {"match_phrase": {"words": " ".join(terms)}} if len(terms) > 1 else {"term": {"words": phrase}}
        for terms in (needle.phrases if len(needle.terms) > 1 else [needle.terms])
    ]
    spellings = sorted(needle.forms | ({phrase} if len(needle.terms) == 1 and not needle.dense else frozenset()))
    if spellings:
        exact.append({"terms": {"forms": spellings}})
    if needle.forms:
        exact.append({"terms": {"words": sorted(needle.forms)}})
    return exact[0] if len(exact) == 1 else _any_of(exact)


def _choice(field: str, choice: Choice, *, every: bool = False) -> list[Clause]:
    if not choice.wanted:
        return []
    if every:
        return [{"term": {field: value}} for value in sorted(set(choice.wanted))]
    return [{"terms": {field: sorted(set(choice.wanted))}}]


def _unwanted(field: str, choice: Choice) -> list[Clause]:
    return [{"terms": {field: sorted(set(choice.unwanted))}}] if choice.unwanted else []


def source_of(family: Family) -> str:
    """The field that names what a hit of a family is."""
    return {"messages": "message_id", "conversations": "conversation_id", "users": "user_id"}[family]

"""Keys say again what was written into them, and nobody but `parley.tables.keys` spells one or takes one apart."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infrastructure.access import KEY_PATTERNS, KeySpace
from parley.ids import DELETED_USER, MAX_SEQ, MessageAddress, direct_id
from parley.messaging.vocabulary import REPORTERS
from parley.tables import keys
from parley.tables.keys import Key, WrongKey

ROOT = Path(__file__).parents[2]
KEYS = ROOT / "layers/parley/python/parley/tables/keys"
PATTERNS_OF_ROLES = ROOT / "infrastructure/access.py"
"""May spell them: `test_roles_name_the_keys_that_are_written` holds it to the writers."""
FOLDERS = ("layers/parley/python/parley", "functions", "infrastructure", "tests/support")

TENANTS = st.from_regex(r"[a-z0-9][a-z0-9-]{1,39}", fullmatch=True) | st.just(keys.SYSTEM_TENANT)
USERS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._@:+=-]{0,79}", fullmatch=True) | st.sampled_from(
    ["U", "C", "a=b:c@d+e.f_g-h", "z" * 80, DELETED_USER, *REPORTERS.values()]
)
IDS = st.from_regex(r"[0-9a-z]{26}", fullmatch=True) | st.just(direct_id("acme", "alice", "bob"))
SEQS = st.integers(1, MAX_SEQ) | st.sampled_from([1, MAX_SEQ])
MOMENTS = st.integers(0, 10**15 - 1)
NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=100) | st.sampled_from(
    ["#", "T#acme#C#x", "U#"]
)
REACTIONS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20) | st.sampled_from(
    ["#️⃣", "#", "O#1#", "%23", "/"]
)
SHARDS = st.sampled_from("0123456789abcdef")
ADDRESSES = st.builds(MessageAddress, IDS, SEQS, st.none() | SEQS)
FAILURES = st.integers(0, 7)

Written = tuple[Any, Any]
"""A key, and what its reader must say."""


def line_of(tenant_id: str, address: MessageAddress) -> str:
    """The partition that a message is in."""
    if address.root_seq is None:
        return keys.conversation(tenant_id, address.conversation_id)
    return keys.thread(tenant_id, address.conversation_id, address.root_seq)


def of_message(write: Callable[..., str], *further: st.SearchStrategy[Any]) -> st.SearchStrategy[Written]:
    return st.tuples(SEQS, *further).map(lambda args: (write(*args), args[0]))


def of_one(write: Callable[[str], str], named: st.SearchStrategy[str]) -> st.SearchStrategy[Written]:
    return named.map(lambda name: (write(name), name))


def of_two(write: Callable[[str, str], str], named: st.SearchStrategy[str]) -> st.SearchStrategy[Written]:
    """Keys of a tenant's partition with one name in it."""
    return st.tuples(TENANTS, named).map(lambda both: (write(*both), both[1]))


MESSAGE_SKS = (
    of_message(keys.message_sk)
    | of_message(keys.annotations_sk)
    | of_message(keys.edit_sk, st.integers(1, 999_999))
    | of_message(keys.flag_sk, USERS)
    | of_message(keys.overflow_reaction_sk, REACTIONS, USERS)
    | of_message(keys.vote_sk, USERS)
)
WRITTEN: dict[str, st.SearchStrategy[Written]] = {
    "tenant_of": st.one_of(
        TENANTS.map(lambda name: (keys.tenant(name), name)),
        TENANTS.map(lambda name: (keys.secrets(name), name)),
        st.tuples(TENANTS, USERS).map(lambda both: (keys.user(*both), both[0])),
        st.tuples(TENANTS, IDS).map(lambda both: (keys.media(*both), both[0])),
        st.tuples(TENANTS, USERS, USERS).map(lambda all_: (keys.idempotency(all_[0], "s", *all_[1:]).pk, all_[0])),
        st.tuples(TENANTS, ADDRESSES).map(lambda both: (line_of(*both), both[0])),
        FAILURES.map(lambda shard: (keys.search_failures(shard), keys.SYSTEM_TENANT)),
    ),
    "user_of": of_two(keys.user, USERS) | of_two(keys.user_log, USERS) | of_two(keys.invites, USERS),
    "conversation_of": st.one_of(
        *(of_two(write, IDS) for write in (keys.conversation, keys.members, keys.watchers, keys.conversation_log)),
        st.tuples(TENANTS, ADDRESSES).map(lambda both: (line_of(*both), both[1].conversation_id)),
        st.tuples(TENANTS, IDS, SEQS).map(lambda all_: (keys.thread_followers(*all_), all_[1])),
    ),
    "thread_root_of": st.tuples(TENANTS, ADDRESSES).map(lambda both: (line_of(*both), both[1].root_seq)),
    "seq_of": MESSAGE_SKS,
    "address_of": st.tuples(TENANTS, IDS, st.none() | SEQS, MESSAGE_SKS).map(
        lambda drawn: (
            Key(line_of(drawn[0], MessageAddress(drawn[1], 1, drawn[2])), drawn[3][0]),
            MessageAddress(drawn[1], drawn[3][1], drawn[2]),
        )
    ),
    "media_of": of_two(keys.media, IDS),
    "member_of": of_one(keys.member_gsk, USERS),
    "invite_of": of_one(keys.invite_gsk, IDS),
    "join_request_of": of_one(keys.join_request_gsk, IDS),
    "membership_of": of_one(keys.membership_sk, IDS),
    "former_membership_of": of_one(keys.former_membership_sk, IDS),
    "user_group_of": of_one(keys.user_group_member_sk, IDS),
    "muted_of": of_one(keys.user_mute_sk, USERS),
    "muter_of": of_one(keys.muted_by_sk, USERS),
    "blocked_of": of_one(keys.block_sk, USERS),
    "blocker_of": of_one(keys.blocked_by_sk, USERS),
    "announcement_of": st.tuples(MOMENTS, IDS).map(lambda both: (keys.announcement_sk(*both), both[1])),
    "export_of": of_one(keys.export_sk, IDS),
    "saved_search_of": of_one(keys.saved_search_sk, IDS),
    "draft_of": st.tuples(IDS, st.none() | SEQS).map(lambda both: (keys.draft_sk(*both), both)),
    "bookmark_of": of_one(keys.bookmark_sk, ADDRESSES.map(str)),
    "scheduled_reference_of": st.tuples(USERS, IDS).map(lambda both: (keys.scheduled_reference(*both), both)),
    "scheduled_of": of_one(keys.scheduled_sk, IDS),
    "alert_of": st.tuples(USERS, IDS).map(lambda both: (keys.alert_sk(*both), both)),
    "kid_of": of_one(keys.signing_key_sk, USERS),
    "delivery_of": of_one(keys.delivery_sk, IDS),
    "download_of": of_one(keys.download_sk, IDS),
    "reference_of": of_one(keys.reference_sk, ADDRESSES.map(str)),
    "listed_of": st.tuples(NAMES, USERS).map(lambda both: (keys.directory_sk(*both), both)),
    "flag_moment_of": st.tuples(MOMENTS, ADDRESSES.map(str), USERS).map(lambda all_: (keys.flag_gsk(*all_), all_[0])),
    "case_place_of": st.tuples(st.integers(0, 9), MOMENTS, ADDRESSES.map(str)).map(
        lambda all_: (keys.case_gsk(*all_), all_[:2])
    ),
    "appeal_moment_of": st.tuples(MOMENTS, IDS, USERS).map(lambda all_: (keys.appeal_gsk(*all_), all_[0])),
    "decision_of": of_one(keys.decision_sk, IDS),
    "shadowed_user_of": st.tuples(TENANTS, ADDRESSES, USERS).map(lambda all_: (keys.shadowed(*all_).sk, all_[2])),
    "shadowed_address_of": st.tuples(MOMENTS, ADDRESSES).map(
        lambda both: (keys.shadowed_gsk(both[0], str(both[1])), both[1])
    ),
    "log_moment_of": st.tuples(MOMENTS, st.text("0123456789abcdef", min_size=16, max_size=16)).map(
        lambda both: (keys.log_sk(*both), both[0])
    ),
    "list_change_of": st.tuples(MOMENTS, IDS).map(lambda both: (keys.list_change_sk(*both), both)),
    "search_failures_shard_of": FAILURES.map(lambda shard: (keys.search_failures(shard), shard)),
}
PARTITIONS = {
    "tenant": keys.tenant("acme"),
    "secrets": keys.secrets("acme"),
    "user": keys.user("acme", "alice"),
    "conversation": keys.conversation("acme", "c1"),
    "media": keys.media("acme", "m1"),
    "quota": keys.quota("acme", "storage", "total", 1).pk,
    "connections": keys.connections("acme", "0"),
    "search_failures": keys.search_failures(3),
    "media_deadlines": keys.media_deadlines("2026112309", 1),
}
"""A partition key of some kinds."""
SORT_KEYS = {
    "message": keys.message_sk(7),
    "annotations": keys.annotations_sk(7),
    "gaps": keys.gaps_sk(7),
    "membership": keys.membership_sk("c1"),
    "former_membership": keys.former_membership_sk("c1"),
    "user_mute": keys.user_mute_sk("bob"),
    "user_group_member": keys.user_group_member_sk("g1"),
    "muted_by": keys.muted_by_sk("bob"),
    "block": keys.block_sk("bob"),
    "blocked_by": keys.blocked_by_sk("bob"),
    "ban": keys.ban_sk("bob"),
    "invite": keys.invite_sk("bob"),
    "join_request": keys.join_request_gsk("c1"),
    "invite_link": keys.invite_link_sk("l1"),
    "announcement": keys.announcement_sk(1, "a1"),
    "export": keys.export_sk("j1"),
    "member": keys.member_gsk("bob"),
    "saved_search": keys.saved_search_sk("s1"),
    "draft": keys.draft_sk("c1", 7),
    "bookmark": keys.bookmark_sk("c1-7"),
    "scheduled_reference": keys.scheduled_reference("bob", "s1"),
    "scheduled_message": keys.scheduled_sk("s1"),
    "thread_follow": keys.thread_follow_sk("c1", 7),
    "alert": keys.alert_sk("bob", "s1"),
    "signing_key": keys.signing_key_sk("k1"),
    "delivery": keys.delivery_sk("d1"),
    "download": keys.download_sk("d1"),
    "reference": keys.reference_sk("c1-7"),
    "listed": keys.directory_sk("bob", "bob"),
    "flag": keys.flag_gsk(1, "c1-7", "bob"),
    "case": keys.case_sk(7),
    "decision": keys.decision_sk("d1"),
    "case_place": keys.case_gsk(1, 1, "c1-7"),
    "shadowed": keys.shadowed("acme", MessageAddress("c1", 7, None), "bob").sk,
    "shadowed_place": keys.shadowed_gsk(1, f"{'0' * 26}-7"),
    "appeal_place": keys.appeal_gsk(1, "d1", "bob"),
    "log": keys.log_sk(1, "0" * 16),
    "list_change": keys.list_change_sk(1, "c1"),
    "meta": keys.META_SK,
    "keyring": keys.KEYRING_SK,
}
"""A sort key of some kinds, of the table and of the index."""
OF_PARTITIONS = {
    "user_of": {"user"},
    "conversation_of": {"conversation"},
    "thread_root_of": {"conversation"},
    "media_of": {"media"},
    "search_failures_shard_of": {"search_failures"},
}
OF_SORT_KEYS = {
    "seq_of": {"message", "annotations", "case", "shadowed"},
    "shadowed_user_of": {"shadowed"},
    "shadowed_address_of": {"shadowed_place"},
    "member_of": {"member"},
    "membership_of": {"membership"},
    "invite_of": {"membership"},
    "join_request_of": {"join_request"},
    "former_membership_of": {"former_membership"},
    "user_group_of": {"user_group_member"},
    "muted_of": {"user_mute"},
    "muter_of": {"muted_by"},
    "blocked_of": {"block"},
    "blocker_of": {"blocked_by"},
    "announcement_of": {"announcement"},
    "export_of": {"export"},
    "saved_search_of": {"saved_search"},
    "draft_of": {"draft"},
    "bookmark_of": {"bookmark"},
    "scheduled_reference_of": {"scheduled_reference"},
    "scheduled_of": {"scheduled_message"},
    "alert_of": {"alert"},
    "kid_of": {"signing_key"},
    "delivery_of": {"delivery", "download"},
    "download_of": {"delivery", "download"},
    "reference_of": {"reference"},
    "listed_of": {"listed"},
    "flag_moment_of": {"flag", "case_place", "appeal_place"},
    "case_place_of": {"case_place"},
    "appeal_moment_of": {"flag", "case_place", "appeal_place"},
    "decision_of": {"decision"},
    "log_moment_of": {"log"},
    "list_change_of": {"list_change"},
}


def readers() -> set[str]:
    """Every reader that the keys have."""
    return {name for name in vars(keys) if name.endswith("_of") and not name.startswith("is_")}


@pytest.mark.parametrize("reader", sorted(WRITTEN))
@given(data=st.data())
def test_a_reader_says_what_was_written(reader: str, data: st.DataObject) -> None:
    key, expected = data.draw(WRITTEN[reader])
    assert getattr(keys, reader)(key) == expected


def test_every_reader_is_held_to_its_writers() -> None:
    assert readers() == set(WRITTEN)
    assert readers() == {*OF_PARTITIONS, *OF_SORT_KEYS, "tenant_of", "address_of"}


@pytest.mark.parametrize("reader", sorted(OF_PARTITIONS | OF_SORT_KEYS))
def test_a_reader_refuses_a_key_of_another_kind(reader: str) -> None:
    samples = PARTITIONS if reader in OF_PARTITIONS else SORT_KEYS
    read = set()
    for kind, key in samples.items():
        try:
            getattr(keys, reader)(key)
        except WrongKey:
            continue
        read.add(kind)
    assert read == (OF_PARTITIONS | OF_SORT_KEYS)[reader]


@pytest.mark.parametrize(
    ("reader", "key"),
    [
        *((name, key) for name in ("tenant_of", *OF_PARTITIONS) for key in ("", "#", "T", "T#", "T##", "X#acme#C#c1")),
        *((name, "T#acme#C#") for name in OF_PARTITIONS),
        *((name, "T##C#c1") for name in ("tenant_of", "conversation_of", "thread_root_of")),
        ("thread_root_of", keys.members("acme", "c1")),
        ("thread_root_of", "T#acme#C#c1#TH#x"),
        ("search_failures_shard_of", keys.search_failures(1) + "#1"),
        *(
            (name, key)
            for name in OF_SORT_KEYS
            for key in ("", "#", "M", "META", "M#", "M#x#R", "M#-1", "M#²", "FLAG#1")
        ),
        ("address_of", Key(keys.conversation("acme", "c1"), keys.META_SK)),
        ("address_of", Key(keys.user("acme", "alice"), keys.message_sk(7))),
        ("address_of", Key(keys.members("acme", "c1"), keys.message_sk(7))),
    ],
)
def test_a_reader_refuses_what_is_no_key(reader: str, key: str | Key) -> None:
    with pytest.raises(WrongKey):
        getattr(keys, reader)(key)


def test_what_may_be_of_several_kinds_can_be_asked() -> None:
    assert {kind for kind, sk in SORT_KEYS.items() if keys.is_annotations(sk)} == {"annotations"}
    assert {kind for kind, sk in SORT_KEYS.items() if keys.is_membership(sk)} == {"membership"}
    assert {kind for kind, pk in PARTITIONS.items() if keys.is_of_conversation(pk)} == {"conversation"}


@given(tenant_id=TENANTS, address=ADDRESSES)
def test_annotations_lie_beside_their_message(tenant_id: str, address: MessageAddress) -> None:
    message = Key(line_of(tenant_id, address), keys.message_sk(address.seq))
    annotations = keys.annotations_under(message)
    assert annotations == Key(message.pk, keys.annotations_sk(address.seq))
    assert keys.is_annotations(annotations.sk)
    assert not keys.is_annotations(message.sk)
    assert keys.address_of(annotations) == keys.address_of(message) == address


@given(st.tuples(SEQS, REACTIONS, USERS), st.tuples(SEQS, REACTIONS, USERS))
def test_two_reactions_never_share_a_key(one: tuple[int, str, str], other: tuple[int, str, str]) -> None:
    assert (keys.overflow_reaction_sk(*one) == keys.overflow_reaction_sk(*other)) == (one == other)


@given(tenant_id=TENANTS, address=ADDRESSES)
def test_a_line_is_counted_in_a_partition_of_its_own(tenant_id: str, address: MessageAddress) -> None:
    pk = line_of(tenant_id, address)
    root = "" if address.root_seq is None else f"#TH#{address.root_seq:012d}"
    counted = keys.usage_bitmap(tenant_id, "messages", "2026-11-23", pk, 3)
    assert counted == (f"T#{tenant_id}#Q#messages-seen#2026-11-23#C#{address.conversation_id}{root}", "S#000000003")


ANY = "*"
PATTERNS: dict[KeySpace, str] = {
    "tenant": keys.tenant(ANY),
    "secrets": keys.secrets(ANY),
    "user": keys.user(ANY, ANY),
    "directory": keys.directory(ANY, ANY),
    "conversation": keys.conversation(ANY, ANY),
    "idempotency": keys.idempotency(ANY, ANY, ANY, ANY).pk,
    "rate_limit": keys.rate_limit(ANY, ANY).pk,
    "media": keys.media(ANY, ANY),
    "quota": keys.quota(ANY, ANY, ANY, ANY).pk,
    "due": keys.media_deadlines(ANY, 0).removesuffix("#0"),
    "timers": keys.timers(ANY, 0).removesuffix("#0"),
    "access_log": keys.access_log(ANY).pk,
    "breakers": keys.breakers(),
    "search_state": keys.search_state(),
    "search_failures": keys.search_failures(0).removesuffix("0") + ANY,
    "search_heartbeat": keys.search_heartbeat(0).removesuffix("0") + ANY,
    "search_cache": keys.search_cache(ANY, ANY).pk,
    "search_mark": keys.search_mark(ANY).pk,
    "alerts": keys.alerts(ANY),
    "connections": keys.connections(ANY, ANY),
    "webhooks": keys.webhooks(ANY),
    "webhook_log": keys.webhook_log(ANY, ANY),
    "flags": keys.flags(ANY, ANY),
    "cases": keys.cases(ANY, ANY),
    "appeals": keys.appeals(ANY, ANY),
    "closing": keys.closing(0, ANY).replace("#0#", "#"),
    "jobs": keys.job(ANY, ANY).pk,
    "active_jobs": keys.active_jobs(),
    "imports": keys.imports(ANY),
    "announcements": keys.announcements(ANY),
    "files": keys.files(ANY, ANY),
    "conversations": keys.conversations(ANY, ANY),
    "push_tokens": keys.push_token(ANY, ANY).pk,
    "moderation": keys.moderation(ANY),
    "pre_send": keys.pre_send(ANY),
    "pre_send_secret": keys.pre_send_secret(ANY),
    "issuer_keys": keys.issuers(ANY),
    "unlisted": keys.unlisted(ANY),
    "commands": keys.commands(ANY),
    "command_endpoints": keys.command_endpoint(ANY, ANY),
    "conversation_types": keys.conversation_types(ANY),
    "user_groups": keys.user_groups(ANY),
    "user_group_members": keys.user_group_members(ANY, ANY),
    "holds": keys.holds(ANY),
    "retaining": keys.retaining(),
    "link_previews": keys.link_preview(ANY, ANY).pk,
    "audit": keys.audit(ANY, ANY),
    "issuer_audiences": keys.issuer_audience("", "").pk.rpartition("#")[0] + "#" + ANY,
}
"""What the writers make of `*`: the patterns that roles are given, which CDK spells since it loads no library."""


def test_roles_name_the_keys_that_are_written() -> None:
    assert {space: pattern.like for space, pattern in KEY_PATTERNS.items()} == {
        space: re.sub(r"(#\*)+$", "#*", pattern) for space, pattern in PATTERNS.items()
    }
    assert KEY_PATTERNS["tenant"].not_like == keys.tenant(ANY) + keys.SEPARATOR + ANY


_TAKING_APART = {"split", "rsplit", "partition", "rpartition"}
_SPELLED = re.compile(r"(^|#)[A-Z]+#|^#[A-Z]+$")
"""A kind of key between its separators; `#name` in an expression of DynamoDB is none."""


def offences(source: str) -> list[str]:
    """Where a module takes a key apart, or spells a part of one; docstrings may say what they like."""
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and _text(node.value)}
    return sorted({found for node in ast.walk(tree) if id(node) not in said for found in _offences_of(node)})


def _offences_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _TAKING_APART:
        separator = ast.unparse(node.args[0]) if node.args else ""
        if "#" in separator or separator.endswith("keys.SEPARATOR"):
            yield f"line {node.lineno} takes a key apart"
    if isinstance(node, ast.Constant) and any(_SPELLED.search(text) for text in _text(node)):
        yield f"line {node.lineno} spells a key"
    if isinstance(node, ast.JoinedStr):
        for before, piece in zip(node.values, node.values[1:], strict=False):
            if isinstance(before, ast.FormattedValue) and any(text.startswith("#") for text in _text(piece)):
                yield f"line {node.lineno} spells a key"


def _text(node: ast.AST) -> list[str]:
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


@pytest.mark.parametrize("folder", FOLDERS)
def test_nobody_else_spells_a_key_or_takes_one_apart(folder: str) -> None:
    files = [file for file in (ROOT / folder).rglob("*.py") if file != PATTERNS_OF_ROLES and KEYS not in file.parents]
    found = {str(file.relative_to(ROOT)): offences(file.read_text(encoding="utf-8")) for file in files}
    assert found
    assert {file: lines for file, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "statement",
    [
        'pk.split("#")[3]',
        'sk.partition("#")',
        'pk.rsplit("#", 1)[-1]',
        'pk.split("#U#", 1)[1]',
        "pk.split(keys.SEPARATOR)",
        'sk.removeprefix("KEY#")',
        'sk.endswith("#R")',
        'SHARD_PREFIX = "SHARD#"',
        'Key(pk, f"JOB#{job_id}")',
        'f"{at.sk}#R"',
        'f"{tenant_id}#{connection_id}"',
        'f"{tenant_id}#KEY#{kid}"',
        'mine = f"T#{tenant_id}#"',
        'KeyPattern("T#*")',
        'KeyPattern("T#*#U#*")',
        'dynamodb.query(table, pk, begins_with="M#")',
    ],
)
def test_a_key_that_is_spelled_or_taken_apart_is_seen(statement: str) -> None:
    assert offences(statement)


@pytest.mark.parametrize(
    "statement",
    [
        '"""`T#<tenant>#C#<conversation>` / `META`"""',
        'names = {"#name": "name", "#r1": "role"}',
        'f"SET #name = :name, #{name} = :{name}"',
        'f"#r{number}"',
        '{"$ref": f"#/components/schemas/{name}"}',
        'line.startswith("#Fields:")',
        'keys.tenant_of(raw["pk"]["S"])',
    ],
)
def test_what_is_no_key_is_left_alone(statement: str) -> None:
    assert offences(statement) == []


@given(SEQS, SEQS, USERS)
def test_what_belongs_to_messages_up_to_a_number_lies_in_ranges(seq: int, through: int, user_id: str) -> None:
    written = (keys.edit_sk(seq, 1), keys.flag_sk(seq, user_id), keys.overflow_reaction_sk(seq, "👍", user_id))
    for sk in (*written, keys.vote_sk(seq, user_id)):
        assert any(low <= sk <= high for low, high in keys.belonging_through(through)) == (seq <= through)
        assert sk.startswith(keys.belonging_to(seq))

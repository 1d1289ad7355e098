"""How users stand in the directory: order, size, shards."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from parley.tables import cursors
from parley.tables.shards import SHARDS
from parley.users.directory import directory_entry, fold

NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=100)
USER_IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._@:+=-]{0,79}", fullmatch=True)
WIDEST = "\U0001d15e" * 100
"""Each becomes two characters of four bytes."""


@given(name=NAMES, other=NAMES, user_id=USER_IDS, other_id=USER_IDS)
def test_entries_sort_by_folded_name_then_by_id(name: str, other: str, user_id: str, other_id: str) -> None:
    first, second = directory_entry("t", user_id, name)[1], directory_entry("t", other_id, other)[1]
    assert (first.encode() < second.encode()) == ((fold(name), user_id) < (fold(other), other_id))


@given(name=NAMES | st.just(WIDEST), user_id=USER_IDS | st.just("z" * 80))
def test_an_entry_fits_into_a_key_and_its_cursor_into_the_limit(name: str, user_id: str) -> None:
    gsk = directory_entry("t", user_id, name)[1]
    assert len(gsk.encode()) < 1024
    cursor = cursors.encode(["n", gsk], ("users", fold(name)))
    assert len(cursor) <= cursors.MAX_LENGTH
    assert cursors.decode(cursor, ("users", fold(name))) == ["n", gsk]


@given(name=st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=50))
def test_case_does_not_matter(name: str) -> None:
    assert fold(name.upper()) == fold(name.lower()) == fold(name)


def test_users_spread_over_all_shards() -> None:
    counted = Counter(directory_entry("t", f"user-{number}", "x")[0] for number in range(1600))
    assert len(counted) == len(SHARDS)
    assert max(counted.values()) < 2 * 1600 / len(SHARDS)


def test_a_user_stays_in_the_shard_under_every_name() -> None:
    assert directory_entry("t", "alice", "Alice")[0] == directory_entry("t", "alice", "Zoe")[0]

"""The error classes: the tree in the module's docstring is the tree of the classes, in the same order."""

import re
from collections.abc import Iterator

from parley import errors
from parley.errors import ParleyError

FAMILY = re.compile(r"[├└]── (?P<name>\w+) (?P<status>\d{3})")
MEMBERS = re.compile(r"[│ ] {7}(?P<names>\w+(?:, \w+)*),?")


def drawn() -> dict[str, tuple[int, list[str]]]:
    """Each family with its status and its members, as the docstring draws them."""
    lines = iter((errors.__doc__ or "").splitlines())
    for line in lines:
        if line == "ParleyError":
            break
    families: dict[str, tuple[int, list[str]]] = {}
    members: list[str] = []
    for line in lines:
        if family := FAMILY.fullmatch(line):
            members = []
            families[family["name"]] = (int(family["status"]), members)
        else:
            found = MEMBERS.fullmatch(line)
            assert found, f"not understood: {line!r}"
            members += found["names"].split(", ")
    return families


def classes(base: type[ParleyError] = ParleyError) -> Iterator[type[ParleyError]]:
    for each in base.__subclasses__():
        if each.__module__ == errors.__name__:
            yield each
            yield from classes(each)


def test_the_drawn_tree_is_the_tree_of_the_classes() -> None:
    tree = drawn()
    families = {each.__name__: each.status for each in classes() if each.__base__ is ParleyError}
    assert {name: status for name, (status, _) in tree.items()} == families
    members = {name: [each.__name__ for each in getattr(errors, name).__subclasses__()] for name in families}
    assert {name: sorted(names) for name, (_, names) in tree.items()} == {n: sorted(m) for n, m in members.items()}


def test_the_classes_stand_in_the_order_of_the_drawn_tree() -> None:
    wanted = ["ParleyError"]
    for family, (_, members) in drawn().items():
        wanted += [family, *sorted(members)]
    assert [name for name, each in vars(errors).items() if isinstance(each, type)] == wanted


def test_a_member_has_the_status_of_its_family_and_a_code_of_its_own() -> None:
    for family, (status, members) in drawn().items():
        assert {getattr(errors, name).status for name in (family, *members)} == {status}
    codes = [each.code for each in classes()]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)

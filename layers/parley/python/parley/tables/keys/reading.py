"""Taking keys apart: for this package alone. What is not of the kind that is read raises `WrongKey`."""

from parley.tables.keys.parts import SEPARATOR, WrongKey


def named(pk: str, kind: str) -> str:
    """What follows the kind in a partition key `T#<tenant>#<kind>#<name>`, or in one that goes on after it."""
    parts = pk.split(SEPARATOR, 4)
    if len(parts) < 4 or parts[0] != "T" or parts[2] != kind or not (parts[1] and parts[3]):  # noqa: PLR2004
        raise WrongKey(f"not the key of a partition of kind {kind}")
    return parts[3]


def after(prefix: str, key: str) -> str:
    """What follows the prefix of a sort key."""
    if not key.startswith(prefix):
        raise WrongKey(f"not a sort key that begins with {prefix}")
    return key[len(prefix) :]


def number(digits: str) -> int:
    """A part that is a number."""
    if not (digits.isascii() and digits.isdecimal()):
        raise WrongKey("not a number where the key has one")
    return int(digits)

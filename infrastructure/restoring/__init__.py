"""A backup that was never restored is a hope: export, restore into a new table, compare, index anew."""


class NotRestored(RuntimeError):
    """The backup is not whole, was not taken, or holds something else than what was backed up."""

"""The block lists that this process has met, ready to be matched: each is read once for each of its versions.

The version travels with every caller (`Tenant.block_list`), so a send of a tenant without a list reads nothing, and one
of a tenant with a list reads it when its version is new to the process. A caller whose context is older than what is
known here is held to the newer list.
"""

import json

from parley.identity.caller import Caller
from parley.moderation.block_list import block_list_key
from parley.moderation.block_list_matching import Entry, Matcher
from parley.moderation.items import BlockListItem
from parley.moderation.verdicts import CLEAN, Verdict
from parley.remembered import Remembered

MOST_LISTS = 20
"""The heaviest list that we could make takes 6 MiB."""


class _Lists:
    def __init__(self) -> None:
        self._kept: Remembered[str, tuple[int, Matcher]] = Remembered(most=MOST_LISTS)

    def of(self, tenant_id: str, version: int) -> Matcher:
        held = self._kept.get(tenant_id)
        if held is None or held[0] < version:
            held = self._read(tenant_id, version)
        self._kept.set(tenant_id, held)
        return held[1]

    def _read(self, tenant_id: str, version: int) -> tuple[int, Matcher]:
        """The list, at least as new as `version`: 0.5 RRU for each 4 KiB. One that has been removed is empty."""
        at = block_list_key(tenant_id)
        item = BlockListItem.at(at)
        if item is None or int(item.version) < version:
            item = BlockListItem.at(at, consistent=True)
        if item is None:
            return version, Matcher(())
        return int(item.version), Matcher(entries_of(item))

    def forget(self) -> None:
        self._kept.clear()


def entries_of(item: BlockListItem) -> list[Entry]:
    """The entries of a stored list, with what is done about each."""
    return [
        Entry(entry.get("word") or entry["pattern"], "pattern" in entry, entry.get("action", item.action))
        for entry in json.loads(item.entries)
    ]


lists = _Lists()


def examine(caller: Caller, text: str) -> Verdict:
    """What the list of the caller's tenant says of a text, if it has one."""
    version = caller.tenant.block_list
    return lists.of(caller.tenant_id, version).examine(text) if version and text else CLEAN

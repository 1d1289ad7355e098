"""The only place that spells a key and takes one apart. Every partition key begins with the tenant.

A module a domain, all of it named here: `keys.conversation(…)` makes a key, the reader beside it (`conversation_of`)
says what is in one. A reader is given the key of its kind: another raises `WrongKey`, a `ValueError`, since who reads
a key knows what it is of; what may be of several kinds is asked first (`is_annotations`). Sequence numbers have 12
digits.
"""

from parley.tables.keys.conversations import *  # noqa: F403
from parley.tables.keys.jobs import *  # noqa: F403
from parley.tables.keys.media import *  # noqa: F403
from parley.tables.keys.parts import *  # noqa: F403
from parley.tables.keys.realtime import *  # noqa: F403
from parley.tables.keys.search import *  # noqa: F403
from parley.tables.keys.tenants import *  # noqa: F403
from parley.tables.keys.timers import *  # noqa: F403
from parley.tables.keys.users import *  # noqa: F403

"""What keeps the search index: the jobs of every minute, and the set-up at every deploy."""

from infrastructure.access import chat, control
from infrastructure.triggered.triggered import Deploy, Every, Trigger, Triggered
from infrastructure.uses.search import Engine, IndexLayout

RUN_JOBS = Triggered(
    "search/run_jobs",
    "rebuilds of the search indices, heartbeats, measures",
    Every(minutes=1),
    (
        chat("BatchGetItem", "media", "tenant", "user", "conversation"),
        chat("Query UpdateItem", "search_failures"),
        chat("UpdateItem", "search_heartbeat"),
        control("GetItem PutItem DeleteItem Query", "search_state"),
        control("GetItem", "breakers"),
        Engine("write"),
    ),
    memory=512,
    timeout=110,
)
SET_UP = Triggered(
    "search/set_up",
    "makes the search indices at every deploy",
    Deploy(),
    (control("GetItem", "search_state"), Engine("write"), IndexLayout()),
    timeout=300,
)
FUNCTIONS: tuple[Triggered[Trigger], ...] = (RUN_JOBS, SET_UP)

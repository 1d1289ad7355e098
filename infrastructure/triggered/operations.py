"""What empties the buckets of a stage that keeps nothing."""

from infrastructure.triggered.triggered import Deploy, Trigger, Triggered

EMPTY_BUCKET = Triggered(
    "operations/empty_bucket",
    "empties a bucket that goes with its stack",
    Deploy(),
    memory=512,
    timeout=900,
)
FUNCTIONS: tuple[Triggered[Trigger], ...] = (EMPTY_BUCKET,)

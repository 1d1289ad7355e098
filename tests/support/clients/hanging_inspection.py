"""A decoder that hangs once the metadata has been looked at: run in place of `parley.media.checking.inspection`."""

import json
import sys
import time

if __name__ == "__main__":
    sys.stdout.write(json.dumps({"metadata": "removed", "edits": []}) + "\n")
    sys.stdout.flush()
    time.sleep(60)

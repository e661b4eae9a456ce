"""`jiaokan run`, but it waits before documents are compared until a file appears. For tests that disturb it meanwhile.

python -m tests.flows.held_run RAW CLEAN REACHED GO
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from flows import repeats
from flows.cli import app


def main(raw: str, clean: str, reached: str, go: str) -> None:
    """Touch ``reached``, wait for ``go``, and end as the command ends."""
    real = repeats.compare

    def compare(*arguments: Any) -> Any:
        Path(reached).touch()
        while not Path(go).exists():
            time.sleep(0.1)
        return real(*arguments)

    repeats.compare = compare
    app(["run", "--raw", raw, "--clean", clean])


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A process to be killed: `python -m tests.simulation.victim SETTINGS` pushes what is due, once."""

from __future__ import annotations

import sys
from pathlib import Path

from gongdan.desk import Desk


def main() -> None:
    with Desk.open(Path(sys.argv[1]), {}) as desk:
        print("ready", flush=True)  # noqa: T201 - whoever waits for it wants to know
        desk.push()


if __name__ == "__main__":
    main()

"""dlt and singer-sdk doing their part of the same work: every ticket of every shop, upserted whole.

They live in an environment of their own beside this one, which is made with pip when it is first
asked for.  Each reads the same pages of the same server and writes into one SQLite file: dlt its
normalised tables, singer-sdk rows, by a target with its own SQL sink.  Neither keeps raw payloads,
threads, deadlines or search text.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .scene import Took, run

PACKAGES = ("dlt[sqlalchemy]==1.31.*", "singer-sdk==0.54.*")
READERS = {
    "dlt": ("dlt_reader.py",),
    "dlt, parallel": ("dlt_reader.py", "--parallel"),
    "singer-sdk": ("singer_reader.py",),
}
PROGRAMS = Path(__file__).parent / "peer_programs"


def environment() -> Path | None:
    """Return the Python of the peers' environment, made on first use; None if pip cannot."""
    folder = Path(sys.prefix) / "peers"
    python = folder / "bin" / "python"
    if (folder / "ready").exists():
        return python
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, *PACKAGES], check=True)
    except (subprocess.CalledProcessError, OSError):
        return None
    (folder / "ready").touch()
    return python


def read(python: Path, name: str, folder: Path, address: str, shops: int) -> Took:
    """Let a peer read the shops into `peer.db`."""
    program, *options = READERS[name]
    return run([str(python), str(PROGRAMS / program), address, str(shops), *options], folder)

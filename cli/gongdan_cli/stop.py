"""Ctrl-C: the first asks, the second ends."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .output import tell
from .words.table import Words


@contextmanager
def stopping(words: Words) -> Iterator[threading.Event]:
    """Give an event that the first Ctrl-C sets; the second one kills, as it always did."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(*_: object) -> None:
        signal.signal(signal.SIGINT, _end)
        stop.set()
        tell(words("stopping"))

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _end(*_: object) -> None:
    """End at once, with the cursor that a progress bar has hidden."""
    if sys.stderr.isatty():
        sys.stderr.write("\x1b[?25h\n")
        sys.stderr.flush()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.raise_signal(signal.SIGINT)

"""The sandbox as a process of its own, as somebody else's platform would be."""

from __future__ import annotations

import json
import queue
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from typing import IO, Any

import click

_STARTS_WITHIN_S = 20.0
_STOPS_WITHIN_S = 5.0

# What `gongdan sandbox --json` prints: JSON, and every platform tells what it likes.
Line = Mapping[str, Any]


@contextmanager
def sandbox(port: int, seed: int) -> Iterator[Line]:
    """Start `gongdan sandbox --json`, give its line, and stop it at the end.

    Raises:
        click.ClickException: it did not start, or it died within the block.
    """
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # not to leave it behind
    words = ["sandbox", "--json", "--port", str(port), "--seed", str(seed)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        process = Popen(
            [sys.executable, "-m", "gongdan_cli", *words],
            stdout=PIPE,
            stderr=errors,
            stdin=DEVNULL,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for the demo, which then stops it
        )
        try:
            yield _hello(process, errors)
        except click.ClickException:
            if process.poll() not in (None, 0):
                raise _died(process, errors) from None
            raise
        finally:
            _end(process)
            signal.signal(signal.SIGTERM, before)


def _hello(process: Popen[str], errors: IO[str]) -> Line:
    """Return the line that it prints when it is listening."""
    lines: queue.Queue[str] = queue.Queue()
    out = process.stdout
    assert out is not None
    threading.Thread(target=lambda: lines.put(out.readline()), daemon=True).start()
    try:
        line = lines.get(timeout=_STARTS_WITHIN_S)
    except queue.Empty:
        message = f"the sandbox did not start within {_STARTS_WITHIN_S:.0f} s"
        raise click.ClickException(message) from None
    if not line:
        process.wait(_STOPS_WITHIN_S)
        raise _died(process, errors)
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


def _died(process: Popen[str], errors: IO[str]) -> click.ClickException:
    errors.seek(0)
    last = errors.read().strip().rpartition("\n")[2]
    return click.ClickException(f"the sandbox ended with {process.returncode}: {last or 'no word'}")


def _end(process: Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_STOPS_WITHIN_S)
    except TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()

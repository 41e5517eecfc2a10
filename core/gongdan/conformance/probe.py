"""What code does to the world outside while it runs: files, sockets, processes."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_WATCHED = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system")
_seen: dict[int, list[str]] = {}  # by thread: what it did while it is watched
_installed = False

# What a fresh interpreter says of importing one thing; argv: a module, or the path of a file.
_IMPORTER = """
import importlib, importlib.util, sys
done = []
def hook(event, args):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen"):
        done.append(event)
    elif event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        if "__pycache__" not in str(args[0]):
            done.append("writes " + str(args[0]).rpartition("/")[2])
name = sys.argv[1]
import gongdan
sys.addaudithook(hook)
try:
    if name.endswith(".py"):
        spec = importlib.util.spec_from_file_location("conformance_import", name)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    else:
        importlib.import_module(name)
except BaseException as error:
    done.append("raises " + type(error).__name__)
done += [name + " is imported" for name in ("httpx", "requests", "aiohttp") if name in sys.modules]
print("\\n".join(dict.fromkeys(done)))
"""


def import_in_a_fresh_process(module: str) -> list[str]:
    """Return what importing *module* (or the file of that path) does that it should not."""
    ways = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}  # what is found here, there too
    done = subprocess.run(
        [sys.executable, "-B", "-c", _IMPORTER, module],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **ways},
    )  # fmt: skip
    found = [line for line in done.stdout.splitlines() if line]
    return found if done.returncode == 0 else [*found, f"ends with {done.returncode}"]


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collect what this thread does to files, sockets and processes inside the block."""
    global _installed
    if not _installed:
        sys.addaudithook(_hook)
        _installed = True
    found: list[str] = []
    me = threading.get_ident()
    _seen[me] = found
    try:
        yield found
    finally:
        del _seen[me]


def _hook(event: str, args: tuple[object, ...]) -> None:
    if not _seen:
        return
    found = _seen.get(threading.get_ident())
    if found is None:
        return
    if event in _WATCHED:
        found.append(event)
    elif event == "open" and isinstance(args[0], str):
        found.append(f"opens {args[0].rpartition('/')[2]}")


@contextmanager
def logged(least: int = logging.DEBUG) -> Iterator[list[str]]:
    """Collect what is logged inside the block, from a level on; nothing of it is printed."""
    lines: list[str] = []
    handler = _Lines(lines)
    root = logging.getLogger()
    held, level = root.handlers[:], root.level
    root.handlers[:] = [handler]
    root.setLevel(least)
    try:
        yield lines
    finally:
        root.handlers[:] = held
        root.setLevel(level)


class _Lines(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._lines = lines
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))

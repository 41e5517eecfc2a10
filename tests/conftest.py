"""What many tests need: a clock that never waits; and what keeps thousands of them fast."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

from gongdan.store import Store, guard

# Thousands of tests and the trees of their modules stay for ever: looking through them for garbage
# every 700 objects took a quarter of the time of collecting.
gc.set_threshold(50_000, 20, 20)

# What is tried differs from run to run, how long it may take is nobody's claim.
settings.register_profile("gongdan", deadline=None)
settings.load_profile("gongdan")

MEMORY = Path("/dev/shm")
NEW_FILE = guard.new_file
ROOM_BYTES = 2 << 30  # for the folders of all workers at once; a container may have 64 MB only

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


class ManualClock:
    """A clock that stands still until somebody sleeps or moves it.

    Attributes:
        sleeps: the seconds of every sleep, in order.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._passed_s = 0.0
        self._lock = threading.Lock()
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed_s)

    def monotonic(self) -> float:
        return self._passed_s

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.advance(max(seconds, 0.0))

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._passed_s += seconds


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def pytest_configure(config: pytest.Config) -> None:
    """Have the tests' folders in memory, where there is room: no disk is waited for."""
    with contextlib.suppress(OSError):
        if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    del config


@pytest.fixture(scope="session")
def ready_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store that has its tables and nothing in them."""
    path = tmp_path_factory.mktemp("store") / "ready.db"
    store = Store(path)
    store._guard.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture(autouse=True, scope="session")
def _copied_stores(ready_store: Path) -> Iterator[None]:
    """Let a new store be a copy: the migrations cost more than most tests do with it."""

    def copy(path: Path) -> None:
        draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        shutil.copyfile(ready_store, draft)
        draft.chmod(0o600)
        with contextlib.suppress(FileExistsError):  # somebody else was faster
            os.link(draft, path)
        draft.unlink()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "new_file", copy)
        yield


@pytest.fixture
def migrated_stores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a new store be made as it is where no test runs."""
    monkeypatch.setattr(guard, "new_file", NEW_FILE)

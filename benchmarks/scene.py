"""What a measurement is made in: a server in its own process, shops set up, whole processes timed.

The benchmark's connector is a plugin like any other: its distribution is a folder with an entry
point, laid where Python looks for installed ones, and `gongdan sync` is run as cron would run it.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from gongdan.store import Store

ROOT = Path(__file__).resolve().parent.parent
GONGDAN = Path(sys.executable).with_name("gongdan")


class Took(Struct, frozen=True):
    """What a process took: seconds of the clock and of the processor, and its peak in MB."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    out: str


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder that is removed afterwards."""
    with TemporaryDirectory(prefix="gongdan-bench-") as name:
        yield Path(name)


@contextmanager
def serving(*, tickets: int, latency_ms: float = 0) -> Iterator[str]:
    """Run the server; give its address."""
    command = [sys.executable, "-m", "benchmarks.server", "--tickets", str(tickets)]
    command += ["--latency-ms", str(latency_ms)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.stdin.close()
        process.wait()


def names(shops: int) -> list[str]:
    """Return the aliases of so many shops; their remote ids are the same."""
    return [f"s{number:04}" for number in range(shops)]


def set_up(folder: Path, address: str, shops: int, threads: int, chores_s: int = 0) -> None:
    """Write the settings of so many shops of one app, and lay the plugin beside them.

    Args:
        chores_s: how long a sync may classify, and build the search index: no other reader does.
    """
    lines = ["[gongdan]", f"threads = {threads}", f"chores_s = {chores_s}"]
    lines += ["[apps.bench]", 'platform = "bench"']
    lines += [f'base_url = "{address}"', 'app_key = "bench"']
    for alias in names(shops):
        lines += [f"[shops.{alias}]", 'app = "bench"', f'remote_id = "{alias}"']
    (folder / "gongdan.toml").write_text("\n".join(lines))
    announced = folder / "gongdan_bench-1.dist-info"
    announced.mkdir(exist_ok=True)
    (announced / "METADATA").write_text("Metadata-Version: 2.1\nName: gongdan-bench\nVersion: 1\n")
    (announced / "entry_points.txt").write_text("[gongdan]\nbench = benchmarks.connector\n")


def empty_store(path: Path) -> None:
    """Make a store with its tables and nothing in them."""
    Store(path).close()


def run(command: Sequence[str], folder: Path, more: Mapping[str, str] | None = None) -> Took:
    """Run a process to its end; a failure is an error with what it said."""
    places = [*filter(None, [os.environ.get("PYTHONPATH")]), str(ROOT), str(folder)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(places), **(more or {})}
    with (folder / "out").open("w+") as out, (folder / "err").open("w+") as err:
        begun = time.perf_counter()
        process = subprocess.Popen(list(command), cwd=folder, env=env, stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        said = out.read()
        if process.returncode:
            raise RuntimeError(f"{command[0]}: exit {process.returncode}: {err.read()[-2000:]}")
    return Took(wall_s, used.ru_utime + used.ru_stime, _megabytes(used), said)


def sync(folder: Path) -> Took:
    """Run `gongdan sync --json` as a whole process; the last line of `out` is the summary."""
    return run([str(GONGDAN), "sync", "--json"], folder, {"GONGDAN_PLUGINS": "bench"})


def summary(took: Took) -> dict[str, int]:
    """Return the counts of a sync."""
    told = json.loads(took.out.splitlines()[-1])
    return {name: value for name, value in told.items() if isinstance(value, int)}


def forget(folder: Path) -> None:
    """Remove the store."""
    for path in folder.glob("gongdan.db*"):
        path.unlink()


def _megabytes(used: resource.struct_rusage) -> float:
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return used.ru_maxrss / unit

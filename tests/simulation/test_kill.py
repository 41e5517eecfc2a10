"""Real processes over real HTTP, killed in the middle, and two of them at once."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from gongdan.sandbox import Case, Fault, Json, Plan, Running, start
from gongdan.store import Store

from .checks import differences
from .platforms import PLATFORMS, Platform

KILLS = int(os.environ.get("GONGDAN_KILLS", "15"))
TICKETS = 30
SLOW_S = 0.004  # each request: long enough that kills hit pages, details and landings alike
ENDS_WITHIN_S = 60
SERVED = ("douyin", "qianniu")
ALIASES = {"douyin": "dou", "qianniu": "tm"}


class Bench:
    """Two platforms that are served, and processes that sync one shop of each."""

    def __init__(self, folder: Path, running: Running) -> None:
        self.running = running
        self.rng = Random("kill")
        self._folder = folder
        self._env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self._write_settings()
        self._victim: subprocess.Popen[str] | None = None
        self._left = 0
        self._changes = 0
        for world in running.sandbox.worlds.values():
            world.sleep = self._answer_slowly

    def _write_settings(self) -> None:
        lines = []
        for name in SERVED:
            hello: Any = self.running.line[name]
            settings = PLATFORMS[name].settings(hello)
            alias = ALIASES[name]
            lines += [
                f"[apps.{name}]", f'platform = "{name}"', f'app_key = "{settings.app_key}"',
                f'base_url = "{settings.base_url}"', f"[shops.{alias}]", f'app = "{name}"',
                f'remote_id = "{PLATFORMS[name].shop(hello)}"',
            ]  # fmt: skip
            self._env[f"GONGDAN_{name.upper()}_APP_SECRET"] = hello["app_secret"]
            self._env[f"GONGDAN_{alias.upper()}_TOKEN"] = settings.token.reveal()
        (self._folder / "gongdan.toml").write_text("\n".join(lines), encoding="utf-8")

    async def _answer_slowly(self, seconds: float) -> None:
        """Take some time for a request; within one of them, or just after, the child is killed."""
        if self._victim is not None:
            self._left -= 1
            if self._left == 0:
                asyncio.get_running_loop().call_later(self.rng.random() * 0.02, self._kill)
        await asyncio.sleep(seconds)

    def _kill(self) -> None:
        if self._victim is not None:
            self._victim.send_signal(signal.SIGKILL)

    def sync(self) -> subprocess.Popen[str]:
        """Start a process that syncs both shops."""
        config = str(self._folder / "gongdan.toml")
        return subprocess.Popen(
            [sys.executable, "-m", "gongdan_cli", "sync", "--json", "--config", config],
            env=self._env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def killed_sync(self, after: int) -> int:
        """Sync and kill within the request number *after*; return how the process ended."""
        self._left = after
        self._victim = process = self.sync()
        process.communicate(timeout=ENDS_WITHIN_S)
        self._victim = None
        return process.returncode

    def cases(self, platform: Platform) -> list[Case]:
        """Return the cases of the shop that is synced."""
        hello: Any = self.running.line[platform.name]
        world = self.running.sandbox.worlds[platform.name]
        return list(world.cases.of(platform.shop(hello), platform.stream))

    def change_some(self) -> None:
        """Change some cases of each platform, and add one."""
        with self.running.sandbox.lock:
            for name in SERVED:
                platform = PLATFORMS[name]
                for case in self.rng.sample(self.cases(platform), 5):
                    self._put(platform, case.id)
                self._put(platform, str(9_100_000_000_000_000_000 + self._changes))

    def _put(self, platform: Platform, case_id: str) -> None:
        self._changes += 1
        said = {"who": platform.who[0], "text": f"message {self._changes}"}
        ticket: Json = {"id": case_id, platform.words: f"words {self._changes}", "messages": [said]}
        hello: Any = self.running.line[platform.name]
        ticket["shop"] = platform.shop(hello)
        self.running.sandbox.gateways[platform.name].imitation.put(ticket)

    def check(self) -> None:
        """Check that the store has every case in its newest version, and nothing else."""
        store = Store(self._folder / "gongdan.db")
        try:
            for name in SERVED:
                platform = PLATFORMS[name]
                assert differences(platform, self.cases(platform), store, ALIASES[name]) == []
            assert {run.outcome for run in store.ledger.runs(limit=200)} <= {"ok", "lost"}
        finally:
            store.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    makers = {name: PLATFORMS[name].make for name in SERVED}
    slow = Fault(name="slow", when=1.0, seconds=SLOW_S)
    with start(makers, plan=Plan(7, 1, TICKETS), faults=[slow]) as running:
        yield Bench(tmp_path, running)


def test_loses_nothing_when_killed_at_any_moment(bench: Bench) -> None:
    killed = 0
    for _ in range(KILLS):
        killed += bench.killed_sync(bench.rng.randint(1, 30)) == -signal.SIGKILL
        bench.change_some()

    last = bench.sync()
    out, err = last.communicate(timeout=ENDS_WITHIN_S)

    assert last.returncode == 0, err
    assert killed >= KILLS * 2 // 3  # the others were done first
    assert set(json.loads(out.splitlines()[-1])["shops"]) == set(ALIASES.values())
    bench.check()


def test_two_processes_on_the_same_shops_lose_and_double_nothing(bench: Bench) -> None:
    for _ in range(2):
        pair = [bench.sync(), bench.sync()]
        told = [process.communicate(timeout=ENDS_WITHIN_S) for process in pair]
        bench.change_some()

        assert {process.returncode for process in pair} <= {0, 4}, told
        outcomes = [
            [json.loads(line)["outcome"] for line in out.splitlines()[:-1]] for out, _ in told
        ]
        for of_shop in zip(*outcomes, strict=True):
            assert "ok" in of_shop
            assert set(of_shop) <= {"ok", "busy"}

    bench.sync().communicate(timeout=ENDS_WITHIN_S)
    bench.check()

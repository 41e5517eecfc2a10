"""The log as text and as JSON: what is in a line, and what never is."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gongdan.desk import Desk
from gongdan_cli import logs, office
from tests.core.office import Office

from .conftest import Run

CANARY = "canary-0451"
LOG = logging.getLogger("gongdan.test")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    logger = logging.getLogger("gongdan")
    before, level, hidden = list(logger.handlers), logger.level, set(logs._hidden)
    yield
    logger.handlers[:] = before
    logger.setLevel(level)
    logs._hidden.clear()
    logs._hidden.update(hidden)


def lines(stderr: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stderr.splitlines()]


def test_a_sync_is_a_line_a_shop(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Office(tmp_path, ["douyin"], tickets=2)
    monkeypatch.setattr(office, "open_desk", place.desk)

    result = run("--log-format", "json", "sync", "--json")

    (line,) = [line for line in lines(result.stderr) if "outcome" in line]
    assert (line["shop"], line["outcome"], line["level"]) == ("douyin", "ok", "info")
    assert line["new"] == json.loads(result.stdout.splitlines()[-1])["new"]
    assert line["at"].endswith("+00:00")


@pytest.mark.parametrize(
    ("said", "level", "form"),
    [
        ("json", "info", "json"),
        ("json:debug", "debug", "json"),
        ("warning", "warning", "text"),
        (" TEXT:error ", "error", "text"),
    ],
)
def test_the_variable_says_level_and_format(
    said: str, level: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGDAN_LOG", said)

    assert logs.wanted(False, False, None) == (level, form)
    assert logs.wanted(False, True, "json") == ("debug", "json")


def test_a_variable_that_says_nothing_known_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGDAN_LOG", "jason")

    result = run("queue")

    assert result.exit_code == 2
    assert "GONGDAN_LOG=jason: write json:info" in result.stderr


@pytest.mark.parametrize("form", logs.FORMATS)
@pytest.mark.parametrize(
    "text",
    [
        f"the secret {CANARY} was refused",
        "GET https://x/?a=1&access_token=0451-ab&b=2",
        '{"session": "0451-ab", "b": 1}',
        "buyer 13800130451 called",
        "app_secret=0451",
    ],
)
def test_no_secret_is_in_a_line(form: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.hide([CANARY])
    logs.begin("info", form)

    LOG.warning("%s", text)
    LOG.info("x", extra={"facts": {"error": text}})

    told = capsys.readouterr().err
    assert "0451" not in told
    assert "***" in told


def test_of_an_exception_json_tells_the_place_and_never_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.begin("info", "json")
    try:
        raise KeyError("13800138000 张三")
    except KeyError:
        LOG.exception("%s: the run failed", "main")

    (line,) = lines(capsys.readouterr().err)
    assert (line["error_kind"], line["text"]) == ("KeyError", "main: the run failed")
    assert line["error_at"][-1].startswith("test_logs.py:")
    assert "张三" not in str(line)


def test_the_secrets_of_the_settings_are_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Office(tmp_path, ["douyin"], tickets=1)
    monkeypatch.setenv("GONGDAN_CONFIG", str(place.path))
    monkeypatch.setenv("GONGDAN_TM_TOKEN", CANARY)
    with office.open_desk() as desk:
        assert isinstance(desk, Desk)
        secret = desk.settings("douyin").app_secret  # type: ignore[attr-defined] # the connector's

    assert logs.redacted(f"{secret.reveal()} {CANARY}") == "*** ***"


def test_a_second_command_in_one_process_says_everything_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.begin("info", "json")
    logs.begin("info", "json")

    LOG.warning("once")

    assert len(lines(capsys.readouterr().err)) == 1

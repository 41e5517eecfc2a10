"""`gongdan plugins` and `gongdan error`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from gongdan import Ability, Call, Connector, Error, Means, NotFound, Settings, Stream
from gongdan.plugins.registry import Plugin
from gongdan_cli import plugin_list

from .conftest import Run

ACME = Connector(
    api=1,
    platform="acme",
    settings=Settings,
    streams=(Stream(name="cases", abilities=(Ability(to_call=lambda *_: Call("reply")),)),),
    errors=(
        Error("20000 isp.*:10009", Means.DONE, "已回复过", "answered already", on="reply"),
        Error("20000 *", Means.RETRY, zh="平台异常", en="in trouble"),
        Error("4*", Means.REFUSED, en="no"),
        Error("*", Means.RETRY, en="never reached"),
    ),
)


class FakePlugins:
    """Stands in for what is installed."""

    all = [  # noqa: RUF012 # a stand-in
        Plugin(
            name="acme",
            version="1.2",
            source="gongdan-acme (acme)",
            connectors=(ACME,),
            warnings=("ByTime.tick works until gongdan 9",),
        ),
        Plugin(name="broken", source="x (y)", error="ImportError: no module z\x1b[2J"),
    ]

    def connector(self, platform: str) -> object:
        if platform != "acme":
            raise NotFound("no plugin serves it (there are: acme)")
        return ACME


@pytest.fixture(autouse=True)
def _plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin_list, "installed", FakePlugins)


def test_plugins_piped_are_json_lines(run: Run) -> None:
    acme, broken = map(json.loads, run("plugins").stdout.splitlines())

    assert acme["platforms"] == [{"platform": "acme", "api": 1, "streams": {"cases": ["reply"]}}]
    assert acme["warnings"] == ["ByTime.tick works until gongdan 9"]
    assert broken["error"].startswith("ImportError")


def test_plugins_on_a_terminal_name_the_broken_and_why(
    run: Run, terminal: Callable[[int], None]
) -> None:
    terminal(80)

    output = run("plugins").stdout

    assert "acme 1.2  gongdan-acme (acme)" in output
    assert "cases          reply" in output
    assert "will not work for ever: ByTime.tick works until gongdan 9" in output
    assert "broken: ImportError: no module z�[2J" in output


@pytest.mark.parametrize(
    ("code", "lang", "said"),
    [
        pytest.param("20000 isp.x:1", "en", "in trouble", id="first match"),
        pytest.param("20000 isp.x:1", "zh", "平台异常", id="chinese"),
        pytest.param("404", "zh", "no", id="only english"),
        pytest.param("20000 isp.x:10009", "en", "answered already", id="of one request"),
    ],
)
def test_a_code_is_explained_in_the_users_language(
    code: str, lang: str, said: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGDAN_LANG", lang)

    result = run("error", "acme", *code.split())

    assert result.exit_code == 0
    assert f"  {said}\n" in result.stdout
    assert "never reached" not in result.stdout


def test_rows_of_one_request_come_before_the_general_one(run: Run) -> None:
    found = [
        json.loads(line)
        for line in run("error", "acme", "20000 isp.x:10009", "--json").stdout.splitlines()
    ]

    assert [(row["on"], row["means"]) for row in found] == [("reply", "done"), ("*", "retry")]


def test_a_code_in_no_row_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        FakePlugins,
        "connector",
        lambda *_: Connector(api=1, platform="b", settings=Settings, streams=()),
    )

    result = run("error", "b", "77")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "b 77: not in the table" in result.stderr


def test_an_unknown_platform_is_a_usage_error(run: Run) -> None:
    assert run("error", "nowhere", "1").exit_code == 2

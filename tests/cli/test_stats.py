"""`gongdan stats`: tables that fit, JSON, and one page that can be mailed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.cells import cell_len

from gongdan import Message, Status, Who
from gongdan.figures.figures import FIGURES
from gongdan.people.acts import Acts
from gongdan_cli import office
from gongdan_cli.screens.counts import figure_text
from tests.core.alerts.shops import Shops, add

from .conftest import Run

HOUR = timedelta(hours=1)
EVIL = '<script>alert("1")</script>&amp;'


@pytest.fixture
def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shops:
    """Three tickets: answered in an hour, late, due at night; some of the words are not kind."""
    shops = Shops(tmp_path, "", {"GONGDAN_USER": "小王"}, ["main", "b"])
    monkeypatch.setattr(office, "open_desk", shops.desk)
    with shops.desk() as desk:
        now = desk.now()
        answer = (Message(Who.MERCHANT, "您好", now + HOUR),)
        name = add(
            desk, "main", "1", now + 2 * HOUR, status=Status.ANSWERED, turn=None, thread=answer,
            kind_text=EVIL,
        )  # fmt: skip
        add(desk, "main", "2", now + HOUR, kind_text="少件漏发")
        add(desk, "main", "3", now + 14 * HOUR, kind_text=EVIL)
        Acts(desk).finish(name, "resolved", cause=EVIL)
    shops.clock.advance(5 * 3600)
    return shops


@pytest.mark.usefixtures("shops")
def test_json_has_every_figure(run: Run) -> None:
    result = run("stats", "--by", "shop,kind", "--since", "2026-11-20", "--until", "2026-11-22")

    told = json.loads(result.stdout)
    assert set(told["total"]["figures"]) == set(FIGURES)
    figures = told["total"]["figures"]
    assert (figures["received"], figures["on_time"], figures["late"]) == (3, 1, 1)
    assert (figures["on_time_rate"], figures["first_response_s"]) == (0.5, 3600)
    assert figures["late_s"] == 4 * 3600
    assert [group["group"] for group in told["groups"]] == [
        {"shop": "main", "kind": EVIL}, {"shop": "main", "kind": "少件漏发"},
    ]  # fmt: skip
    assert told["causes"] == [[EVIL, 1]]
    assert [due["ticket"] for due in told["handover"]] == ["main/service/3"]


@pytest.mark.usefixtures("shops")
@pytest.mark.parametrize("columns", [80, 120, 200])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_fit_the_screen(
    run: Run, terminal: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, columns: int,
    lang: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("GONGDAN_LANG", lang)
    terminal(columns)

    shown = run("stats", "--since", "2026-11-20", "--until", "2026-11-22", "--by", "kind").stdout
    whole = run("stats", "--since", "2026-11-20", "--until", "2026-11-22").stdout

    assert max(cell_len(line) for line in (shown + whole).splitlines()) <= columns
    assert ("按时率" if lang == "zh" else "on-time rate") in shown
    assert len([line for line in whole.splitlines() if "50.0%" in line]) == 1


class Page(HTMLParser):
    """What a browser would see: tags, and the text outside them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.usefixtures("shops")
def test_the_page_escapes_everything_and_loads_nothing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "figures.html"

    result = run(
        "stats",
        "--since",
        "2026-11-20",
        "--until",
        "2026-11-22",
        "--by",
        "kind",
        "--html",
        str(path),
    )

    assert (result.exit_code, result.stdout) == (0, "")
    page = Page()
    page.feed(path.read_text("utf-8"))
    assert set(page.tags) <= {
        "html", "head", "meta", "title", "body", "h1", "h2", "p", "table", "tr", "th", "td",
    }  # fmt: skip
    assert page.attributes <= {"style", "charset", "lang"}
    assert page.texts.count(EVIL) >= 3  # as a kind, as a cause, and of a ticket due at night
    assert "50.0%" in page.texts


def test_hours_are_in_their_order(run: Run, shops: Shops) -> None:
    with shops.desk() as desk:
        for number, hours in enumerate((3, 3, 3, 1), start=10):
            add(desk, "main", str(number), desk.now(), created=desk.now() - hours * HOUR)

    told = json.loads(run("stats", "--by", "hour", "--until", "2026-11-22").stdout)

    assert [group["group"]["hour"] for group in told["groups"]] == [9, 11, 13]
    assert [group["figures"]["received"] for group in told["groups"]] == [3, 3, 1]


@pytest.mark.usefixtures("shops")
def test_mistakes_are_one_line(run: Run, tmp_path: Path) -> None:
    wrong = run("stats", "--by", "shops")
    nowhere = run("stats", "--html", str(tmp_path / "none" / "x.html"))

    assert (wrong.exit_code, nowhere.exit_code) == (2, 2)
    assert "did you mean shop?" in wrong.stderr
    assert "cannot be written" in nowhere.stderr
    assert wrong.stderr.count("\n") == nowhere.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "span", "-"), (0, "count", "0"), (1234567, "count", "1,234,567"),
        (0.975, "share", "97.5%"), (59.4, "span", "59s"), (7500.0, "span", "2h05m"),
        (100_000.0, "span", "1d03h"),
    ],
)  # fmt: skip
def test_a_figure_as_people_read_it(value: float | None, unit: str, text: str) -> None:
    assert figure_text(value, unit) == text  # type: ignore[arg-type] # one of Unit

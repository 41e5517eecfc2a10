"""What the docs say is what the code does."""

from __future__ import annotations

import ast
import functools
import inspect
import io
import json
import re
import shlex
import tokenize
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import click
import httpx
import msgspec
import pytest
import respx
from rich.cells import cell_len

import gongdan
from gongdan import GongdanError, Means, errors, hooks
from gongdan.alerts.causes import CAUSES
from gongdan.alerts.robot import AlertConfig, read_robots
from gongdan.config import settings
from gongdan.desk import Desk
from gongdan.events.escalation import read_levels
from gongdan.figures.figures import FIGURES
from gongdan.plugins.registry import GROUP, Plugins
from gongdan.store.lanes import LANES
from gongdan.views import Draft, QueueFilter
from gongdan.writing.proposing import DraftRule, Proposals
from gongdan_cli.app import SECTIONS, cli
from gongdan_douyin import DOUYIN
from gongdan_qianniu import QIANNIU
from tests.conftest import START, ManualClock

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "docs/examples"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("connectors/*/*.md")])
ACME = "https://api.acme.example"


@functools.cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def section(name: str, title: str) -> str:
    """Return what stands under a heading, up to the next of its level or higher."""
    found = re.search(rf"^(##+) {title}\n(.*?)(?=^#{{1,2}} |\Z)", text_of(name), re.M | re.S)
    assert found is not None, f"{name} has no section {title!r}"
    return found[2]


def rows(text: str) -> list[list[str]]:
    """Return the cells of every row of every table, without headers."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    heads = {index - 1 for index, line in enumerate(lines) if re.fullmatch(r"[|\- ]+", line)}
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for index, line in enumerate(lines)
        if index not in heads and index - 1 not in heads
    ]


def names(text: str, column: int = 0) -> list[str]:
    """Return what stands in backticks in a column of tables."""
    return [name for row in rows(text) for name in re.findall(r"`([^`]+)`", row[column])]


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text_of(name), re.M | re.S)


@functools.cache
def sources() -> dict[str, str]:
    """Return the text of every module of core and CLI, by its name."""
    folders = (ROOT / "core/gongdan", ROOT / "cli/gongdan_cli")
    found = (path for folder in folders for path in folder.rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in found}


# commands


@functools.cache
def commands() -> dict[str, click.Command]:
    """Return every command that does something, by what is typed."""
    context = click.Context(cli)
    found: dict[str, click.Command] = {}
    for name in (name for group in SECTIONS.values() for name in group):
        command = cli.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= {f"{name} {sub}": child for sub, child in command.commands.items()}
        else:
            found[name] = command
    return found


def test_the_readme_lists_every_command() -> None:
    told = [name.removeprefix("gongdan ") for name in names(section("README.md", "Commands"))]

    assert sorted(told) == sorted(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_a_command_has_help_with_an_example(name: str) -> None:
    told = commands()[name].help or ""

    assert len(told) > 40
    assert re.search(rf"Example:\n.*gongdan .*{name}", told, re.S)


def test_operators_read_of_every_command_that_is_theirs() -> None:
    theirs = {name for title, names in SECTIONS.items() for name in names} - {
        name for name in SECTIONS["For integrators"] if name not in ("plugins", "error")
    }
    told = set(re.findall(r"gongdan ([a-z-]+(?: [a-z]+)?)", text_of("README.zh-CN.md")))
    told |= {name.split()[0] for name in told}

    wanted = {name for name in commands() if name.split()[0] in theirs}
    assert {name for name in wanted if name not in told} - {"demo"} == set()
    assert "make demo" in text_of("README.zh-CN.md")


def typed() -> Iterator[tuple[str, str]]:
    """Yield (page, line) for every command line that the docs show."""
    for page in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/operations.md"):
        lines = [line for block in blocks(page, "(?:sh|cron)") for line in block.splitlines()]
        cells = [cell for row in rows(text_of(page)) for cell in row[1:]]
        lines += [code for cell in cells for code in re.findall(r"`([^`]+)`", cell)]
        for line in lines:
            for part in re.split(r"&&|\|", line.partition(" #")[0]):
                if found := re.match(r".*?\b(gongdan [a-z].*)", part):
                    yield page, found[1]


@pytest.mark.parametrize(("page", "line"), sorted(set(typed())))
def test_a_command_line_that_is_shown_can_be_typed(page: str, line: str) -> None:
    words = shlex.split(line.partition(">")[0])[1:]
    size = 2 if " ".join(words[:2]) in commands() else 1
    command = commands()[" ".join(words[:size])]
    if command.context_settings.get("ignore_unknown_options"):
        command = commands()["queue"]  # what it keeps are the options of that

    known = {option for param in command.params for option in param.opts} | {"--help"}
    assert {word for word in words if re.match("-[a-z-]", word)} <= known, page


def test_two_commands_set_up_and_run() -> None:
    makes = re.findall(r"^make (\w+)", section("README.md", "Try it"), re.M)
    targets = re.findall(r"^(\w+):", text_of("Makefile"), re.M)

    assert makes == ["demo", "test"]
    assert set(makes) <= set(targets)
    assert set(re.findall(r"`make (\w+)`", text_of("CONTRIBUTING.md"))) <= set(targets)
    assert "make demo" in text_of("README.zh-CN.md")


def test_the_readme_tells_every_lane() -> None:
    told = re.search(r"`--lane` shows a part: (.*)`handover`", text_of("README.md"))

    assert told is not None
    assert {*re.findall(r"`(\w+)`", told[1]), "handover"} == set(LANES)


def test_the_queue_that_is_shown_fits_80_columns() -> None:
    (shown,) = blocks("README.md", "text")

    assert max(cell_len(line) for line in shown.splitlines()) <= 80


# settings


def core_settings() -> list[list[str]]:
    """Return the rows of tables that begin with the name of a TOML table, or go on with one."""
    table = rows(section("README.md", "Settings"))
    return [row for row in table if row[0] == "" or row[0].startswith("`[")]


def test_the_readme_lists_every_setting_of_the_core() -> None:
    told = {row[1].strip("`") for row in core_settings()} - {""}
    tables = (settings.Options, settings.AppConfig, settings.ShopConfig, AlertConfig)
    fields = {name for table in tables for name in table.__struct_fields__}

    drafts = {*Proposals.__struct_fields__, *DraftRule.__struct_fields__} - {"rules"}
    assert drafts <= told
    assert told - {"at", "to", "channel"} - drafts == fields - {"alias", "options", "to"}
    assert read_levels([{"at": "80%", "to": "a", "channel": "b"}], "")


def test_the_readme_lists_every_table_of_the_settings() -> None:
    told = {re.sub(r"[.].*|\W", "", row[0]) for row in core_settings()} - {""}
    own = {"path", "store_path", "variables", "secrets", *settings.Options.__struct_fields__}

    assert told == {*settings.Config.__struct_fields__} - own | {"gongdan", "defaults"}


def test_the_readme_tells_the_defaults() -> None:
    told = {row[1].strip("`"): row[2] for row in core_settings()}

    for field in msgspec.structs.fields(settings.Options):
        assert told[field.name] == json.dumps(field.default)  # as TOML has it


@pytest.mark.parametrize("connector", [DOUYIN, QIANNIU], ids=lambda each: each.platform)
def test_the_readme_lists_every_setting_of_a_connector(connector: Any) -> None:
    table = rows(section("README.md", "Settings"))
    told = {row[0].strip("`") for row in table if row[1] in ("both", f"`{connector.platform}`")}
    optional = {"token"} if connector is DOUYIN else set()

    assert told == {*connector.settings.__struct_fields__} - optional


def test_the_settings_that_are_shown_load(tmp_path: Path) -> None:
    config, secrets = blocks("README.md", "toml")
    path = tmp_path / "gongdan.toml"
    path.write_text(config, "utf-8")
    (tmp_path / "secrets.toml").write_text(secrets, "utf-8")
    (tmp_path / "secrets.toml").chmod(0o600)

    loaded = settings.load(path, {})

    assert loaded.undo_s == 60
    assert loaded.settings("main", DOUYIN).app_secret.reveal() == "…"
    assert loaded.settings("tm", QIANNIU).token.reveal() == "…"


def test_every_cause_of_an_alert_is_told() -> None:
    told = names(section("docs/alerts.md", "Of what"))

    assert told == list(CAUSES)


def test_every_figure_is_told_as_it_is_counted() -> None:
    told = [row for row in rows(text_of("docs/figures.md")) if len(row) == 4]

    assert told == [
        [f"`{name}`", figure.zh, figure.en, figure.how] for name, figure in FIGURES.items()
    ]


def test_the_alerts_that_are_shown_load(tmp_path: Path) -> None:
    (config,) = blocks("docs/alerts.md", "toml")[:1]
    (tmp_path / "gongdan.toml").write_text(config, "utf-8")
    urls = {f"GONGDAN_ALERT_{name}_URL": "https://x" for name in ("BOSS", "NIGHT", "MAIL")}

    loaded = settings.load(tmp_path / "gongdan.toml", urls)

    assert [robot.kind for robot in read_robots(loaded)] == ["dingtalk", "wecom", "mail"]


def test_environment_variables_are_told_and_read() -> None:
    used = {word for text in sources().values() for word in re.findall(r'"(GONGDAN_[A-Z]+)"', text)}

    told = names(section("README.md", "Settings"))
    assert {name for name in told if re.fullmatch("GONGDAN_[A-Z]+", name)} == used
    assert "GONGDAN_<OWNER>_<FIELD>" in told


# errors


def tree(error: type[GongdanError] = GongdanError) -> Iterator[type[GongdanError]]:
    for child in error.__subclasses__():
        if child.__module__ == errors.__name__:
            yield child
            yield from tree(child)


def test_the_readme_tells_every_error_with_its_exit_code() -> None:
    table = rows(section("README.md", "When something is wrong"))
    told = {row[0].strip("`"): row[1] for row in table if len(row) == 4}

    assert told == {error.__name__: str(error.exit_code) for error in tree()}


def test_exit_codes_are_told_alike() -> None:
    codes = {error.exit_code for error in tree()} | {0, 130}

    pages = (
        ("README.md", "Cron"),
        ("README.zh-CN.md", "定时任务"),
        ("docs/operations.md", "Exit codes"),
    )
    for page, title in pages:
        told = {int(row[0]) for row in rows(section(page, title)) if row[0].isdigit()}
        assert told == codes, page
    assert {int(code) for code in re.findall(r"\b\d+(?= [a-z])", cli.help or "")} >= codes


def test_every_meaning_of_an_error_is_told() -> None:
    table = rows(section("docs/contract.md", "Errors"))
    assert [row[0].strip("`") for row in table] == [means.name for means in Means]


# the contract


def test_every_public_name_is_told_and_there_is_no_other() -> None:
    told = [row[0].strip("`") for row in rows(section("docs/contract.md", "Public names"))]

    assert sorted(told) == sorted(gongdan.__all__)


def spec() -> dict[str, list[str]]:
    return {
        name: list(inspect.signature(value).parameters)
        for name, value in vars(hooks).items()
        if name.startswith("gongdan_")
    }


def test_every_hook_is_told_with_its_arguments() -> None:
    told = [re.fullmatch(r"(\w+)\((.*)\)", name) for name in hook_rows()]

    assert {found[1]: found[2].split(", ") if found[2] else [] for found in told if found} == spec()


def hook_rows() -> dict[str, str]:
    return {row[0].strip("`"): row[2] for row in rows(section("docs/contract.md", "Hooks"))}


def test_hooks_that_nobody_asks_are_told() -> None:
    asked = {name for name in spec() for text in sources().values() if f'"{name}"' in text}

    told = {name.partition("(")[0] for name, when in hook_rows().items() if when != "not yet"}
    assert told == asked


def test_parts_of_the_contract_that_nobody_uses_are_told() -> None:
    checked = re.compile(
        r"(contract|wellformed)\.py|/conformance/"
    )  # the kit looks at what nobody calls, too
    engine = "".join(text for name, text in sources().items() if not checked.search(name))
    parts = ("receive", "to_events", "read_file", "by_creation")

    told = re.findall(r"`[A-Z]\w+\.(\w+)`", section("docs/contract.md", "Not used yet"))
    assert sorted(told) == sorted(name for name in parts if not re.search(rf"\w\.{name}\b", engine))


def test_python_that_is_shown_runs() -> None:
    (shown,) = blocks("docs/contract.md", "python")
    made: dict[str, Any] = {}

    exec(shown, {"g": gongdan, "__name__": "shown"}, made)

    assert made["AcmeSettings"](app_secret=gongdan.Secret("x")).base_url == ACME


def test_the_entry_point_that_is_shown_is_the_one_that_is_looked_for() -> None:
    (shown,) = blocks("docs/contract.md", "toml")

    assert list(tomllib.loads(shown)["project"]["entry-points"]) == [GROUP]


# links


def links() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text("utf-8")):
            if not re.match("[a-z]+:", target):
                yield page.relative_to(ROOT).as_posix(), target


@pytest.mark.parametrize(("page", "target"), sorted(set(links())))
def test_links_lead_somewhere(page: str, target: str) -> None:
    assert ((ROOT / page).parent / target).exists()


def test_files_that_contributors_are_sent_to_exist() -> None:
    told = re.findall(r"`([\w.]+/[\w./]*|[\w.]+\.(?:py|md|toml|txt))`", text_of("CONTRIBUTING.md"))
    places = [ROOT, ROOT / "core/gongdan", ROOT / "cli/gongdan_cli"]

    assert [name for name in told if not any((at / name).exists() for at in places)] == []


# the examples


def code_lines(path: Path) -> int:
    """Count lines that hold code: not blank, not comment, not docstring."""
    source = path.read_text("utf-8")
    skip = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    skip |= {tokenize.ENDMARKER, tokenize.ENCODING}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in skip:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(
            node
        ):
            said = node.body[0]
            lines -= set(range(said.lineno, (said.end_lineno or said.lineno) + 1))
    return len(lines)


@pytest.mark.parametrize(
    ("name", "most"), [("acme_read_only.py", 15), ("acme_with_replies.py", 30)]
)
def test_an_example_is_small(name: str, most: int) -> None:
    assert code_lines(EXAMPLES / name) <= most
    assert max(len(line) for line in text_of(f"docs/examples/{name}").splitlines()) <= 100


class Acme:
    """The helpdesk of the examples: two cases, and what was posted."""

    def __init__(self) -> None:
        self.cases = [case("C-1", "open", "包裹少了一件"), case("C-2", "done", "已经解决")]
        self.asked: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        parts = request.url.path.strip("/").split("/")
        if request.method == "POST":
            told = self._case(parts[1])
            words = msgspec.json.decode(request.content)["body"]
            made = {"id": "M-9", "from": "shop", "body": words, "at": START.isoformat()}
            told["messages"].append(made)
            return httpx.Response(201, json=made)
        if len(parts) == 2:
            return httpx.Response(200, json=self._case(parts[1]))
        asked = request.url.params
        found = [row for row in self.cases if asked["since"] <= row["updated_at"] <= asked["until"]]
        thin = [{name: row[name] for name in row if name != "messages"} for row in found]
        return httpx.Response(200, json={"items": thin, "total": len(thin)})

    def _case(self, remote_id: str) -> dict[str, Any]:
        return next(row for row in self.cases if row["id"] == remote_id)


def case(remote_id: str, state: str, title: str) -> dict[str, Any]:
    at = "2026-11-21T06:30:00Z"
    told = {"id": "M-1", "from": "buyer", "body": "少了一件", "at": at}
    facts: dict[str, Any] = {"id": remote_id, "state": state, "title": title, "messages": [told]}
    return facts | {"created_at": at, "updated_at": at}


@pytest.fixture
def acme() -> Iterator[Acme]:
    platform = Acme()
    with respx.mock(base_url=ACME) as router:
        router.route().mock(side_effect=platform.answer)
        yield platform


def desk_of(example: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk with one shop, served by an example that was found as plugins are."""
    monkeypatch.syspath_prepend(EXAMPLES)
    path = folder / "gongdan.toml"
    path.write_text(
        '[gongdan]\nfirst_days = 1\n[shops.main]\nplatform = "acme"\nremote_id = "1"\n'
        f'base_url = "{ACME}"\n',
        "utf-8",
    )
    plugins = Plugins([EntryPoint("acme", example, GROUP)])
    assert [plugin.error for plugin in plugins.all] == [""]
    config = settings.load(path, {"GONGDAN_MAIN_TOKEN": "t0ken"})
    return Desk(config, plugins, clock=ManualClock(), seed=0)


@pytest.mark.parametrize("example", ["acme_read_only", "acme_with_replies"])
def test_an_example_reads(
    example: str, acme: Acme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk_of(example, tmp_path, monkeypatch) as desk:
        first, second = desk.sync(), desk.sync()
        (row,) = desk.queue(QueueFilter())

    assert (first.new, first.quarantined, first.exit_code) == (2, 0, 0)
    assert (second.new, second.changed) == (0, 0)
    assert (row.id, row.title, row.status.value) == ("main/case/C-1", "包裹少了一件", "pending")
    assert {request.headers["authorization"] for request in acme.asked} == {"Bearer t0ken"}


def test_an_example_replies_once(
    acme: Acme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk_of("acme_with_replies", tmp_path, monkeypatch) as desk:
        desk.sync()
        desk.draft(Draft(ticket="C-1", text="您好，今天补发。"), now=True)
        desk.push()
        (sent,) = desk.outbox(all=True)
        thread = desk.ticket("C-1").thread

    assert sent.state == "confirmed"
    assert [message.text for message in thread] == ["少了一件", "您好，今天补发。"]
    assert [request.method for request in acme.asked].count("POST") == 1


def test_an_example_refuses_what_is_too_long(
    acme: Acme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk_of("acme_with_replies", tmp_path, monkeypatch) as desk:
        desk.sync()
        with pytest.raises(gongdan.Refused, match="2001 characters"):
            desk.draft(Draft(ticket="C-1", text="长" * 2001))

    assert "POST" not in [request.method for request in acme.asked]

"""A plugin that is broken, in whichever way, disables only itself and is named with the cause."""

from __future__ import annotations

import itertools
import socket
import warnings
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import gongdan.plugins.registry
from gongdan import ConfigError, NotFound
from gongdan.config import settings
from gongdan.contract import API, Deprecated
from gongdan.desk import Desk
from gongdan.plugins.registry import GROUP, Plugins
from gongdan.views import QueueFilter
from tests.conftest import ManualClock

Write = Callable[[str], str]
GOOD = """
import gongdan as g

def read_page(shop, ask):
    row = b'{"id": 1, "updated_at": "%s"}' % ask.start.isoformat().encode()
    return g.Page([g.Raw(row)], more=False)

CASES = g.Stream(name="case", reading=g.ByTime(), read_page=read_page,
                 to_ticket=lambda row: g.Ticket(title="found"))

def connector(**changed):
    given = {"api": 1, "platform": "good", "settings": g.Settings, "streams": (CASES,)}
    return g.Connector(**{**given, **changed})

@g.hookimpl
def gongdan_connectors():
    return [connector()]
"""
# What comes before replaces the last definition.
BAD = GOOD.replace('"good"', '"bad"')


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a module that can be imported, and return its name."""
    monkeypatch.syspath_prepend(tmp_path)
    numbers = itertools.count()

    def write(source: str) -> str:
        name = f"plugin_{abs(hash(tmp_path))}_{next(numbers)}"
        (tmp_path / f"{name}.py").write_text(source, "utf-8")
        return name

    return write


def load(**modules: str) -> Plugins:
    return Plugins([EntryPoint(name, module, GROUP) for name, module in modules.items()])


def hook(body: str, name: str = "gongdan_connectors", arguments: str = "") -> str:
    return f"{BAD}\n@g.hookimpl\ndef {name}({arguments}):\n    {body}\n"


BROKEN = {
    "import error": ("import missing_of_acme", "ModuleNotFoundError: No module named 'missing_o"),
    "syntax": ("def", "SyntaxError"),
    "fails on import": ("1 / 0", "ZeroDivisionError: division by zero"),
    "leaves": ("raise SystemExit(3)", "SystemExit: 3"),
    "hook fails": (hook("raise KeyError('x')"), "KeyError: 'x'"),
    "hook misspelt": (
        hook("return []", "gongdan_conectors"),
        "there is no hook gongdan_conectors; did you mean gongdan_connectors?",
    ),
    "hook not marked": (f"{BAD}\ndef gongdan_event(kind):\n    pass\n", "lacks @gongdan.hookimpl"),
    "hook asks for more": (
        hook("return None", "gongdan_event", "kind, shop"),
        "gongdan_event has no argument shop",
    ),
    "hook is a generator": (hook("yield connector()"), "is a generator or async; write a plain"),
    "gives a generator": (hook("return (c for c in [connector()])"), "gives generator, not a list"),
    "gives one connector": (hook("return connector()"), "gives Connector, not a list"),
    "gives something else": (hook("return [{}]"), "gives a list of dict, not of Connector"),
    "newer contract": (hook("return [connector(api=2)]"), "this core speaks 1; upgrade gongdan"),
    "older contract": (hook("return [connector(api=0)]"), "this core speaks 1; upgrade the plugin"),
    "contract no number": (hook("return [connector(api='1')]"), "written for contract 1, this"),
    "no contract": (hook("return [g.Connector(platform='bad')]"), "Missing required argument"),
    "platform no name": (hook("return [connector(platform='B d')]"), "use a-z, 0-9 and _"),
    "one platform twice": (hook("return [connector(), connector()]"), "two connectors for"),
    "another's platform": (
        hook("return [connector(platform='good')]"),
        "platform 'good' is served by plugin 'a_good' already",
    ),
    "settings no class": (hook("return [connector(settings=g.Settings(base_url=''))]"), "expected"),
    "settings not ours": (hook("return [connector(settings=dict)]"), "no subclass of gongdan.Set"),
    "streams a generator": (
        hook("return [connector(streams=(s for s in [CASES]))]"),
        "bad: streams: expected tuple, got generator",
    ),
    "tickets of a whole app": (
        hook(
            "return [connector(streams=(g.Stream(name='x', reading=g.ByToken(scope='app'),"
            " read_page=print, to_ticket=print),))]"
        ),
        "bad: streams[0] (x): reading: scope is app, and a row names no shop",
    ),
    "page size text": (
        hook("return [connector(streams=(g.Stream(name='x', reading=g.ByTime(page_size='5')),))]"),
        "bad: streams[0].reading.page_size: expected int, got str",
    ),
    "order misspelt": (
        hook("return [connector(streams=(g.Stream(name='x', reading=g.ByTime(order='up')),))]"),
        "bad: streams[0].reading.order: expected one of 'asc', 'desc', 'none'",
    ),
    "function no function": (
        hook("return [connector(streams=(g.Stream(name='x', to_ticket={}),))]"),
        "bad: streams[0].to_ticket: expected function, got dict",
    ),
    "list without how": (
        hook("return [connector(streams=(g.Stream(name='x', read_page=read_page),))]"),
        "bad: streams[0] (x): has read_page and no reading",
    ),
    "nothing reads rows": (
        hook("return [connector(streams=(g.Stream(name='x'),))]"),
        "bad: streams[0] (x): to_ticket: nothing tells what a row says",
    ),
    "stream name": (
        hook("return [connector(streams=(g.Stream(name='a/b', to_ticket=CASES.to_ticket),))]"),
        "bad: streams[0] (a/b): name: use a-z",
    ),
    "two streams of one name": (
        hook("return [connector(streams=(CASES, CASES))]"),
        "bad: two streams are named case",
    ),
    "no such zone": (hook("return [connector(zone='Asia/Peking')]"), "there is no time zone"),
    "no rate": (
        hook(
            "from datetime import timedelta as t\n    return [connector(rates=(g.Rate(0, t(1)),))]"
        ),
        "bad: rates[0]: 0 calls",
    ),
    "calls somebody": (
        "import socket\nsocket.create_connection(('127.0.0.1', 9))",
        "OSError: no network while plugins are loaded",
    ),
    "calls somebody and hides it": (
        f"{BAD}\nimport socket, contextlib\nwith contextlib.suppress(OSError):\n"
        "    socket.socket().connect(('127.0.0.1', 9))\n",
        "it opens a connection while it is loaded",
    ),
}


@pytest.mark.parametrize(("source", "told"), BROKEN.values(), ids=BROKEN)
def test_a_broken_plugin_is_named_with_the_cause_and_the_others_run(
    source: str, told: str, write: Write
) -> None:
    plugins = load(a_good=write(GOOD), bad=write(source), z_last=write("import gongdan"))

    good, bad, last = plugins.all
    assert told in bad.error
    assert "\n" not in bad.error
    assert (good.error, last.error, list(plugins.connectors)) == ("", "", ["good"])
    assert [plugin for plugin, _ in plugins.ask("gongdan_connectors")] == ["a_good"]
    with pytest.raises(NotFound, match="bad: "):
        plugins.connector("bad")


def test_the_doors_to_the_network_are_open_again(write: Write) -> None:
    before = (socket.getaddrinfo, socket.socket.connect, socket.socket.connect_ex)

    load(bad=write("import socket\nsocket.create_connection(('127.0.0.1', 9))"))

    assert (socket.getaddrinfo, socket.socket.connect, socket.socket.connect_ex) == before
    with socket.socket() as one, pytest.raises(ConnectionRefusedError):
        one.connect(("127.0.0.1", 1))


def test_two_plugins_of_one_name_leave_the_first_whole(write: Write) -> None:
    entries = [EntryPoint("twin", write(source), GROUP) for source in (GOOD, BAD)]

    plugins = Plugins(entries)

    assert plugins.all[1].error == "another plugin is named 'twin'; uninstall one of them"
    assert [plugin for plugin, _ in plugins.ask("gongdan_connectors")] == ["twin"]


def test_one_module_under_two_names_runs_once(write: Write) -> None:
    module = write(GOOD)

    first, second = load(a=module, b=module).all

    assert (first.error, first.hooks) == ("", ("gongdan_connectors",))
    assert "the same module as plugin 'a'" in second.error


def test_a_plugin_that_uses_what_will_go_runs_and_is_told_of_once(write: Write) -> None:
    going = f"from {__name__} import warn\nimport warnings\nwarn()\nwarn()\nwarnings.warn('x')\n"

    (plugin,) = load(old=write(GOOD + going)).all

    assert (plugin.error, len(plugin.connectors)) == ("", 1)
    assert plugin.warnings == ("ByTime.tick works until gongdan 9; use ByTime.step",)


def warn() -> None:
    """Stand for something of the core that will go."""
    warnings.warn("ByTime.tick works until gongdan 9; use ByTime.step", Deprecated, stacklevel=2)


def test_an_older_contract_that_is_still_spoken_is_told_until_when(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gongdan.plugins.registry, "SPOKEN", {0: "2.0", API: ""})

    old, new = load(a=write(hook("return [connector(api=0)]")), b=write(GOOD)).all

    assert (old.error, new.error, new.warnings) == ("", "", ())
    assert old.warnings == ("contract 0 works until gongdan 2.0; write it for 1",)


# functions that fail, or give what they must not


def desk_of(plugins: Plugins, folder: Path) -> Desk:
    """Return a desk with a shop of each plugin, by its name; the platform is named alike."""
    path = folder / "gongdan.toml"
    shops = "".join(
        f'[shops.{plugin.name}]\nplatform = "{plugin.name}"\nremote_id = "1"\n'
        f'base_url = "http://{plugin.name}.invalid"\n'
        for plugin in plugins.all
    )
    path.write_text(f"[gongdan]\nfirst_days = 1\n{shops}", "utf-8")
    return Desk(settings.load(path, {}), plugins, clock=ManualClock(), seed=0)


def connector_of(platform: str, stream: str = "name='case'", connector: str = "api=1") -> str:
    """Return a plugin with a stream that is changed, and one that is not."""
    return f"""{GOOD}
import msgspec
def changed(name, **parts):
    return msgspec.structs.replace(CASES, name=name, **parts)

@g.hookimpl
def gongdan_connectors():
    streams = (changed({stream}), changed(name="other"))
    return [msgspec.structs.replace(connector(platform="{platform}", streams=streams), {connector})]
"""


CALLS = "name='case', read_page=lambda shop, ask: shop.call('GET /')"
# What is wrong with a stream, and with a connector; what is told of it.
MISTAKES = (
    ("name='case', read_page=lambda *_: []", "", "case: read_page gives list, not Page"),
    ("name='case', read_page=lambda *_: None", "", "read_page gives None, not Page"),
    ("name='case', read_page=lambda *_: g.Page(r for r in ())", "", "rows gives generator, not a"),
    ("name='case', read_page=lambda *_: g.Page([{}])", "", "rows gives a list of dict, not of Raw"),
    ("name='case', read_page=lambda *_: {}['秘']", "", "read_page failed: KeyError in plugin_"),
    ("name='case', read_detail=lambda *_: 5", "", "read_detail gives int, not Raw or a mapping"),
    ("name='case', read_detail=lambda *_: {'n': 5}", "", "read_detail: n gives int, not a list"),
    (CALLS, "encode=lambda *_: 'GET /'", "GET /: encode gives str, not Request"),
    (CALLS, "encode=lambda *_: 1 / 0", "encode failed: ZeroDivisionError in plugin_"),
    (CALLS, "login=lambda *_: 'token'", "login gives str, not Token"),
)


def test_a_function_that_gives_what_it_must_not_is_named_and_the_rest_is_read(
    write: Write, tmp_path: Path
) -> None:
    bad = {
        f"bad{n}": write(connector_of(f"bad{n}", stream, connector or "api=1"))
        for n, (stream, connector, _) in enumerate(MISTAKES)
    }
    with desk_of(load(**bad, good=write(GOOD)), tmp_path) as desk:
        runs = {run.shop: run for run in desk.sync().shops}
        found = {row.id for row in desk.queue(QueueFilter())}

    told = [" ".join((runs[alias].error, *runs[alias].notes)) for alias in bad]
    assert [said for said, (*_, why) in zip(told, MISTAKES, strict=True) if why not in said] == []
    assert "秘" not in "".join(told)
    assert runs["good"].outcome == "ok"
    assert found >= {"good/case/1", *(f"{alias}/other/1" for alias in bad)}


WRONG_TICKETS = (
    ("{}", "to_ticket returns dict, not a Ticket"),
    ("g.Ticket(title=5)", "to_ticket: title: expected str, got int"),
    ("g.Ticket(status='open')", "to_ticket: status: expected Status, got str"),
    ("g.Ticket(thread=[])", "to_ticket: thread: expected tuple, got list"),
    ("g.Ticket(thread=('x',))", "to_ticket: thread[0]: expected Message, got str"),
    ("g.Ticket(thread=(g.Message('me', 'x', 5),))", "to_ticket: thread[0]: expected who and text"),
    ("g.Ticket(created=datetime(2026, 1, 1))", "to_ticket: created: a time without a zone"),
    ("{}['秘']", "KeyError in plugin_"),
)


def test_a_ticket_that_says_what_it_must_not_waits_in_quarantine(
    write: Write, tmp_path: Path
) -> None:
    bad = {
        f"bad{n}": write(
            "from datetime import datetime\n"
            + connector_of(f"bad{n}", f"name='case', to_ticket=lambda row: {said}")
        )
        for n, (said, _) in enumerate(WRONG_TICKETS)
    }
    with desk_of(load(**bad, good=write(GOOD)), tmp_path) as desk:
        runs = {run.shop: run for run in desk.sync().shops}
        held = [desk.store.payloads.quarantined(alias) for alias in bad]

    reasons = [[row.reason for row in rows] for rows in held]
    assert [len(rows) for rows in reasons] == [1] * len(WRONG_TICKETS)
    told = zip(reasons, WRONG_TICKETS, strict=True)
    assert [said[0] for said, (_, why) in told if why not in said[0] or "秘" in said[0]] == []
    assert {runs[alias].outcome for alias in bad} == {"partial"}
    assert runs["good"].outcome == "ok"


def test_a_shop_of_a_broken_plugin_says_why_and_the_others_are_read(
    write: Write, tmp_path: Path
) -> None:
    with desk_of(load(bad=write("import missing_of_acme"), good=write(GOOD)), tmp_path) as desk:
        bad, good = desk.sync().shops

    assert "No module named 'missing_of_acme'" in bad.error
    assert (bad.outcome, good.outcome) == ("failed", "ok")


def test_names_that_are_not_installed_are_told(write: Write) -> None:
    plugins = Plugins([EntryPoint("a", write(GOOD), GROUP)], only="a, nowhere")

    assert [(plugin.name, plugin.error) for plugin in plugins.all] == [
        ("a", ""),
        ("nowhere", "GONGDAN_PLUGINS names it; not installed"),
    ]
    assert ConfigError.exit_code == 2

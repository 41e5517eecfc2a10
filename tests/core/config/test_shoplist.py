"""Many shops from a table: good lines in, bad ones named, twice is once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from gongdan import ConfigError
from gongdan.config.settings import load
from gongdan.config.shoplist import Line, import_shops
from gongdan.plugins.registry import Plugins

PLUGINS = Plugins.installed()
CANARY = "canary-0451"
ENV = {"DY": CANARY, "T1": "session-1"}
HEAD = "alias,platform,remote_id,app,app_key,name,group,app_secret_env,token_env,token\n"
GOOD = (
    f"{HEAD}s1,douyin,77977,dy,68,小兔子旗舰店,vip night,DY,,\n"
    'tm-1,qianniu,2206,tb,34,"天猫, 一店",vip,DY,T1,\ntm-2,qianniu,2207,tb,,,,,,session-2\n'
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gongdan.toml"


def taken(path: Path, table: str | bytes, env: Mapping[str, str] = ENV) -> list[Line]:
    file = path.with_name("shops.csv")
    file.write_bytes(table.encode() if isinstance(table, str) else table)
    return import_shops(path, file, PLUGINS, env)


def said(lines: list[Line]) -> list[tuple[int, str, str]]:
    return [(line.line, line.alias, line.what) for line in lines]


def test_every_shop_can_be_used_at_once(path: Path) -> None:
    lines = taken(path, GOOD)

    config = load(path, {})
    assert said(lines) == [(2, "s1", "added"), (3, "tm-1", "added"), (4, "tm-2", "added")]
    assert (config.shops["s1"].name, config.shops["tm-1"].name) == ("小兔子旗舰店", "天猫, 一店")
    assert config.groups == {"vip": ("s1", "tm-1"), "night": ("s1",)}
    for alias in config.shops:
        settings = config.settings(alias, PLUGINS.connector(config.shops[alias].platform))
        assert settings.app_secret.reveal() == CANARY
    assert config.secrets["tm-2"]["token"].reveal() == "session-2"


def test_secrets_are_where_only_the_owner_reads_them(path: Path) -> None:
    taken(path, GOOD)

    assert path.with_name("secrets.toml").stat().st_mode & 0o777 == 0o600
    assert CANARY not in path.read_text()


def test_the_same_table_twice_changes_nothing(path: Path) -> None:
    taken(path, GOOD)
    before = path.read_bytes(), path.with_name("secrets.toml").read_bytes()

    lines = taken(path, GOOD)

    assert {line.what for line in lines} == {"unchanged"}
    assert (path.read_bytes(), path.with_name("secrets.toml").read_bytes()) == before


def test_a_new_session_is_taken_over(path: Path) -> None:
    taken(path, GOOD)

    lines = taken(path, GOOD, ENV | {"T1": "session-9"})

    assert said(lines)[1] == (3, "tm-1", "renewed")
    assert load(path, {}).secrets["tm-1"]["token"].reveal() == "session-9"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        pytest.param(",douyin,1", "alias is empty", id="no alias"),
        pytest.param("x,douyin,", "remote_id is empty", id="no id"),
        pytest.param("X 1,douyin,1", "use only a-z", id="an alias nobody can type"),
        pytest.param("x,nowhere,1", "no plugin serves platform 'nowhere'", id="no platform"),
        pytest.param("x,douyin,7.8E+18", "a spreadsheet has rounded it", id="rounded"),
        pytest.param("x,douyin,77977", "is [shops.s1] already", id="a twin"),
        pytest.param("s1,douyin,1,dy", "is there already, with another remote_id", id="another"),
        pytest.param("tm_1,douyin,1,dy", "share its secrets with [shops.tm-1]", id="one variable"),
        pytest.param("x,qianniu,1,dy", "[apps.dy] is there already", id="another's app"),
        pytest.param("x,douyin,1,,,,,NOPE", "no variable 'NOPE' is set", id="no variable"),
        pytest.param("x,douyin,1,,,,a/b", "group 'a/b'", id="a group nobody can type"),
        pytest.param("x,douyin,1,,,,,,,,,9", "more values than columns", id="a stray comma"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_in(path: Path, line: str, why: str) -> None:
    lines = taken(path, f"{GOOD}\n{line}\ngood,douyin,99,dy\n")

    assert [one.line for one in lines if one.what == "bad"] == [6]
    assert why in lines[3].why
    assert CANARY not in str(lines)
    assert list(load(path, {}).shops) == ["s1", "tm-1", "tm-2", "good"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        pytest.param("", "lacks column alias", id="empty"),
        pytest.param(HEAD, "there is no shop in it", id="header only"),
        pytest.param("alias,platform\nx,douyin\n", "lacks column remote_id", id="a column less"),
        pytest.param("alias,plattform\n", "'plattform'; did you mean platform?", id="a slip"),
        pytest.param("alias,alias\n", "column alias stands there twice", id="twice"),
        pytest.param(f'{HEAD}"x,douyin\n', "line 2: ", id="a quote that never ends"),
        pytest.param(b"PK\x03\x04\x00\x00\xff", "neither UTF-8 nor GBK", id="a workbook"),
    ],
)
def test_a_table_that_is_none_changes_nothing(path: Path, table: str | bytes, told: str) -> None:
    with pytest.raises(ConfigError, match=r"shops\.csv") as error:
        taken(path, table)

    assert told in str(error.value)
    assert [file.name for file in path.parent.iterdir()] == ["shops.csv"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_what_excel_writes_is_read(path: Path, encoding: str) -> None:
    taken(path, GOOD.replace("\n", "\r\n").encode(encoding))

    assert load(path, {}).shops["s1"].name == "小兔子旗舰店"


def test_a_dry_run_writes_nothing(path: Path) -> None:
    file = path.with_name("shops.csv")
    file.write_text(GOOD, "utf-8")

    lines = import_shops(path, file, PLUGINS, ENV, dry_run=True)

    assert {line.what for line in lines} == {"added"}
    assert not path.exists()

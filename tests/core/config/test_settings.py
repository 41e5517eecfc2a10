"""What a person set up, and what is said of every mistake in it."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from gongdan.config.settings import load
from gongdan.contract import Connector
from gongdan.errors import ConfigError, NotFound
from gongdan.secret import Secret, Settings
from tests.core.shopfile import ACME, CANARY, FILE, changed, secrets, settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "gongdan.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_reads_the_file_as_the_design_writes_it(path: Path) -> None:
    config = load(path, {})

    assert (config.path, config.store_path) == (path, path.with_name("gongdan.db"))
    assert (config.undo_s, config.first_days, config.threads) == (30, 90, 8)
    assert list(config.shops) == ["main", "side"]
    main = config.shops["main"]
    assert (main.platform, main.app, main.remote_id, main.name) == ("acme", "dy", "77977", "旗舰店")
    assert not main.money


def test_the_path_comes_first_then_the_variable_then_the_folder(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert load(None, {}).path == Path("gongdan.toml")
    assert load(None, {"GONGDAN_CONFIG": str(path)}).path == path
    assert load(path, {"GONGDAN_CONFIG": "/nowhere"}).path == path


def test_a_file_that_is_not_there_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no such file; run 'gongdan init'"):
        load(tmp_path / "gongdan.toml", {})


def test_a_shops_table_goes_over_its_apps(path: Path) -> None:
    changed(path, 'app_key = "68"', 'app_key = "68"\npause_s = 3\nnicks = ["a"]')
    config = load(path, {"GONGDAN_DY_APP_SECRET": CANARY})

    main, side = settings(config), settings(config, "side")

    assert (main.app_key, main.pause_s, main.nicks) == ("68", 3, ("a",))
    assert side.pause_s == 5


def test_a_shop_may_stand_without_an_app(path: Path) -> None:
    path.write_text('[shops.solo]\nplatform = "acme"\nremote_id = "1"\n', encoding="utf-8")
    config = load(path, {"GONGDAN_SOLO_APP_SECRET": CANARY})

    assert settings(config, "solo").app_secret.reveal() == CANARY


@pytest.mark.parametrize(
    ("env", "file", "expected"),
    [
        pytest.param({"GONGDAN_DY_APP_SECRET": "env"}, "", "env", id="environment"),
        pytest.param({}, '[dy]\napp_secret = "file"', "file", id="file"),
        pytest.param(
            {"GONGDAN_DY_APP_SECRET": "env"}, '[dy]\napp_secret = "file"', "env", id="both"
        ),
        pytest.param(
            {"GONGDAN_DY_APP_SECRET": "app"}, '[main]\napp_secret = "shop"', "shop", id="shop first"
        ),
        pytest.param(
            {"GONGDAN_DY_APP_SECRET": ""}, '[dy]\napp_secret = "file"', "file", id="blank"
        ),
    ],
)
def test_a_secret_is_looked_for_in_this_order(
    env: dict[str, str], file: str, expected: str, path: Path
) -> None:
    secrets(path, file)

    assert settings(load(path, env)).app_secret.reveal() == expected


def test_a_secret_may_come_from_elsewhere(path: Path) -> None:
    asked = []

    def elsewhere(owner: str, field: str) -> Secret | None:
        asked.append((owner, field))
        return Secret("vault") if (owner, field) == ("dy", "app_secret") else None

    found = load(path, {}).settings("main", ACME, elsewhere)

    assert found.app_secret.reveal() == "vault"
    assert ("main", "token") in asked


def test_a_dash_is_an_underscore_in_a_variable(path: Path) -> None:
    changed(path, "[shops.side]", "[shops.side-2]")
    config = load(path, {"GONGDAN_SIDE_2_TOKEN": "T", "GONGDAN_DY_APP_SECRET": "s"})

    assert settings(config, "side-2").token.reveal() == "T"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_secrets_that_others_can_read_are_refused(mode: int, path: Path) -> None:
    file = secrets(path, f'[dy]\napp_secret = "{CANARY}"')
    file.chmod(mode)

    with pytest.raises(ConfigError, match="chmod 600") as caught:
        load(path, {})

    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param(
            "pause_s = 5",
            "pausee_s = 5",
            r"gongdan\.toml: \[shops\.side\] pausee_s: no such setting; did you mean pause_s\?",
            id="unknown, in the shop",
        ),
        pytest.param(
            'app_key = "68"',
            'app_kye = "68"',
            r"\[apps\.dy\] app_kye: no such setting; did you mean app_key\?",
            id="unknown, in the app",
        ),
        pytest.param(
            "pause_s = 5",
            "zzz = 5",
            r"\[shops\.side\] zzz: no such setting; there are app_key, base_url, nicks, pause_s",
            id="like nothing",
        ),
        pytest.param(
            "pause_s = 5",
            'pause_s = "5"',
            r"\[shops\.side\] pause_s: expected int, got text in quotes",
            id="wrong type",
        ),
        pytest.param(
            'app_key = "68"',
            "app_key = 68",
            r"\[apps\.dy\] app_key: expected text in quotes, got int",
            id="wrong type, in the app",
        ),
        pytest.param(
            "pause_s = 5", "nicks = [1]", r"\[shops\.side\] nicks\[0\]: expected", id="in a list"
        ),
        pytest.param(
            "pause_s = 5",
            f'app_secret = "{CANARY}"',
            r"is a secret and must not stand here: set GONGDAN_SIDE_APP_SECRET, or write",
            id="a secret in the open",
        ),
    ],
)
def test_a_mistake_in_an_option_is_named(old: str, new: str, told: str, path: Path) -> None:
    config = load(changed(path, old, new), {"GONGDAN_DY_APP_SECRET": "s"})

    with pytest.raises(ConfigError, match=told) as caught:
        settings(config, "side")

    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_a_missing_secret_names_both_places(path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(load(path, {}))

    told = str(caught.value)
    assert "shop main lacks app_secret" in told
    assert "set GONGDAN_DY_APP_SECRET" in told
    assert f'write app_secret = "…" under [dy] in {path.with_name("secrets.toml")}' in told


def test_a_missing_option_names_its_table(path: Path) -> None:
    bare = Connector(api=1, platform="acme", settings=Settings, streams=())

    with pytest.raises(ConfigError, match=r'lacks base_url: add base_url = "…" to \[apps\.dy\]'):
        load(path, {}).settings("main", bare)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[dy]\napp_secrte = "x"', r"secrets\.toml: \[dy\] app_secrte: .* did you mean app_secret"),
        ('[dy]\napp_key = "x"', r"\[dy\] app_key is no secret: it belongs into .*gongdan\.toml"),
    ],
    ids=["misspelt", "no secret"],
)
def test_a_mistake_among_the_secrets_is_named(text: str, told: str, path: Path) -> None:
    secrets(path, text)

    with pytest.raises(ConfigError, match=told):
        settings(load(path, {"GONGDAN_DY_APP_SECRET": "s"}))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f'app_secret = "{CANARY}"', "stands in no table"),
        ("[dy]\napp_secret = 5", r"\[dy\] app_secret: expected text"),
        (f"[dy]\napp_secret = {CANARY}", r"not valid TOML: .*line 2, column"),
    ],
    ids=["no table", "number", "no quotes"],
)
def test_secrets_of_a_wrong_form_are_told_without_them(text: str, told: str, path: Path) -> None:
    secrets(path, text)

    with pytest.raises(ConfigError, match=told) as caught:
        load(path, {})

    assert CANARY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param("[gongdan]", "[gongdan", r"not valid TOML: .*line 2, column", id="no TOML"),
        pytest.param("[gongdan]", "[gongdn]", r"gongdn: no such .* did you mean gongdan", id="top"),
        pytest.param("undo_s", "undo", r"\[gongdan\] undo: .* did you mean undo_s", id="option"),
        pytest.param("= 30", "= -1", r"\[gongdan\] undo_s: expected int >= 0", id="range"),
        pytest.param("= 30", '= "x"', r"\[gongdan\] undo_s: expected int", id="type"),
        pytest.param("[shops.main]", "[shops.Main]", "use only a-z, 0-9", id="upper case"),
        pytest.param("[shops.main]", '[shops."主店"]', "use only a-z, 0-9", id="not ASCII"),
        pytest.param('platform = "acme"', "", r"\[apps\.dy\] lacks platform", id="no platform"),
        pytest.param(
            'app = "dy"', 'app = "dx"', r"no \[apps\.dx\]; there are dy", id="unknown app"
        ),
        pytest.param('app = "dy"', "", r"\[shops\.main\] lacks app", id="no app"),
        pytest.param('app = "dy"', "app = []", r"app: expected text in quotes", id="app a list"),
        pytest.param(
            'app = "dy"', 'app = "dy"\nplatform = "b"', "leave platform out", id="two platforms"
        ),
        pytest.param("remote_id = 77977", "", r"\[shops\.main\] lacks remote_id", id="no id"),
        pytest.param("77977", '" "', r"\[shops\.main\] lacks remote_id", id="blank id"),
        pytest.param("77977", "true", r"remote_id: expected text", id="id true"),
        pytest.param("77977", "77978", r"main\] and \[shops\.side\] are one shop", id="twins"),
        pytest.param(
            "[shops.side]",
            "[shops.a-b]\napp = 'dy'\nremote_id = 1\n[shops.a_b]",
            "would share their secrets",
            id="twin variables",
        ),
        pytest.param('name = "旗舰店"', "money = 1", r"money: expected true or false", id="money"),
    ],
)
def test_a_mistake_in_the_file_is_named(old: str, new: str, told: str, path: Path) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        load(changed(path, old, new), {})

    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("apps = 3", r"apps must be tables: \[apps\.NAME\]"),
        ("[shops]\nmain = 3", r"\[shops\] main: expected a table"),
        ("gongdan = []", r"\[gongdan\] expected object, got array"),
    ],
    ids=["apps", "shop", "gongdan"],
)
def test_what_is_no_table_is_named(text: str, told: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=told):
        load(path, {})


def test_a_file_that_an_editor_marked_is_read(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + FILE.encode())

    assert len(load(path, {}).shops) == 2


def test_a_file_in_another_encoding_is_told(path: Path) -> None:
    path.write_bytes(FILE.encode("gb18030"))

    with pytest.raises(ConfigError, match="not UTF-8"):
        load(path, {})


def test_an_unknown_shop_names_the_closest(path: Path) -> None:
    with pytest.raises(NotFound, match=r"no shop 'mian'.*did you mean main\?"):
        load(path, {}).shop("mian")


def test_no_repr_shows_a_secret(path: Path) -> None:
    secrets(path, f'[main]\ntoken = "{CANARY}"')

    config = load(path, {"GONGDAN_DY_APP_SECRET": CANARY, "OTHER": CANARY})

    assert CANARY not in repr(config) + repr(settings(config))

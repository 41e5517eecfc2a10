"""Writing settings and secrets: what is there stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongdan.config.settings import load
from gongdan.config.setup import add_shop, init
from gongdan.config.vault import read_secrets, write_secret
from gongdan.errors import ConfigError
from gongdan.secret import Secret
from tests.core.shopfile import CANARY, FILE, secrets, settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "gongdan.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_init_makes_a_file_that_loads_and_never_takes_one_away(tmp_path: Path) -> None:
    path = init(tmp_path)

    assert path == tmp_path / "gongdan.toml"
    assert load(path, {}).shops == {}
    with pytest.raises(ConfigError, match="is there already"):
        init(path)


def test_a_shop_is_added_and_everything_else_stays(path: Path) -> None:
    add_shop(path, alias="new", platform="acme", remote_id="9", app="dy", name='"三"店\n')

    assert path.read_text(encoding="utf-8").startswith(FILE)
    new = load(path, {}).shops["new"]
    assert (new.app, new.remote_id, new.name) == ("dy", "9", '"三"店')


def test_a_shop_comes_with_its_app_if_that_is_new(tmp_path: Path) -> None:
    path = tmp_path / "gongdan.toml"

    add_shop(
        path, alias="a", platform="acme", remote_id="1", app="x", app_key="7", base_url="http://h"
    )
    add_shop(path, alias="b", platform="acme", remote_id="2", app="x", app_key="7")

    config = load(path, {"GONGDAN_X_APP_SECRET": "s"})
    assert list(config.apps) == ["x"]
    assert (settings(config, "b").app_key, settings(config, "b").base_url) == ("7", "http://h")


def test_a_shop_without_an_app_keeps_its_own_key(tmp_path: Path) -> None:
    path = init(tmp_path)

    add_shop(path, alias="a", platform="acme", remote_id="1", app_key="7")

    assert settings(load(path, {"GONGDAN_A_APP_SECRET": "s"}), "a").app_key == "7"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"alias": "main"}, "choose another alias"),
        ({"remote_id": "77977"}, "are one shop"),
        ({"platform": "other"}, "another platform"),
        ({"app_key": "69"}, "another app_key"),
        ({"alias": "No"}, "use only a-z"),
        ({"remote_id": ""}, "lacks remote_id"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_a_shop_that_does_not_fit_changes_nothing(
    wanted: dict[str, str], told: str, path: Path
) -> None:
    given = {"alias": "new", "platform": "acme", "remote_id": "9", "app": "dy"} | wanted

    with pytest.raises(ConfigError, match=told):
        add_shop(path, **given)

    assert path.read_text(encoding="utf-8") == FILE


def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(path)

    add_shop(link, alias="new", platform="acme", remote_id="9", app="dy")

    assert link.is_symlink()
    assert "new" in load(path, {}).shops


def test_a_secret_is_kept_for_the_owner_only_and_the_others_stay(path: Path) -> None:
    file = secrets(path, '[dy]\napp_secret = "old"\n["odd.owner"]\ntoken = "o"\n')
    hard = 'q"\\\x7f\n退'

    write_secret(path, "main", "token", Secret(hard))
    write_secret(path, "dy", "app_secret", Secret("new"))

    assert read_secrets(file) == {
        "dy": {"app_secret": Secret("new")},
        "odd.owner": {"token": Secret("o")},
        "main": {"token": Secret(hard)},
    }
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_first_secret_makes_a_file_that_nobody_else_can_read(path: Path) -> None:
    write_secret(path, "dy", "app_secret", Secret(CANARY))

    assert path.with_name("secrets.toml").stat().st_mode & 0o777 == 0o600
    assert settings(load(path, {})).app_secret.reveal() == CANARY
    assert sorted(file.name for file in path.parent.iterdir()) == ["gongdan.toml", "secrets.toml"]

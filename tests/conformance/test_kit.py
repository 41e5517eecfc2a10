"""The two smallest connectors pass, as a class of tests and as a command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

import gongdan as g
from gongdan.conformance import CHECKS, find, of, run_one
from gongdan.testing import Conformance, helpdesk
from gongdan_cli.app import cli

from .mutants import good
from .mutants.mutant import answering

EXAMPLES = Path(__file__).parents[2] / "docs/examples"


class TestReadOnly(Conformance):
    platform = str(EXAMPLES / "acme_read_only.py")
    tier = "bronze"


class TestWithReplies(Conformance):
    platform = str(EXAMPLES / "acme_with_replies.py")


def test_a_command_says_what_failed_and_where_to_read_on(tmp_path: Path) -> None:
    text = (EXAMPLES / "acme_read_only.py").read_text("utf-8")
    (tmp_path / "acme.py").write_text(text.replace('g.ByTime(order="asc")', "None"))

    done = CliRunner().invoke(cli, ["conform", str(tmp_path / "acme.py"), "--json"])

    found = {line["id"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert done.exit_code == 1
    assert found["C03"]["outcome"] == "fail"
    assert "has read_page and no reading" in found["C03"]["reason"]
    assert found["C03"]["page"] == "docs/conformance.md#c03"


def test_an_action_that_seeks_passes_where_it_finds_what_it_made() -> None:
    def seek(shop: g.Shop[Any], action: g.Action, case: g.Case) -> g.Found:
        said = shop.call(f"GET /cases/{case.id}").body.each("messages", good.to_message)
        assert isinstance(said, tuple)
        return g.Found.YES if any(action.text == one.text for one in said) else g.Found.NO

    result = run_one(of(answering(good.GOOD, seek=seek)), CHECKS["C74"])

    assert (result.outcome, result.reason) == ("pass", "")


def test_an_exemption_needs_a_reason_and_is_told() -> None:
    name = str(EXAMPLES / "acme_read_only.py")
    nothing = ["conform", name, "--tier", "bronze", "--json"]

    refused = CliRunner().invoke(cli, [*nothing, "--exempt", "C16="])
    taken = CliRunner().invoke(cli, [*nothing, "--exempt", "C16=pages are not kept"])

    found = {line["id"]: line for line in map(json.loads, taken.stdout.splitlines())}
    assert refused.exit_code == 2
    assert (taken.exit_code, found["C16"]["outcome"]) == (0, "exempt")
    assert found["C16"]["reason"] == "pages are not kept"


def test_a_page_is_made_of_what_is_declared() -> None:
    done = CliRunner().invoke(cli, ["conform", "qianniu", "--page"])

    assert done.exit_code == 0
    assert "| `app_secret` |  | required, secret |" in done.stdout
    assert "# app_secret: secret, in secrets.toml" in done.stdout
    assert "| `refund` | ByTime, 100 a page, with details | `reply`" in done.stdout


def test_what_cannot_be_found_is_a_usage_error(tmp_path: Path) -> None:
    for name in ("nothing", "nothing.py", str(tmp_path)):
        done = CliRunner().invoke(cli, ["conform", name])

        assert done.exit_code == 2
        assert len(done.stderr.splitlines()) == 1


def test_a_plugin_that_does_not_load_fails_and_the_rest_does_not_apply(tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    path.write_text("raise ImportError('no such thing')\n")

    done = CliRunner().invoke(cli, ["conform", str(path), "--json"])

    found = {line["id"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert done.exit_code == 1
    assert found["C04"]["reason"] == "ImportError: no such thing"
    others = {line["outcome"] for name, line in found.items() if name > "C04"}
    assert others == {"not applicable"}


def test_a_failure_shows_the_exchange_without_secrets(tmp_path: Path) -> None:
    text = (EXAMPLES / "acme_read_only.py").read_text("utf-8")
    (tmp_path / "acme.py").write_text(text.replace('"items"', '"rows"'))

    done = CliRunner().invoke(cli, ["conform", str(tmp_path / "acme.py"), "--json"])

    found = {line["id"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert found["C16"]["outcome"] == "fail"
    assert "GET http://acme.sandbox/cases" in found["C16"]["exchange"][-1]
    assert helpdesk.TOKEN not in done.stdout


def test_a_package_needs_not_be_installed() -> None:
    subject = find(str(EXAMPLES / "lantern"))

    assert (subject.name, subject.plugin.error, subject.unmade) == ("lantern", "", "")


def test_a_plugin_may_exempt_itself_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "acme.py"
    text = (EXAMPLES / "acme_read_only.py").read_text("utf-8")
    path.write_text(f'{text}\nconformance_exempt = {{"C16": "pages are not kept"}}\n')

    result = run_one(find(str(path)), CHECKS["C16"])

    assert (result.outcome, result.reason) == ("exempt", "pages are not kept")

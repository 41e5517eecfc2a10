"""The two smallest connectors pass, as a class of tests and as a command."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from gongdan.testing import Conformance
from gongdan_cli.app import cli

EXAMPLES = Path(__file__).parents[2] / "docs/examples"


class TestReadOnly(Conformance):
    platform = str(EXAMPLES / "acme_read_only.py")


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


def test_an_exemption_needs_a_reason_and_is_told() -> None:
    name = str(EXAMPLES / "acme_read_only.py")
    nothing = ["conform", name, "--tier", "bronze", "--json"]

    refused = CliRunner().invoke(cli, [*nothing, "--exempt", "C16="])
    taken = CliRunner().invoke(cli, [*nothing, "--exempt", "C16=pages are not kept"])

    found = {line["id"]: line for line in map(json.loads, taken.stdout.splitlines())}
    assert refused.exit_code == 2
    assert (taken.exit_code, found["C16"]["outcome"]) == (0, "exempt")
    assert found["C16"]["reason"] == "pages are not kept"

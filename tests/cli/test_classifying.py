"""`gongdan classify`, and what `why` tells of it."""

from __future__ import annotations

import json

from tests.core.office import Office

from .conftest import Run
from .test_work import office, ref

__all__ = ["office", "ref"]


def test_a_correction_is_said_and_kept(run: Run, ref: str) -> None:
    result = run(
        "classify", ref, "--category", "complaint", "--tag", "大客户", "--reason", "老客户"
    )

    assert result.exit_code == 0
    assert "complaint" in result.stdout
    assert "老客户" in result.stdout
    told = json.loads(run("why", ref, "--json").stdout)["classed"]
    assert (told["category"], told["tags"][0]) == ("complaint", "大客户")
    assert told["reasons"][0]["by"] == "person"
    assert "corrected by a person" in run("why", ref).stdout


def test_auto_gives_it_back(run: Run, ref: str) -> None:
    run("classify", ref, "--category", "complaint")

    run("classify", ref, "--category", "auto")

    told = json.loads(run("why", ref, "--json").stdout)["classed"]
    assert told["reasons"][0]["by"] != "person"


def test_a_wrong_rule_file_is_a_mistake_in_the_settings(run: Run, office: Office, ref: str) -> None:
    office.path.with_name("classes.toml").write_text('[x]\nwords = ["退款"]\ncategory = "refund"\n')

    result = run("classify", ref, "--category", "complaint")

    assert result.exit_code == 2
    assert "classes.toml: line 3, column 1: [x] category" in result.stderr

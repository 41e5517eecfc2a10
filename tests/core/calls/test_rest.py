"""How a connector without an encode speaks."""

from __future__ import annotations

import enum
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from gongdan.calls import rest
from gongdan.errors import ConfigError
from gongdan.secret import Secret, Settings
from gongdan.ticket import File
from gongdan.wire import Call, Params, Request
from tests.connectors.stub import StubShop

CHINA = timezone(timedelta(hours=8))


class Colour(enum.Enum):
    RED = "red"


def encoded(op: str, params: Params | None = None, *, token: str = "T", **more: File) -> Request:
    settings = Settings(base_url="https://api.example.com/v1/", token=Secret(token))
    return rest.encode(StubShop(settings, token=token), Call(op, params or {}, more))


def test_an_op_is_a_method_and_a_path_under_the_base() -> None:
    request = encoded("GET /cases/7")

    assert (request.method, request.url) == ("GET", "https://api.example.com/v1/cases/7")


@pytest.mark.parametrize("op", ["", "cases", "GET", "GET cases", "get /cases", "/cases", "G-T /x"])
def test_any_other_op_is_a_mistake_that_is_named(op: str) -> None:
    with pytest.raises(ConfigError, match="METHOD /path"):
        encoded(op)


def test_params_of_a_get_go_into_the_query_as_text() -> None:
    params = {
        "since": datetime(2026, 11, 21, 16, 0, tzinfo=CHINA),
        "open": True,
        "page": 2,
        "fee": Decimal("1.50"),
        "colour": Colour.RED,
        "ids": ["1", "2"],
        "text": "退款",
        "none": None,
    }

    request = encoded("GET /cases", params)

    assert request.query == {
        "since": "2026-11-21T08:00:00Z",
        "open": "true",
        "page": "2",
        "fee": "1.50",
        "colour": "red",
        "ids": "1,2",
        "text": "退款",
    }
    assert request.body == b""


def test_params_of_a_post_are_a_json_body() -> None:
    params = {"at": datetime(2026, 11, 21, 8, 0, tzinfo=UTC), "ok": False, "none": None, "n": [1]}

    request = encoded("POST /cases/7/replies", params)

    assert json.loads(request.body) == {
        "at": "2026-11-21T08:00:00Z",
        "ok": False,
        "none": None,
        "n": [1],
    }
    assert request.headers["Content-Type"] == "application/json"
    assert request.query == {}


def test_files_make_it_a_form() -> None:
    request = encoded("POST /files", {"kind": 1}, image=File("a.png", "image/png", b"x"))

    assert (request.form, request.files["image"].name) == ({"kind": "1"}, "a.png")


def test_the_token_is_a_bearer_and_absent_where_there_is_none() -> None:
    assert encoded("GET /x").headers["Authorization"] == "Bearer T"
    assert "Authorization" not in encoded("GET /x", token="").headers


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ConfigError, match="since"):
        encoded("GET /x", {"since": datetime(2026, 11, 21)})  # noqa: DTZ001 # the point of it

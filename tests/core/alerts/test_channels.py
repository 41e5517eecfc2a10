"""Each kind of robot on the wire: signed as its platform checks it, believed when it refuses."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from typing import Any

import pytest

from gongdan import ConfigError, GongdanError, NotSent, RateLimited, Refused, Secret, Transient
from gongdan.alerts.channels import Note, give, hide
from gongdan.alerts.robot import Kind, Robot
from gongdan.calls.http import Http

from .robots import SECRET, mailbox, served
from .robots import Robot as Fake

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
NOTE = Note(
    "工单提醒", "工单提醒\n■ 已超时 1\nmain/service/1", [{"cause": "late"}], ("13800000000", "u1")
)
HTTP = Http()


def robot_of(kind: Kind, url: str, secret: str = SECRET, **more: Any) -> Robot:
    return Robot(name="boss", kind=kind, url=Secret(url), secret=Secret(secret), **more)


@pytest.mark.parametrize("kind", ["dingtalk", "wecom", "feishu", "webhook"])
def test_a_message_is_signed_as_the_platform_checks_it(kind: Kind) -> None:
    fake = Fake(kind, "" if kind == "wecom" else SECRET)

    with served(fake) as url:
        give(robot_of(kind, url), NOTE, NOW, HTTP)

    (text,) = fake.texts
    assert text.startswith(NOTE.text)


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
def test_a_wrong_secret_is_refused_inside_http_200(kind: Kind) -> None:
    with served(Fake(kind, SECRET)) as url, pytest.raises(Refused, match="sign") as caught:
        give(robot_of(kind, url, "SEC-other"), NOTE, NOW, HTTP)

    assert "SEC-other" not in str(caught.value)
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "answer", "error"),
    [
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, RateLimited),
        ("dingtalk", {"errcode": 300001, "errmsg": "token is not exist"}, Refused),
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, RateLimited),
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, Refused),
        ("feishu", {"code": 19001, "msg": "param invalid"}, Refused),
        ("feishu", {"code": 11232, "msg": "frequency limited"}, RateLimited),
        ("feishu", {"StatusCode": 19024, "msg": "Key Words Not Found"}, Refused),
        ("wecom", {"hello": 1}, Refused),
    ],
)  # fmt: skip
def test_a_refusal_inside_http_200_is_one(
    kind: Kind, answer: dict[str, Any], error: type[GongdanError]
) -> None:
    fake = Fake(kind)
    fake.refuse = answer

    with served(fake) as url, pytest.raises(error, match="alert boss: 127"):
        give(robot_of(kind, url, ""), NOTE, NOW, HTTP)


@pytest.mark.parametrize(("status", "error"), [(500, Transient), (429, Transient), (404, Refused)])
def test_a_program_says_by_its_status(status: int, error: type[GongdanError]) -> None:
    fake = Fake("webhook")
    fake.status = status

    with served(fake) as url, pytest.raises(error, match=f"answers HTTP {status}"):
        give(robot_of("webhook", url, ""), NOTE, NOW, HTTP)


def test_people_are_named_as_each_platform_wants_it() -> None:
    fakes = {kind: Fake(kind) for kind in ("dingtalk", "wecom", "feishu")}
    for kind, fake in fakes.items():
        with served(fake) as url:
            give(robot_of(kind, url, ""), NOTE, NOW, HTTP)  # type: ignore[arg-type] # one of Kind

    ding, wecom = fakes["dingtalk"].told[0]["at"], fakes["wecom"].told[0]["text"]
    assert (ding["atMobiles"], ding["atUserIds"], ding["isAtAll"]) == (
        ["13800000000"],
        ["u1"],
        False,
    )
    assert (wecom["mentioned_mobile_list"], wecom["mentioned_list"]) == (["13800000000"], ["u1"])
    assert '<at user_id="u1"></at>' in fakes["feishu"].texts[0]


def test_a_robot_that_is_gone_is_named_without_its_address() -> None:
    with served(Fake("feishu")) as url:
        pass

    with pytest.raises(NotSent) as caught:
        give(robot_of("feishu", url), NOTE, NOW, HTTP)

    assert str(caught.value).startswith("alert boss: cannot connect to 127.0.0.1")
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["ftp://x/y", "nothing", "https://", "https://[::1", "https://ex..ample/x", "https://h:port/"],
)
def test_an_address_that_is_none_is_said(url: str) -> None:
    with pytest.raises(ConfigError, match="alert boss") as caught:
        give(robot_of("wecom", url), NOTE, NOW, HTTP)

    assert "y" not in str(caught.value).split()


@pytest.mark.parametrize(
    "url",
    [
        "nothing", "smtps://", "smtps://me@[::1", "smtp://me@host:port", "smtp://host:70000",
        "smtps://me@ex..ample",
    ],
)  # fmt: skip
def test_an_address_that_is_no_mail_server_is_said(url: str) -> None:
    robot = robot_of("mail", url, "t0ken", to=("a@b.example",), sender="gongdan@b.example")

    with pytest.raises(ConfigError, match="alert boss: its") as caught:
        give(robot, NOTE, NOW, HTTP)

    assert "t0ken" not in str(caught.value)


def test_a_password_that_no_mail_server_takes_is_not_told() -> None:
    with mailbox() as (url, taken):
        url = url.replace("://", "://me@")
        robot = robot_of("mail", url, "密码t0ken", to=("a@b.example",), sender="gongdan@b.example")
        with pytest.raises(ConfigError, match="must be ASCII") as caught:
            give(robot, NOTE, NOW, HTTP)

    assert taken == []
    assert "t0ken" not in repr((caught.value, caught.value.__cause__))


def test_what_an_address_gives_away_is_hidden() -> None:
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx"
    feishu = "https://open.feishu.cn/open-apis/bot/v2/hook/6c7b-11"

    assert "693a" not in hide(robot_of("wecom", url), f"{url} and key=693a91f6-7xxx")
    assert "6c7b" not in hide(robot_of("feishu", feishu), "no hook 6c7b-11 here")
    assert "693a" not in repr(robot_of("wecom", url))


def test_a_mail_arrives() -> None:
    with mailbox() as (url, taken):
        robot = robot_of("mail", url, "", to=("a@b.example",), sender="gongdan@b.example")
        give(robot, NOTE, NOW, HTTP)

    mail = email.message_from_bytes(taken[0], policy=email.policy.default)
    assert (mail["subject"], mail["to"]) == ("工单提醒", "a@b.example")
    assert "■ 已超时 1" in mail.get_body().get_content()  # type: ignore[union-attr] # it has one


def test_a_mail_that_is_refused_is_not_lost_in_silence() -> None:
    with mailbox(b"554 no such list: t0ken") as (url, _):
        robot = robot_of("mail", url, "", to=("a@b.example",), sender="gongdan@b.example")
        with pytest.raises(Refused, match="554") as error:
            give(robot, NOTE, NOW, HTTP)

    assert "t0ken" not in str(error.value)


def test_a_mailbox_without_tls_is_not_given_a_password() -> None:
    with mailbox() as (url, taken):
        url = url.replace("+plain", "")
        robot = robot_of("mail", url, to=("a@b.example",), sender="gongdan@b.example")
        with pytest.raises(Refused, match="TLS"):
            give(robot, NOTE, NOW, HTTP)

    assert taken == []

"""How each kind of robot is given a message, and how it says that it did not take it.

Source: the pages of the three platforms on custom robots of group chats.  All three answer HTTP
200 to what they refuse; only the code inside tells.  DingTalk signs in the query, in milliseconds;
Feishu in the body, in seconds, with the key and the message the other way round; WeCom has no
signature, its address is the secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from ..calls.network import Answer, Network
from ..errors import ConfigError, GongdanError, ProtocolError, RateLimited, Refused, Transient
from ..wire import Request
from . import mail
from .robot import Robot

WAIT_S = 8.0  # for a robot that does not answer; what is read waits for nobody
BLOCKED_S = 600.0  # how long DingTalk bars a robot that sent more than 20 in a minute
_JSON = {"Content-Type": "application/json; charset=utf-8"}
Facts: TypeAlias = Sequence[Mapping[str, object]]


class Note(Struct, frozen=True):
    """One message: its text, what it is about line by line, and whom it names."""

    title: str
    text: str
    facts: Facts = ()
    to: tuple[str, ...] = ()


class Channel(Struct, frozen=True):
    """One kind of robot.

    Attributes:
        most_bytes: of a text, in UTF-8.
        request: describes the request that gives a robot a message.
        code: where in the answer it says what came of it; the first that is there counts, 0 is
            good.  Empty: the HTTP status says it.
        words: where it says it in words.
        busy: codes that say "too often".
    """

    most_bytes: int
    request: Callable[[Robot, Note, datetime], Request]
    code: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    busy: tuple[int, ...] = ()


def _dingtalk(robot: Robot, note: Note, now: datetime) -> Request:
    query: dict[str, str] = {}
    if robot.secret:
        stamp = str(int(now.timestamp() * 1000))
        secret = robot.secret.reveal()
        query = {"timestamp": stamp, "sign": _hmac(secret, f"{stamp}\n{secret}")}
    phones = [name for name in note.to if name.lstrip("+").isdigit()]
    users = [name for name in note.to if name not in phones]
    body = {
        "msgtype": "text",
        "text": {"content": note.text + "".join(f"\n@{phone}" for phone in phones)},
        "at": {"atMobiles": phones, "atUserIds": users, "isAtAll": False},
    }
    return _post(robot, body, query)


def _wecom(robot: Robot, note: Note, _now: datetime) -> Request:
    phones = [name for name in note.to if name.lstrip("+").isdigit()]
    users = [name for name in note.to if name not in phones]
    text = {
        "content": note.text,
        "mentioned_list": users,
        "mentioned_mobile_list": phones,
    }
    return _post(robot, {"msgtype": "text", "text": text})


def _feishu(robot: Robot, note: Note, now: datetime) -> Request:
    named = "".join(f'\n<at user_id="{name}"></at>' for name in note.to)
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": note.text + named}}
    if robot.secret:
        stamp = str(int(now.timestamp()))
        body |= {"timestamp": stamp, "sign": _hmac(f"{stamp}\n{robot.secret.reveal()}", "")}
    return _post(robot, body)


def _webhook(robot: Robot, note: Note, now: datetime) -> Request:
    request = _post(
        robot,
        {
            "version": 1, "at": now.isoformat(timespec="seconds"), "title": note.title,
            "text": note.text, "alerts": list(note.facts), "to": list(note.to),
        },
    )  # fmt: skip
    if not robot.secret:
        return request
    stamp = str(int(now.timestamp()))
    signed = stamp.encode() + b"." + request.body
    digest = hmac.new(robot.secret.reveal().encode(), signed, hashlib.sha256).hexdigest()
    headers = {"X-Gongdan-Timestamp": stamp, "X-Gongdan-Signature": f"sha256={digest}"}
    return msgspec.structs.replace(request, headers={**request.headers, **headers})


def _heartbeat(robot: Robot, _note: Note, _now: datetime) -> Request:
    return Request("GET", _url(robot))


CHANNELS: Mapping[str, Channel] = {
    # Not stated: a limit of the text; the whole of a DingTalk message may have 20,000 bytes.
    "dingtalk": Channel(6000, _dingtalk, ("errcode",), ("errmsg",), (130101, 410100)),
    "wecom": Channel(2048, _wecom, ("errcode",), ("errmsg",), (45009,)),
    "feishu": Channel(6000, _feishu, ("code", "StatusCode"), ("msg",), (11232, 9499)),
    "webhook": Channel(60_000, _webhook),
    "heartbeat": Channel(0, _heartbeat),
    "mail": Channel(60_000, _webhook),  # its request is never asked for: see `give`
}


def give(robot: Robot, note: Note, now: datetime, network: Network) -> None:
    """Give a robot a message, once.

    Raises:
        GongdanError: it was not taken, or nobody knows; the message names the robot and the cause,
            never its address or secret.
    """
    try:
        if robot.kind == "mail":
            mail.send(robot, note.title, note.text, now, WAIT_S)
            return
        channel = CHANNELS[robot.kind]
        answer = network.send(channel.request(robot, note, now), fresh=True, total_s=WAIT_S)
        _judge(channel, robot, answer)
    except GongdanError as error:
        error.args = (f"alert {robot.name}: {hide(robot, str(error))}",)
        raise


def hide(robot: Robot, text: str) -> str:
    """Return *text* without what the robot's address or its secret gives away."""
    url = robot.url.reveal()
    try:
        parts = urlsplit(url)
    except ValueError:  # no address at all
        return text.replace(url, "***")
    words = [url, robot.secret.reveal(), parts.query, parts.query.rpartition("=")[2], parts.path]
    for word in [*words, parts.path.rpartition("/")[2], parts.password or ""]:
        if len(word) > 3:
            text = text.replace(word, "***")
    return text


def _judge(channel: Channel, robot: Robot, answer: Answer) -> None:
    host = urlsplit(robot.url.reveal()).hostname or "the address"
    if not 200 <= answer.status < 300:
        kind = Transient if answer.status >= 500 or answer.status == 429 else Refused
        raise kind(f"{host} answers HTTP {answer.status}")
    if not channel.code:
        return
    try:
        said = msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ProtocolError(f"{host} answers no JSON: is it the address of a robot?") from None
    code = next((said[name] for name in channel.code if name in said), None)
    if code == 0:
        return
    words = " ".join(str(next((said[name] for name in channel.words if name in said), "")).split())
    text = f"{host} refuses it: {code} {words[:120]}".rstrip()
    if code in channel.busy:
        raise RateLimited(f"{text}; it is tried again in ten minutes", retry_after_s=BLOCKED_S)
    raise Refused(text)


def _post(robot: Robot, body: Mapping[str, Any], query: Mapping[str, str] | None = None) -> Request:
    data = msgspec.json.encode(body)
    return Request("POST", _url(robot), query=query or {}, headers=_JSON, body=data)


def _url(robot: Robot) -> str:
    url = robot.url.reveal().strip()
    if not url.startswith(("https://", "http://")):
        raise ConfigError(f"alert {robot.name}: its url must begin with https://")
    return url


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode()

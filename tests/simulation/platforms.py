"""The platforms of the simulation: how each is set up, changed, and what it should have told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from gongdan import ByTime, Connector, Fields, Secret, Settings, Stream, Ticket
from gongdan.sandbox import Case, Imitation, Json, World
from gongdan_douyin import DOUYIN, DouyinSettings
from gongdan_douyin.sandbox import make as make_douyin
from gongdan_douyin.sandbox.entries import beijing
from gongdan_qianniu import QIANNIU, QianniuSettings
from gongdan_qianniu.sandbox import make as make_qianniu
from gongdan_qianniu.sandbox.moment import written

from . import plain


class Platform(Struct, frozen=True, kw_only=True):
    """One platform under test.

    Attributes:
        stream: the one of its streams that is simulated.
        settings: of `Imitation.hello`.
        shop: remote id of the one shop, of `Imitation.hello`.
        words: the field that a change writes its number into, so that versions can be told apart.
        status: field of the status, and what it may be.
        who: who may speak.
        shown: a case's newest version as the list shows it, for the connector's own `to_ticket`.
    """

    name: str
    make: Callable[[World], Imitation]
    connector: Connector[Any]
    stream: str
    settings: Callable[[Json], Settings]
    shop: Callable[[Json], str]
    words: str
    status: tuple[str, Sequence[object]]
    who: Sequence[str]
    shown: Callable[[Case], Json]

    @property
    def simulated(self) -> Stream[Any]:
        """The stream that is simulated."""
        return next(one for one in self.connector.streams if one.name == self.stream)

    def expected(self, case: Case) -> Ticket:
        """Return what the newest version of a case means, thread apart."""
        to_ticket = self.simulated.to_ticket
        assert to_ticket is not None
        return to_ticket(Fields(self.shown(case)))

    def shrunk(self, rng: Random) -> Connector[Any]:
        """Return the connector with pages so small that a few cases need several."""
        stream = self.simulated
        reading = stream.reading
        assert isinstance(reading, ByTime)
        span = rng.choice((timedelta(days=1), timedelta(days=3), timedelta(days=30)))
        size = rng.randint(5, 8)
        small = replace(reading, page_size=size, max_span=span)
        return replace(self.connector, streams=(replace(stream, reading=small),))


def _shop_of(hello: Json, key: str) -> str:
    shops = hello["shops"]
    assert isinstance(shops, list)
    return str(shops[0][key])


def _douyin(hello: Json) -> Settings:
    return DouyinSettings(
        base_url=str(hello["base_url"]),
        app_key=str(hello["app_key"]),
        app_secret=Secret(str(hello["app_secret"])),
    )


def _qianniu(hello: Json) -> Settings:
    return QianniuSettings(
        base_url=str(hello["gateway"]),
        app_key=str(hello["app_key"]),
        app_secret=Secret(str(hello["app_secret"])),
        token=Secret(_shop_of(hello, "session")),
    )


def _douyin_row(case: Case) -> Json:
    times = {"create_time": beijing(case.created), "update_time": beijing(case.newest.updated)}
    return {**case.newest.fields, **times, "id": int(case.id)}


def _qianniu_row(case: Case) -> Json:
    times = {"created": written(case.created), "modified": written(case.newest.updated)}
    return {**case.newest.fields, **times, "refund_id": int(case.id)}


def _plain_row(case: Case) -> Json:
    return {**case.newest.fields, "id": int(case.id), "created_at": case.created.isoformat()}


PLATFORMS = {
    platform.name: platform
    for platform in (
        Platform(
            name="douyin",
            make=make_douyin,
            connector=DOUYIN,
            stream="service",
            settings=_douyin,
            shop=lambda hello: _shop_of(hello, "shop_id"),
            words="detail",
            status=("operate_status", (0, 5, 10, 100)),
            who=("merchant", "platform"),
            shown=_douyin_row,
        ),
        Platform(
            name="qianniu",
            make=make_qianniu,
            connector=QIANNIU,
            stream="refund",
            settings=_qianniu,
            shop=lambda hello: _shop_of(hello, "user_id"),
            words="desc",
            status=("status", ("WAIT_SELLER_AGREE", "SELLER_REFUSE_BUYER", "CLOSED", "SUCCESS")),
            who=("merchant", "buyer"),
            shown=_qianniu_row,
        ),
        Platform(
            name="plain",
            make=plain.make,
            connector=plain.PLAIN,
            stream=plain.STREAM,
            settings=lambda hello: Settings(base_url=str(hello["base_url"]), token=Secret("t")),
            shop=lambda _hello: plain.SHOP,
            words="title",
            status=("state", tuple(plain.STATES)),
            who=("merchant", "buyer"),
            shown=_plain_row,
        ),
    )
}

"""抖店 / Douyin Shop: service requests (服务请求) and after-sales (售后单) with their arbitration.

How the platform speaks is in `client`, `sign` and `errors`, what service requests mean in
`tickets` and `words`, where the connector of 千牛 has them too.  After-sales are in `aftersale`,
`mapping`, `arbitration`, `records`, `facts` and `books`; what is done about them in `actions`.
"""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files

from gongdan import Connector, hookimpl
from gongdan.sla import load_rules

from .aftersale import AFTERSALE
from .client import DouyinSettings, authorised, encode, fault, login
from .errors import ERRORS
from .pictures import upload
from .push import receive
from .tickets import SERVICE

__all__ = ["DOUYIN", "DouyinSettings", "gongdan_connectors"]

DOUYIN = Connector(
    api=1,
    platform="douyin",
    settings=DouyinSettings,
    streams=(SERVICE, AFTERSALE),
    signature_age=timedelta(minutes=10),
    encode=encode,
    fault=fault,
    errors=ERRORS,
    login=login,
    authorised=authorised,
    upload=upload,
    receive=receive,
    rules=load_rules(files(__name__).joinpath("rules.toml").read_text("utf-8"), "rules.toml"),
    sandbox="gongdan_douyin.sandbox:make",
)


@hookimpl
def gongdan_connectors() -> list[Connector[DouyinSettings]]:
    """Return the one connector of this package."""
    return [DOUYIN]

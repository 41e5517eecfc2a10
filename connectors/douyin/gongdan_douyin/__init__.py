"""抖店 / Douyin Shop: service requests (服务请求), read and answered.

How the platform speaks is in `client`, `sign` and `errors`, what its tickets mean in `tickets`;
the connector of 千牛 has the same files.
"""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files

from gongdan import Connector, hookimpl
from gongdan.sla import load_rules

from .client import DouyinSettings, encode, fault, login
from .errors import ERRORS
from .tickets import SERVICE

__all__ = ["DOUYIN", "DouyinSettings", "gongdan_connectors"]

DOUYIN = Connector(
    api=1,
    platform="douyin",
    settings=DouyinSettings,
    streams=(SERVICE,),
    signature_age=timedelta(minutes=10),
    encode=encode,
    fault=fault,
    errors=ERRORS,
    login=login,
    rules=load_rules(files(__name__).joinpath("rules.toml").read_text("utf-8"), "rules.toml"),
    sandbox="gongdan_douyin.sandbox:make",
)


@hookimpl
def gongdan_connectors() -> list[Connector[DouyinSettings]]:
    """Return the one connector of this package."""
    return [DOUYIN]

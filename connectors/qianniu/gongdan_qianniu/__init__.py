"""千牛 / 天猫 / 淘宝 (TOP): refund cases (退款/售后单), read and answered.

How the platform speaks is in `client`, `sign` and `errors`, what its tickets mean in `tickets`;
the connector of 抖店 has the same files.
"""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files

from gongdan import Connector, hookimpl
from gongdan.sla import load_rules

from .client import QianniuSettings, encode, fault
from .coordination import COORDINATION
from .errors import ERRORS
from .exchange import EXCHANGE
from .tickets import REFUND
from .urge import URGE

__all__ = ["QIANNIU", "QianniuSettings", "gongdan_connectors"]

# No login: the session of a merchant's own app lives a year and cannot be refreshed.
QIANNIU = Connector(
    api=1,
    platform="qianniu",
    settings=QianniuSettings,
    streams=(REFUND, EXCHANGE, URGE, COORDINATION),
    signature_age=timedelta(minutes=10),
    encode=encode,
    fault=fault,
    errors=ERRORS,
    rules=load_rules(files(__name__).joinpath("rules.toml").read_text("utf-8"), "rules.toml"),
    sandbox="gongdan_qianniu.sandbox:make",
)


@hookimpl
def gongdan_connectors() -> list[Connector[QianniuSettings]]:
    """Return the one connector of this package."""
    return [QIANNIU]

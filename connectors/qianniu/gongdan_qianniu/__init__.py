"""千牛 / 天猫 / 淘宝 (TOP): refunds, exchanges, orders late to ship, tasks, coordination tickets.

How the platform speaks is in `client`, `answers`, `sign` and `errors`; what refunds mean is in
`tickets` and `words`, where the connector of 抖店 has them too.  Every other kind of case has a
module of its name, and what is done about it one beside.
"""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files

from gongdan import Connector, hookimpl
from gongdan.sla import load_rules

from .client import QianniuSettings, encode, fault
from .coordination import COORDINATION, about
from .errors import ERRORS
from .exchange import EXCHANGE
from .login import login
from .notices import NOTICES
from .task import TASK
from .task_acts import upload
from .tickets import REFUND
from .urge import URGE

__all__ = ["QIANNIU", "QianniuSettings", "gongdan_connectors"]

QIANNIU = Connector(
    api=1,
    platform="qianniu",
    settings=QianniuSettings,
    streams=(REFUND, EXCHANGE, URGE, TASK, COORDINATION, NOTICES),
    signature_age=timedelta(minutes=10),
    encode=encode,
    fault=fault,
    errors=ERRORS,
    login=login,
    about=about,
    upload=upload,
    rules=load_rules(files(__name__).joinpath("rules.toml").read_text("utf-8"), "rules.toml"),
    sandbox="gongdan_qianniu.sandbox:make",
)


@hookimpl
def gongdan_connectors() -> list[Connector[QianniuSettings]]:
    """Return the one connector of this package."""
    return [QIANNIU]

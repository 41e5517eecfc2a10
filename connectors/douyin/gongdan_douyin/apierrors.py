"""Error codes of single APIs: the rows of errors.toml, which come before the general ones.

Source:
    the Douyin notes, sections 3.5, 4 and 7.1.
    Not stated there: the errors of afterSale.submitEvidence, so that what it refuses is looked up;
    and the sub code that 120032 (a concurrent request) comes with, which is taken in any.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files

from gongdan import Error, Means

# Every API that needs a permission of its own.
APIS = (
    "order.getServiceList",
    "order.serviceDetail",
    "order.replyService",
    "afterSale.List",
    "afterSale.Detail",
    "afterSale.operate",
    "afterSale.timeExtend",
    "afterSale.submitEvidence",
    "afterSale.addOrderRemark",
    "afterSale.rejectReasonCodeList",
    "order.addOrderRemark",
    "order.batchSensitive",
    "material.uploadImageSync",
    "material.queryMaterialDetail",
)


def _rows() -> Iterator[Error]:
    text = files(__package__).joinpath("errors.toml").read_text("utf-8")
    for api, table in tomllib.loads(text).items():
        for code, (means, zh, en) in table.items():
            yield Error(code, Means[means], zh, en, on=api)


API_ERRORS = tuple(_rows())

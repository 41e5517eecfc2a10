"""The platform's words: the books of what is answered.

Source:
    the Douyin notes, section 3.
    Not stated there:
    - the book of `service_type`, beside 3 in the log of the sample;
    - the book of `service_log_type`.  It is not read; who spoke is told by name and parts.
"""

from __future__ import annotations

import re
from datetime import timedelta

from gongdan import Status, Urgency

STATUSES = {
    "0": Status.PENDING,
    "5": Status.WAITING_BUYER,
    "10": Status.WAITING_PLATFORM,
    "100": Status.CLOSED,
}
KINDS = {"3": "售后服务"}
# The parts of a platform's entry, the most telling first; and, where an entry has no time of its
# own (it has none in the sample of 2020), what the detail knows of it.
PLATFORM_PARTS = ("reject_detail", "close_detail", "service_detail")
TIME_OF = {
    "reject_detail": "reject_time",
    "close_detail": "close_time",
    "reply_detail": "reply_time",
}
TARGET = re.compile(r"(\d{1,4})\s*(分钟|小时|天)")
UNITS = {"分钟": timedelta(minutes=1), "小时": timedelta(hours=1), "天": timedelta(days=1)}
# Inferred from the time given (R42 to R44): the platform names no class.  Another is AGREED.
CLASSES = {timedelta(hours=2): Urgency.URGENT, timedelta(hours=24): Urgency.NORMAL}

"""What can be counted: one row a figure, with its name, its words and how it is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from ..sla.wording import Language

Unit: TypeAlias = Literal["count", "share", "span"]


class Figure(Struct, frozen=True, kw_only=True):
    """One figure.

    Attributes:
        unit: a count, a share of one, or a span in seconds; None where there was nothing to count.
        how: what is counted, exactly.
    """

    en: str
    zh: str
    how: str
    unit: Unit = "count"

    def title(self, lang: Language) -> str:
        """Return what it is called."""
        return self.zh if lang == "zh" else self.en


FIGURES: Mapping[str, Figure] = {
    "received": Figure(en="received", zh="收到", how="tickets made in the span"),
    "done": Figure(en="done", zh="办结", how="of them: closed, or gone from the platform"),
    "on_time": Figure(
        en="on time",
        zh="按时",
        how="answered or closed, whichever was first, at or before the deadline; answered is our "
        "last word, once it is no longer our turn",
    ),
    "late": Figure(
        en="late",
        zh="超时",
        how="answered or closed after the deadline, or still ours and over it",
    ),
    "on_time_rate": Figure(
        en="on-time rate",
        zh="按时率",
        unit="share",
        how="on time, of on time and late; what is neither yet does not count",
    ),
    "late_s": Figure(
        en="late by, mean",
        zh="平均超时",
        unit="span",
        how="of late ones: how long after the deadline",
    ),
    "late_most_s": Figure(
        en="late by, most", zh="最长超时", unit="span", how="of late ones: the longest"
    ),
    "first_response_s": Figure(
        en="first response, mean",
        zh="平均首次响应",
        unit="span",
        how="from the making of a ticket to our first word in it, night and day",
    ),
    "first_response_median_s": Figure(
        en="first response, median",
        zh="首次响应中位数",
        unit="span",
        how="the same: half of the tickets were faster",
    ),
    "first_in_5m_rate": Figure(
        en="first response in 5 min",
        zh="5 分钟内响应率",
        unit="share",
        how="first responses within five minutes, of all first responses",
    ),
    "handling_s": Figure(
        en="handling, mean",
        zh="平均处理时长",
        unit="span",
        how="from the making of a ticket to its closing, of closed ones",
    ),
    "handling_median_s": Figure(
        en="handling, median", zh="处理时长中位数", unit="span", how="the same: half took less"
    ),
    "reopened": Figure(
        en="reopened",
        zh="再次打回我方",
        how="tickets that the platform sent back to us at least once",
    ),
    "sent_back": Figure(
        en="sent back", zh="我方打回", how="tickets that we sent back to the platform (打回)"
    ),
    "refused": Figure(en="refused", zh="我方拒绝", how="requests of buyers that we refused"),
    "resolved": Figure(
        en="resolved", zh="已解决", how="tickets finished here as resolved, by the last word on it"
    ),
    "unresolved": Figure(en="unresolved", zh="未解决", how="tickets finished here as unresolved"),
    "arbitration_lost": Figure(
        en="arbitration lost", zh="仲裁败诉", how="tickets that the platform decided for the buyer"
    ),
    "lost_at_our_fault": Figure(
        en="lost at our fault",
        zh="败诉且商责",
        how="of them: the platform says that the fault is the merchant's, or both sides'",
    ),
    "replies": Figure(
        en="replies", zh="回复", how="replies that were sent, or failed; one in parts is one"
    ),
    "reply_failures": Figure(
        en="replies failed",
        zh="回复失败",
        how="of them: refused, overtaken by somebody else, or of unknown fate",
    ),
    "off_hours": Figure(
        en="off hours", zh="下班时段收到", how="tickets made between 21:00 and 09:00 in Beijing"
    ),
}

"""Why somebody is told: one row a cause, the most pressing first.

A cause is the kind of an event (`gongdan_event`), so that what a robot tells every plugin hears.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ..sla.wording import Language


class Cause(Struct, frozen=True, kw_only=True):
    """One cause.

    Attributes:
        at_once: does not wait for others to go with.
        passes: is no news any more once the ticket is not our turn.
        look: the command that shows all of them.
    """

    en: str
    zh: str
    at_once: bool = True
    passes: bool = False
    look: str = ""

    def title(self, lang: Language) -> str:
        """Return what it is called."""
        return self.zh if lang == "zh" else self.en


CAUSES: Mapping[str, Cause] = {
    "urgent": Cause(
        en="New and urgent", zh="新的紧急工单", passes=True, look="gongdan queue -l urgent"
    ),
    "due_soon": Cause(en="Due soon", zh="即将到期", passes=True, look="gongdan queue -l urgent"),
    "late": Cause(en="Late", zh="已超时", passes=True, look="gongdan queue -l late"),
    "promise_due": Cause(en="A promise is due", zh="承诺的回复将到期", look="gongdan show T"),
    "access_lost": Cause(en="Shop not authorised", zh="店铺授权失效", look="gongdan shop list"),
    "unknown": Cause(
        en="Reply of unknown fate: do not send it again by hand",
        zh="回复结果未知（请勿手动重发）",
        look="gongdan outbox",
    ),
    "refused": Cause(en="Reply failed", zh="回复发送失败", look="gongdan queue -l failed"),
    "sync_late": Cause(en="Data is old", zh="数据未更新", look="gongdan doctor"),
    "answered_elsewhere": Cause(
        en="Answered by somebody else", zh="已被他人回复", at_once=False, look="gongdan outbox"
    ),
    "todo_due": Cause(
        en="A sub-task is due", zh="子任务到期", at_once=False, look="gongdan show T"
    ),
    "follow_due": Cause(en="Look again", zh="跟进到期", at_once=False, look="gongdan show T"),
    "access_ending": Cause(
        en="Authorisation ends", zh="店铺授权即将到期", at_once=False, look="gongdan doctor"
    ),
    "deadline_differs": Cause(
        en="Platform and rule differ on the deadline",
        zh="平台期限与规则推算不一致",
        at_once=False,
        look="gongdan doctor --drift",
    ),
    "handover": Cause(
        en="Hand-over: due while nobody works",
        zh="交接：下班时段到期",
        look="gongdan queue -l handover",
    ),
}
RANKS: Mapping[str, int] = {name: rank for rank, name in enumerate(CAUSES)}

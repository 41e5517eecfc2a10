"""Creating tasks (轻任务): one request, a task for each receiver, under one header.

Source:
    the TOP notes, sections 3.1 and A.1.  Not stated there: the sub-codes; which types an app may
    use (here TYPES); and that a sender other than who asks is refused.
"""

from __future__ import annotations

from random import Random

import msgspec

from gongdan.sandbox import World

from .api import Api, Apis, Asked
from .refusal import Body, invalid, missing, remote
from .task_seeds import FIRST_ID, fields_of
from .tasks import STREAM
from .thread import masked

TYPES = {"memo": "备忘", "trade": "交易", "item": "商品", "member": "会员"}
META = (
    "title", "content", "sender_uid", "sender_nick", "reminder_flag", "finish_strategy", "biz_type",
    "priority",
)  # fmt: skip
TASK = ("receiver_uid", "receiver_nick", "biz_type", "sub_biz_type", "biz_id", "biz_nick")
_META_AT, _TASK_AT = FIRST_ID + 700_000_000, FIRST_ID + 800_000_000


class TaskCreate:
    """`taobao.qianniu.task.create` over the tasks of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._made = 0

    def apis(self) -> Apis:
        return {"taobao.qianniu.task.create": Api(self.create, "write")}

    def create(self, asked: Asked) -> Body:
        """Make a task for each receiver; called by its sender."""
        meta = _object(asked, "meta", META)
        tasks = _objects(asked, "tasks", TASK)
        types = {meta["biz_type"], *(task["biz_type"] for task in tasks)}
        if str(meta["sender_uid"]) != asked.seller.user_id:
            raise remote("isv.task-permission-denied", "只能由任务发起人创建")
        if "refused" in asked.strikes or not types <= TYPES.keys():
            raise remote("isv.task-biz-type-error", "任务类型不正确，请咨询千牛官方")
        now = self._world.clock.second()
        self._made += 1
        for place, task in enumerate(tasks):
            number = str(_TASK_AT + 100 * self._made + place)
            self._world.cases.add(
                number, shop=asked.seller.user_id, stream=STREAM,
                fields=self._fields(asked, meta, task, number), created=now, updated=now,
                hidden_s=asked.strikes.get("hidden-write", 0.0),
            )  # fmt: skip
        told = {name: meta[name] for name in META if name not in ("biz_type", "priority")}
        return {"result": {"id": _META_AT + self._made, "task_count": len(tasks), **told}}

    def _fields(self, asked: Asked, meta: Body, task: Body, number: str) -> Body:
        content = str(meta["content"])
        kind = str(task["biz_type"])
        return {
            **fields_of(0, asked.seller, Random(number)),
            **{name: task[name] for name in TASK},
            **{name: meta[name] for name in ("title", "sender_uid", "sender_nick", "priority")},
            "content": masked(content) if "altered-text" in asked.strikes else content,
            "biz_type_str": TYPES[kind],
            "finish_strategy": meta["finish_strategy"],
            "metadata_id": _META_AT + self._made,
            "gmt_finished": None,
        }


def _object(asked: Asked, name: str, keys: tuple[str, ...]) -> Body:
    return _checked(name, _read(asked, name), keys)


def _objects(asked: Asked, name: str, keys: tuple[str, ...]) -> list[Body]:
    found = _read(asked, name)
    if not isinstance(found, list) or not found:
        raise invalid(name, f"{name}须为JSON数组")
    return [_checked(name, one, keys) for one in found]


def _read(asked: Asked, name: str) -> object:
    try:
        found: object = msgspec.json.decode(asked.call.required(name).encode())
    except msgspec.DecodeError:
        raise invalid(name, f"{name}须为JSON") from None
    return found


def _checked(name: str, found: object, keys: tuple[str, ...]) -> Body:
    if not isinstance(found, dict):
        raise invalid(name, f"{name}须为JSON对象")
    for key in keys:
        if found.get(key) in (None, ""):
            raise missing(f"{name}.{key}")
    return found

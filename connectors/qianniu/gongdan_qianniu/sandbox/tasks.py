"""Tasks (轻任务): list, headers, notes, finishing, cancelling; and the picture space.

Source:
    the TOP notes, sections 3.1, A.1 and A.8.  Not stated there: the most rows of a page (here 100),
    what parts two notes of a memo (here a line end), the form of `gmt_*` (here milliseconds as
    text), what a task that is not there answers, the sub-codes, and whether a cancel keeps its memo
    (here behind the task's own).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gongdan.sandbox import Case, Query, Row, Version, World

from .api import Api, Apis, Asked
from .moment import CHINA, milliseconds
from .picture import kind
from .refusal import Body, Refusal, invalid, missing, remote
from .rows import Form, spoil
from .shape import only
from .thread import masked

STREAM = "task"
FORM = Form("id", "gmt_modified_long", "content", ("status", 77))
MOST_ROWS = 100
MOST_PICTURE_BYTES = 3_000_000
COLLEAGUE = "我来处理"
_OPEN = (0, 1, 3)
_EXACT = ("biz_type", "sub_biz_type", "sender_uid", "receiver_uid")


class Tasks:
    """`taobao.qianniu.task*` and `taobao.picture.upload` over the tasks of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._made = 0

    def apis(self) -> Apis:
        return {
            "taobao.qianniu.tasks.get": Api(self.get, "list"),
            "taobao.qianniu.taskmetas.get": Api(self.metas, "other"),
            "taobao.qianniu.task.update": Api(self.update, "write"),
            "taobao.qianniu.task.finish": Api(self.finish, "write"),
            "taobao.qianniu.task.cancel": Api(self.cancel, "write"),
            "taobao.picture.upload": Api(self.upload, "other"),
        }

    def get(self, asked: Asked) -> Body:
        """One page; there is no total, and without `need_meta` no header."""
        fields, with_meta = asked.call.fields(), asked.call.flag("need_meta")
        page = self._world.cases.page(asked.seller.user_id, STREAM, _query(asked), asked.strikes)
        rows = []
        for row in page.rows:
            shown = only(_task(row.case, row.version), fields)
            if with_meta:
                shown["meta"] = _meta(row.case, row.version)
            rows.append(shown)
        spoil(rows, asked.strikes, FORM)
        return {"tasks": rows}

    def metas(self, asked: Asked) -> Body:
        fields = asked.call.fields()
        wanted = {part for part in asked.call.text("meta_ids").split(",") if part}
        query = Query(
            page=asked.call.number("current_page", 1),
            size=asked.call.number("page_size", 20, MOST_ROWS),
            by="create",
            where=lambda row: not wanted or str(row.version.fields["metadata_id"]) in wanted,
        )
        page = self._world.cases.page(asked.seller.user_id, STREAM, query, asked.strikes)
        return {"taskmetas": [only(_meta(row.case, row.version), fields) for row in page.rows]}

    def update(self, asked: Asked) -> Body:
        """Change a task; of status, tag and memo one must be there."""
        call = asked.call
        if not any(call.text(name) for name in ("sub_status", "tag", "memo")):
            raise missing("sub_status")
        case, old = self._open(asked)
        fields: Body = {name: call.text(name) for name in ("sub_status", "tag") if call.text(name)}
        if call.text("memo"):
            memo = (
                masked(call.text("memo")) if "altered-text" in asked.strikes else call.text("memo")
            )
            fields["memo"] = f"{old}\n{memo}" if old and call.text("memo_mode") == "1" else memo
        self._change(asked, case, fields)
        return {"result": True}

    def finish(self, asked: Asked) -> Body:
        """Finish a task."""
        case, old = self._open(asked)
        now = self._world.clock.second()
        fields: Body = {"status": 2, "finish_flag": 1, "gmt_finished": milliseconds(now)}
        if asked.call.text("memo"):
            fields["memo"] = f"{old}\n{asked.call.text('memo')}" if old else asked.call.text("memo")
        self._change(asked, case, fields)
        return {"result": True}

    def cancel(self, asked: Asked) -> Body:
        """Cancel a task for all who were to do it; only its sender may."""
        number = asked.call.number("meta_id")
        ours = [
            case
            for case in self._world.cases
            if case.stream == STREAM and case.newest.fields["metadata_id"] == number
            and case.shop == asked.seller.user_id
        ]  # fmt: skip
        if not ours:
            raise remote("isv.task-not-exist", f"任务不存在：{number}")
        if any(str(case.newest.fields["sender_uid"]) != asked.seller.user_id for case in ours):
            raise remote("isv.task-permission-denied", "只有任务发起人可以取消")
        if "other-person" in asked.strikes:
            for case in ours:
                self._world.cases.change(case, {"status": 2})
        if "refused" in asked.strikes or not any(_is_open(case) for case in ours):
            raise remote("isv.task-status-error", "当前任务状态不支持该操作")
        for case in filter(_is_open, ours):
            old, memo = str(case.newest.fields["memo"] or ""), asked.call.text("memo")
            fields: Body = {"status": 4, "memo": f"{old}\n{memo}" if old and memo else old or memo}
            self._change(asked, case, fields)
        return {"result": True}

    def upload(self, asked: Asked) -> Body:
        """Take a picture into the shop's own picture space."""
        title = asked.call.required("image_input_title")
        asked.call.required("picture_category_id")
        given = asked.call.files.get("img")
        if given is None or not given.data:
            raise missing("img")
        if not kind(given.data) or len(given.data) > MOST_PICTURE_BYTES or "." not in title:
            why = "图片格式须为JPG、GIF或PNG，3M以内"
            raise Refusal(3, "Upload Fail", "isv.invalid-parameter:img", why)
        self._made += 1
        path = f"https://img.example/space/{self._made}.{kind(given.data)}"
        return {"picture": {"picture_id": self._made, "picture_path": path, "title": title}}

    def _open(self, asked: Asked) -> tuple[Case, str]:
        """Return the task that a call names, if it can still be worked on, and its memo."""
        number = str(asked.call.number("task_id"))
        case = self._world.cases.get(STREAM, number)
        if case is None or case.shop != asked.seller.user_id:
            raise remote("isv.task-not-exist", f"任务不存在：{number}")
        if "other-person" in asked.strikes:
            old = str(case.newest.fields["memo"] or "")
            self._world.cases.change(case, {"memo": f"{old}\n{COLLEAGUE}" if old else COLLEAGUE})
        if "refused" in asked.strikes or not _is_open(case):
            raise remote("isv.task-status-error", "当前任务状态不支持该操作")
        return case, str(case.newest.fields["memo"] or "")

    def _change(self, asked: Asked, case: Case, fields: Body) -> None:
        self._world.cases.change(case, fields, hidden_s=asked.strikes.get("hidden-write", 0.0))


def _is_open(case: Case) -> bool:
    return case.newest.fields["status"] in _OPEN


def _query(asked: Asked) -> Query:
    call = asked.call
    by_day = bool(call.text("start_date") or call.text("end_date"))
    start, end = call.time("modify_start_time_str"), call.time("modify_end_time_str")
    if by_day:
        start, end = _day(asked, "start_date"), _day(asked, "end_date")
        end = None if end is None else end + timedelta(days=1, seconds=-1)
    ids = _list(asked, "task_ids")
    wanted = {
        "status": _list(asked, "status"),
        "biz_id": _list(asked, "biz_ids"),
        "metadata_id": _list(asked, "metadata_ids"),
        **{name: _list(asked, name) for name in _EXACT},
    }
    deleted = call.flag("need_deleted")

    def matches(row: Row) -> bool:
        fields = row.version.fields
        return (
            (not ids or row.case.id in ids)
            and all(not only or str(fields[name]) in only for name, only in wanted.items())
            and (deleted or not fields["is_deleted"])
        )

    by = call.one_of("order_by", ("id", "gmt_create", "gmt_finished", "metadata_id"))
    return Query(
        start=start,
        end=end,
        by="create" if by_day else "update",
        sort="create" if by else None,
        descending=call.one_of("order_type", ("asc", "desc")) == "desc",
        page=call.number("current_page", 1),
        size=call.number("page_size", 20, MOST_ROWS),
        where=matches,
    )


def _list(asked: Asked, name: str) -> set[str]:
    return {part for part in asked.call.text(name).split(",") if part}


def _day(asked: Asked, name: str) -> datetime | None:
    text = asked.call.text(name)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC) if text else None
    except ValueError:
        raise invalid(name, f"{name}格式应为yyyy-MM-dd") from None


def _task(case: Case, version: Version) -> Body:
    fields = dict(version.fields)
    for name in ("title", "end_time", "meta_memo"):
        fields.pop(name)
    finished = fields["gmt_finished"]
    created, changed = milliseconds(case.created), milliseconds(version.updated)
    return {
        **fields,
        "id": int(case.id),
        "gmt_create": str(created),
        "gmt_create_long": created,
        "gmt_modified": str(changed),
        "gmt_modified_long": changed,
        "gmt_finished": None if finished is None else str(finished),
        "gmt_finished_long": finished,
    }


def _meta(case: Case, version: Version) -> Body:
    fields = version.fields
    end = fields["end_time"]
    told: Body = {
        "id": fields["metadata_id"],
        "title": fields["title"],
        "content": fields["content"],
        "sender_uid": fields["sender_uid"],
        "sender_nick": fields["sender_nick"],
        "memo": fields["meta_memo"],
        "end_time": None if end is None else str(end),
        "end_time_long": end,
        "status": {2: 2, 4: 4}.get(_number(fields["status"]), 0),
        "priority": fields["priority"],
        "gmt_create_long": milliseconds(case.created),
    }
    return {name: value for name, value in told.items() if value is not None}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0

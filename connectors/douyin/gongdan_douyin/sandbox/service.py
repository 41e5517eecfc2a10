"""The stream of service requests: getServiceList, serviceDetail, replyService."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from gongdan.sandbox import Case, Json, Query, Row, Strikes, Version, World, victim

from . import texts
from .access import Access
from .api import Api, Asked
from .call import text, whole
from .entries import REJECTED, REPLIED, beijing, entry, show_entry
from .refusal import BUSINESS, INVALID_BUSINESS, MISSING_BUSINESS, SERVICE, Refusal
from .seeds import DONE, IN_REVIEW, PENDING, STATUS_TEXTS, fill

STREAM = "service"
LARGEST_PAGE = 100  # a larger size is cut in silence
MOST_PICTURES = 4

_LISTED = ("order_id", "operate_status", "detail", "reply", "service_type", "reply_time")
_DETAILED = (
    *_LISTED,
    "first_reply_time",
    "expiration_time",
    "close_time",
    "close_detail",
    "is_reject",
    "reject_time",
    "reject_detail",
    "evidence_required",
    "proof_demo",
    "img_list",
)


class Service:
    """Answers the APIs of service requests."""

    def __init__(self, world: World, access: Access) -> None:
        self._world = world
        self._access = access
        self.apis: Mapping[str, Api] = {
            "order.getServiceList": Api("list", self._list),
            "order.serviceDetail": Api("detail", self._detail),
            "order.replyService": Api("write", self._reply),
        }

    def fill(self) -> None:
        """Make the tickets of every shop."""
        fill(self._world, STREAM, list(self._access.shops))

    def _list(self, asked: Asked) -> Json:
        query = _query(asked.params)
        rows, total = self._world.cases.page(asked.shop, STREAM, query, asked.strikes)
        struck = victim([row.case.id for row in rows])
        shown = [
            _spoil(show_row(row), asked.strikes) if row.case.id == struck else show_row(row)
            for row in rows
        ]
        return {"total": total, "list": shown}

    def _detail(self, asked: Asked) -> Json:
        case = self._case(asked, "service_id")
        if "other-person" in asked.strikes:
            self._answer_by_console(case, texts.CONSOLE_REPLY)
        version = self._world.cases.read(case, asked.strikes)
        if version is None:
            raise _wrong_parameters("服务单不存在")
        return {
            "detail": _show(case, version, _DETAILED),
            "logs": [show_entry(message) for message in reversed(version.messages)],
        }

    def _reply(self, asked: Asked) -> Json:
        case = self._case(asked, "id")
        reply, pictures = text(asked.params, "reply"), _pictures(asked.params)
        if not reply.strip():
            raise Refusal(MISSING_BUSINESS, "isv.missing-parameter:10001", "缺少参数reply")
        if "other-person" in asked.strikes:
            same = self._world.rng.random() < 0.3  # as in the simulation of docs/sending.md
            self._answer_by_console(case, reply if same else texts.CONSOLE_REPLY)
        self._check_reply(case, pictures, asked.strikes)
        if "altered-text" in asked.strikes:
            reply = f"**{reply[2:]}"
        self._commit(case, reply, pictures, asked.strikes)
        return {}

    def _check_reply(self, case: Case, pictures: list[str], strikes: Strikes) -> None:
        fields = case.newest.fields
        if fields["operate_status"] == DONE and not fields["reply"]:
            raise _wrong_parameters("服务单已关闭")
        if fields["operate_status"] != PENDING:
            text = "服务申请已经回复，无需重复回复"
            raise Refusal(SERVICE, "isp.service-error:10009", text)
        if fields["evidence_required"] and not pictures:
            raise _wrong_parameters("请上传凭证")
        if "refused" in strikes:
            raise _wrong_parameters("参数错误")

    def _commit(self, case: Case, reply: str, pictures: list[str], strikes: Strikes) -> None:
        """Store a reply, and with `new-round` the platform's rejection of it."""
        now = self._world.clock.second()
        log = [entry(REPLIED, reply, now, files=pictures)]
        fields: dict[str, object] = {
            "operate_status": IN_REVIEW,
            "reply": reply,
            "reply_time": beijing(now),
            "first_reply_time": case.newest.fields["first_reply_time"] or beijing(now),
            "is_reject": 0,
        }
        if "new-round" in strikes:
            log.append(entry(REJECTED, texts.REJECT, now))
            fields |= {
                "operate_status": PENDING,
                "is_reject": 1,
                "reject_time": beijing(now),
                "reject_detail": texts.REJECT,
            }
        self._world.cases.change(case, fields, log, hidden_s=strikes.get("hidden-write", 0.0))

    def _answer_by_console(self, case: Case, reply: str) -> None:
        """Somebody of the shop answers on the platform's own pages, if the ticket is open."""
        if case.newest.fields["operate_status"] == PENDING:
            self._commit(case, reply, [], {})

    def _case(self, asked: Asked, name: str) -> Case:
        case = self._world.cases.get(STREAM, str(whole(asked.params, name)))
        if case is None or case.shop != asked.shop:
            raise _wrong_parameters("服务单不存在")
        return case


def show_row(row: Row) -> Json:
    """One row of `order.getServiceList`."""
    return _show(row.case, row.version, _LISTED)


def _show(case: Case, version: Version, names: tuple[str, ...]) -> Json:
    fields = version.fields
    return {
        "id": int(case.id),
        "shop_id": int(case.shop),
        **{name: fields[name] for name in names},
        "operate_status_desc": _status_text(fields["operate_status"]),
        "create_time": beijing(case.created),
        "update_time": beijing(version.updated),
    }


def _status_text(status: object) -> str:
    return STATUS_TEXTS.get(status, "未知") if isinstance(status, int) else "未知"


def _spoil(row: Json, strikes: Strikes) -> Json:
    """A row as the row faults have it; its id stays readable."""
    if "malformed-row" in strikes:
        row["create_time"] = []
    if "lone-surrogate" in strikes:
        row["detail"] = f"{row['detail']}\ud83d"
    if "new-field" in strikes:
        row["risk_level"] = {"level": 3, "desc": "高"}
    if "new-enum" in strikes:
        row |= {"operate_status": 77, "operate_status_desc": STATUS_TEXTS[77]}
    return row


def _query(params: Json) -> Query:
    """What getServiceList is asked for.

    Not stated: whether its bounds are inclusive (here both are), how long a window may be (here
    any length), and what an unknown `order` does (here it is refused).
    """
    start, end = _bound(params, "start_time"), _bound(params, "end_time")
    if end <= start:
        raise _wrong_time("end_time应大于start_time")
    size = whole(params, "size", 10)
    by = _one_of(params, "order_by", ("create_time", "update_time"))
    return Query(
        start=start,
        end=end,
        by="update" if by == "update_time" else "create",
        descending=_one_of(params, "order", ("DESC", "ASC")) == "DESC",
        page=max(1, whole(params, "page", 1)),
        size=min(size, LARGEST_PAGE) if size > 0 else 10,
        where=_where(params),
    )


def _where(params: Json) -> Callable[[Row], bool] | None:
    """The filters that are given, as one function."""
    wanted = {
        "operate_status": params.get("status"),
        "order_id": params.get("order_id"),
        "id": params.get("service_id"),
    }
    numbers = {name: whole({name: v}, name) for name, v in wanted.items() if v not in (None, "")}
    if not numbers:
        return None

    def where(row: Row) -> bool:
        has = {**row.version.fields, "id": row.case.id}
        return all(str(has[name]) == str(number) for name, number in numbers.items())

    return where


def _bound(params: Json, name: str) -> datetime:
    try:
        return datetime.fromtimestamp(whole(params, name), UTC)
    except Refusal as refusal:
        if refusal.code == MISSING_BUSINESS:
            raise
        raise _wrong_time(f"{name}时间格式错误") from refusal
    except (ValueError, OverflowError, OSError) as error:
        raise _wrong_time(f"{name}时间格式错误") from error


def _one_of(params: Json, name: str, values: tuple[str, str]) -> str:
    """One of the values in either case; the first is the default."""
    wanted = text(params, name) or values[0]
    for value in values:
        if wanted.lower() == value.lower():
            return value
    raise Refusal(INVALID_BUSINESS, "isv.parameter-invalid:10001", f"{name}无效: {wanted}")


def _pictures(params: Json) -> list[str]:
    """The addresses in `evidence`, which `|` joins."""
    urls = [url for url in text(params, "evidence").split("|") if url]
    if len(urls) > MOST_PICTURES:
        raise _wrong_parameters(f"凭证最多{MOST_PICTURES}张")
    if not all(url.startswith(("http://", "https://")) for url in urls):
        raise Refusal(BUSINESS, "isv.business-failed:10017", "图片链接有误")
    return urls


def _wrong_parameters(why: str) -> Refusal:
    return Refusal(SERVICE, "isp.service-error:10002", why)


def _wrong_time(why: str) -> Refusal:
    return Refusal(BUSINESS, "isv.business-failed:10002", why)

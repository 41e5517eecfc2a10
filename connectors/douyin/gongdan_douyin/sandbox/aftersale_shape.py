"""How an after-sale looks in `afterSale.List` and in `afterSale.Detail`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from gongdan.sandbox import Case, Json, Row, Version

from .aftersale_seeds import ARBITRATION_TEXTS, STATUS_TEXTS, TYPE_TEXTS
from .entries import beijing

ROLES = {"buyer": 1, "merchant": 2, "platform": 3, "system": 4}


def show_row(row: Row) -> Json:
    """One row of `afterSale.List`."""
    case, fields = row.case, row.version.fields
    status, arbitration = fields["aftersale_status"], fields["arbitrate_status"]
    remarks = fields["remarks"]
    assert isinstance(remarks, list)
    return {
        "aftersale_info": {
            "aftersale_id": case.id,
            "related_id": fields["sku_order_id"],
            "aftersale_order_type": fields["aftersale_order_type"],
            "aftersale_type": fields["aftersale_type"],
            "aftersale_status": status,
            "apply_time": _unix(case.created),
            "create_time": _unix(case.created),
            "update_time": _unix(row.version.updated),
            "status_deadline": fields["status_deadline"],
            "aftersale_status_to_final_time": fields["aftersale_status_to_final_time"],
            "refund_amount": fields["refund_amount"],
            "refund_post_amount": fields["refund_post_amount"],
            "aftersale_num": 1,
            "part_type": fields["part_type"],
            "aftersale_refund_type": 0,
            "refund_type": 0,
            "refund_status": fields["refund_status"],
            "arbitrate_status": arbitration,
            "arbitrate_blame": fields["arbitrate_blame"],
            "got_pkg": fields["got_pkg"],
            "remark": remarks[-1]["remark"] if remarks else "",
            "reason_second_labels": None,
            "left_urge_sms_count": 0,
        },
        "order_info": {
            "shop_order_id": fields["order_id"],
            "related_order_info": [_good(fields, case)],
        },
        "text_part": {
            "aftersale_status_text": _text(STATUS_TEXTS, status),
            "aftersale_type_text": _text(TYPE_TEXTS, fields["aftersale_type"]),
            "reason_text": fields["reason"],
            "arbitrate_status_text": _text(ARBITRATION_TEXTS, arbitration),
        },
        "seller_logs": fields["seller_logs"],
    }


def show_detail(case: Case, version: Version, *, records: bool) -> Json:
    """One after-sale as `afterSale.Detail` has it."""
    fields = version.fields
    info: Json = {
        "after_sale_id": int(case.id),
        "after_sale_status": fields["aftersale_status"],
        "after_sale_status_desc": _text(STATUS_TEXTS, fields["aftersale_status"]),
        "after_sale_type": fields["aftersale_type"],
        "after_sale_type_text": _text(TYPE_TEXTS, fields["aftersale_type"]),
        "after_sale_order_type": fields["aftersale_order_type"],
        "apply_time": _unix(case.created),
        "update_time": _unix(version.updated),
        "refund_total_amount": fields["refund_amount"],
        **{name: fields[name] for name in _DETAILED},
    }
    order = {**_good(fields, case), "sku_order_id": int(str(fields["sku_order_id"]))}
    return {
        "process_info": {
            "after_sale_info": info,
            "arbitrate_info": _judged(fields),
            "record_logs_list": _records(version) if records else [],
            "after_sale_shop_remarks": _remarks(case, fields),
            "logistics_info": _logistics(fields),
        },
        "order_info": {"shop_order_id": int(str(fields["order_id"])), "sku_order_infos": [order]},
    }


_DETAILED = (
    "apply_role", "status_deadline", "aftersale_status_to_final_time", "reason", "reason_code",
    "reason_remark", "evidence", "refund_status", "refund_post_amount", "got_pkg", "part_type",
    "post_receiver", "post_tel_sec",
)  # fmt: skip
_JUDGED = (
    "arbitrate_id", "arbitrate_status", "arbitrate_status_deadline", "is_required_evidence",
    "arbitrate_opinion", "arbitrate_conclusion", "arbitrate_create_time", "arbitrate_update_time",
    "arbitrate_evidence", "arbitrate_blame",
)  # fmt: skip


def _judged(fields: Mapping[str, object]) -> Json:
    asked = fields["arbitrate_asked"]
    deadline = str(fields["arbitrate_status_deadline"]) or "0"
    tmpl: Json = {"images": [], "describe": asked, "dead_line": int(deadline)} if asked else {}
    return {**{name: fields[name] for name in _JUDGED}, "arbitrate_evidence_tmpl": tmpl}


def _records(version: Version) -> list[Json]:
    """The negotiation, newest first."""
    return [
        {
            "operator": {"buyer": "买家", "merchant": "商家", "platform": "平台客服"}.get(
                message.who, "系统"
            ),
            "time": beijing(message.at),
            "text": message.text,
            "images": list(message.files),
            "desc_kvs": None,
            "action": message.fields.get("action", ""),
            "role": ROLES[message.who],
            "all_evidence": [],
        }
        for message in reversed(version.messages)
    ]


def _remarks(case: Case, fields: Mapping[str, object]) -> list[Json]:
    remarks = fields["remarks"]
    assert isinstance(remarks, list)
    return [
        {"order_id": int(str(fields["order_id"])), "after_sale_id": int(case.id), **remark}
        for remark in remarks
    ]


def _logistics(fields: Mapping[str, object]) -> Json:
    tracking = fields["return_tracking"]
    back: Json = {"tracking_no": tracking, "company_name": "顺丰速运", "company_code": "shunfeng"}
    return {"return": back if tracking else {}, "exchange": {}, "resend": {}, "order": None}


def _good(fields: Mapping[str, object], case: Case) -> Json:
    return {
        "sku_order_id": fields["sku_order_id"],
        "order_status": 3 if fields["got_pkg"] else 2,
        "pay_amount": fields["refund_amount"],
        "item_num": 1,
        "create_time": _unix(case.created - timedelta(days=3)),
        "product_name": fields["product_name"],
        "product_id": 3_500_000_000_000_000_001,
        "sku_spec": [{"name": "颜色", "value": "白"}],
        "tags": [],
    }


def _text(book: Mapping[int, str], number: object) -> str:
    return book.get(number, "") if isinstance(number, int) else ""


def _unix(at: datetime) -> int:
    return int(at.timestamp())

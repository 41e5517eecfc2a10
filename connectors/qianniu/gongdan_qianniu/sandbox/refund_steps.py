"""What a seller can do with a refund beside talking.

Source:
    the TOP notes, sections 4.1, 4.3, 4.5 and A.2.  Not stated there: where a refund stands after
    each (here as the words of the states say), from which amount on a text message's code is
    wanted (here 5,000 yuan), the sub-codes and the reasons.
"""

from __future__ import annotations

from gongdan.sandbox import Case, Version, World

from .api import Api, Apis, Asked
from .moment import written
from .picture import kind
from .refunds import Refunds
from .refusal import Body, Refusal, invalid, missing, remote
from .rows import version_ms
from .shape import only
from .thread import Thread

SMS_FROM_FEN = 500_000
SMS_CODE = "123456"
MOST_PROOF_BYTES = 130_000
MOST_PICTURE_BYTES = 5_000_000
MOST = {True: (30, 1_000_000), False: (20, 600_000)}  # of 天猫, of 淘宝: refunds and fen a call
REASONS = (
    (31, "商品已发出", "请上传发货凭证"),
    (32, "与买家协商一致", ""),
    (33, "已影响商品完好", "请上传验货照片"),
)
_MOVED = "isv.refund-version-expired"


class RefundSteps:
    """Agree and refuse, of refunds and of the goods that come back, and the reasons."""

    def __init__(self, world: World, refunds: Refunds, thread: Thread) -> None:
        self._world = world
        self._refunds = refunds
        self._thread = thread

    def apis(self) -> Apis:
        return {
            "taobao.rp.refunds.agree": Api(self.pay, "write"),
            "taobao.rp.returngoods.agree": Api(self.take_back, "write"),
            "taobao.rp.returngoods.refuse": Api(self.refuse_goods, "write"),
            "taobao.refund.refuse": Api(self.refuse, "write"),
            "taobao.refund.refusereason.get": Api(self.reasons, "other"),
        }

    def pay(self, asked: Asked) -> Body:
        """Agree to refunds, `id|fen|version|phase` with commas between; all or none here."""
        infos = [info.split("|") for info in asked.call.required("refund_infos").split(",")]
        count, most_fen = MOST[asked.seller.tmall]
        if len(infos) > count:
            raise invalid("refund_infos", f"一次最多{count}笔")
        cases = [self._to_pay(asked, info) for info in infos]
        fen = sum(_fen(case) for case in cases)
        if fen > most_fen:
            raise invalid("refund_infos", f"总金额不能超过{most_fen // 100}元")
        if fen >= SMS_FROM_FEN and asked.call.text("code") != SMS_CODE:
            return _failed(cases, "已向您的手机发送短信验证码，请输入验证码")
        if "refused" in asked.strikes:
            return _failed(cases, "退款失败")
        for case in cases:
            self._move(asked, case, "SUCCESS", "同意退款")
        done = [{"refund_id": case.id, "succ": True, "message": ""} for case in cases]
        return {"succ": True, "msg_code": "OP_SUCC", "message": "", "results": done}

    def take_back(self, asked: Asked) -> Body:
        """Agree to a return, and tell the address."""
        call, tmall = asked.call, asked.seller.tmall
        call.required("seller_address_id")
        for name in ("remark",) if tmall else ("address", "mobile", "post", "name", "tel"):
            call.required(name)
        case = self._locked(asked, ("WAIT_SELLER_AGREE",))
        if case.newest.fields["dispute_type"] == "REFUND":
            raise remote("isv.refund-status-error", "仅退款的单据没有退货")
        self._move(asked, case, "WAIT_BUYER_RETURN_GOODS", call.text("remark") or "同意退货")
        return {"is_success": True}

    def refuse(self, asked: Asked) -> Body:
        """Refuse a refund; an unshipped one cannot be refused."""
        words = asked.call.required("refuse_message")
        if not 2 <= len(words) <= 200:
            raise invalid("refuse_message", "拒绝说明长度为2-200")
        form = self._proof(asked, MOST_PROOF_BYTES, needed=asked.seller.tmall)
        self._check_reason(asked)
        case = self._locked(asked, ("WAIT_SELLER_AGREE",))
        fields = case.newest.fields
        if fields["operation_contraint"] == "cannot_refuse":
            raise remote("isv.refund-cannot-refuse", "当前退款单不允许拒绝")
        if fields["order_status"] == "WAIT_SELLER_SEND_GOODS":
            raise remote("isv.refund-cannot-refuse", "卖家未发货，不能拒绝退款")
        version = self._move(asked, case, "SELLER_REFUSE_BUYER", words, form)
        row = {"refund_id": int(case.id), "status": "SELLER_REFUSE_BUYER",
               "modified": written(version.updated)}  # fmt: skip
        return {"refund": row, "is_success": True}

    def refuse_goods(self, asked: Asked) -> Body:
        """Refuse what came back; for 天猫 only."""
        if not asked.seller.tmall:
            raise remote("isv.refund-not-tmall", "目前仅支持天猫退货")
        form = self._proof(asked, MOST_PICTURE_BYTES, needed=True)
        self._check_reason(asked)
        case = self._locked(asked, ("WAIT_SELLER_CONFIRM_GOODS",))
        self._move(asked, case, "SELLER_REFUSE_BUYER", "拒绝退货", form)
        return {"result": True}

    def reasons(self, asked: Asked) -> Body:
        fields = asked.call.fields()
        asked.call.required("refund_phase")
        self._refunds.find(asked)
        names = ("reason_id", "reason_text", "reason_tips")
        rows = [only(dict(zip(names, row, strict=True)), fields) for row in REASONS]
        return {"reasons": rows, "total_results": len(rows), "has_next": False}

    def _to_pay(self, asked: Asked, info: list[str]) -> Case:
        tmall = asked.seller.tmall
        if len(info) != (4 if tmall else 3) and not (not tmall and len(info) == 4):
            raise invalid("refund_infos", "格式：refund_id|amount|version|phase")
        case = self._world.cases.get("refund", info[0])
        if case is None or case.shop != asked.seller.user_id:
            raise remote("isv.refund-not-exist", f"退款单不存在：{info[0]}")
        self._take_away(asked, case)
        if info[1] != str(_fen(case)):
            raise invalid("refund_infos", "退款金额不一致，单位为分")
        _check_lock(case, info[2], info[3] if tmall else "")
        if case.newest.fields["status"] not in ("WAIT_SELLER_AGREE", "WAIT_SELLER_CONFIRM_GOODS"):
            raise remote("isv.refund-status-error", "当前状态不能同意退款")
        return case

    def _locked(self, asked: Asked, statuses: tuple[str, ...]) -> Case:
        """Return the refund that a call names, if it stands there and is of that version."""
        call, tmall = asked.call, asked.seller.tmall
        case, _ = self._refunds.find(asked)
        self._take_away(asked, case)
        version = call.required("refund_version") if tmall else call.text("refund_version")
        _check_lock(case, version, call.required("refund_phase") if tmall else "")
        if "refused" in asked.strikes or case.newest.fields["status"] not in statuses:
            raise remote("isv.refund-status-error", "当前状态不支持该操作")
        return case

    def _take_away(self, asked: Asked, case: Case) -> None:
        """Let the buyer withdraw a moment before, where that fault strikes."""
        if "other-person" in asked.strikes:
            self._world.cases.change(case, {"status": "CLOSED"})

    def _move(self, asked: Asked, case: Case, status: str, words: str, form: str = "") -> Version:
        return self._world.cases.change(
            case, {"status": status}, [self._thread.said(words, asked.seller, form)],
            hidden_s=asked.strikes.get("hidden-write", 0.0),
        )  # fmt: skip

    def _proof(self, asked: Asked, most: int, *, needed: bool) -> str:
        """Return the kind of the proof, "" if there is none and none is needed."""
        upload = asked.call.files.get("refuse_proof")
        if upload is None or not upload.data:
            if needed:
                raise missing("refuse_proof")
            return ""
        if len(upload.data) > most:
            raise invalid("refuse_proof", f"凭证不能超过{most}字节")
        if not kind(upload.data):
            raise Refusal(3, "Upload Fail", "isv.invalid-parameter:refuse_proof", "图片格式不正确")
        return kind(upload.data)

    def _check_reason(self, asked: Asked) -> None:
        reason = asked.call.text("refuse_reason_id")
        if reason and reason not in {str(number) for number, _, _ in REASONS}:
            raise invalid("refuse_reason_id", "拒绝原因不存在")


def _check_lock(case: Case, version: str, phase: str) -> None:
    if version and version != str(version_ms(case, case.newest)):
        raise remote(_MOVED, "退款单已更新，请刷新后重试")
    if phase and phase != case.newest.fields["refund_phase"]:
        raise invalid("refund_phase", f"该阶段没有退款单：{phase}")


def _fen(case: Case) -> int:
    return round(float(str(case.newest.fields["refund_fee"])) * 100)


def _failed(cases: list[Case], why: str) -> Body:
    rows = [{"refund_id": case.id, "succ": False, "message": why} for case in cases]
    return {"succ": False, "msg_code": "OP_FAILURE_UE", "message": "", "results": rows}

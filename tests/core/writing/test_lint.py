"""Warnings about replies: none about a good one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gongdan.writing.lint import lint
from gongdan.writing.templates import Templates

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)  # 15:00 in Beijing
SHOP, OTHERS = "小兔子旗舰店", ("小兔子", "大象家居专营店")

GOOD = (
    "您好，已为您补发，单号 SF1234567890123，请注意查收。",
    "您好，非常抱歉给您带来不便。仓库已核实，今天 18:00 前补发，单号会同步给您。",
    "亲，订单 4920231120123456789 的退款已原路退回，预计 3 个工作日到账。",
    "您好，您 11月15日 10:00 下单的商品已于 11月16日 发出。",
    "您好，最迟明天 10:00 给您答复，感谢您的耐心等待。",
    "您好，退款会退回您的微信支付账户，请在 24 小时后查看。",
    "您好，快递已签收，如未收到请先看看是否由家人代收。",
    "非常抱歉让您久等，商品缺货，可以为您退款或换成同款黑色，请告诉我们您的选择。",
    "您好，小兔子旗舰店已收到您的反馈，11月21日 12:00 前处理完毕。",
    "您好，商品支持七天无理由退货，请在售后页面申请，审核后寄回即可。",
    "您好，我们会尽快处理，最迟 11月21日 18:00 前回复您。",
    "您好，发票已开具，并发送到您下单时填写的邮箱，请查收。",
    "您好，工单已收到。客服已通过旺旺联系买家，买家同意换货，见附图。",
    "感谢您的反馈，赠品已单独寄出，中通单号 75123456789012。",
    "您好，尺码 38（240）有货，今天下单，明天发货。",
    "您好，物流显示 11月19日 08:32 已到达您所在城市，预计今天晚上 8 点前送达。",
    "您好，已与买家协商一致，退款 39.90 元已处理，凭证见附图。",
    "尊敬的顾客，保修期为 12 个月，请在售后页面上传故障视频。",
    "您好，安装师傅会在周六上午 9:00 至 11:00 上门，请保持手机畅通。",
    "您好，根据描述未理解所述问题，辛苦确认具体问题并重新提交，谢谢。",
)

BAD = (
    ("已发货", "greeting", ""),
    ("您好，己发货，请查收。", "typo", "己发货 -> 已发货"),
    ("您好，我们尽快处理。", "vague", "尽快"),
    ("您好，大概过几天就到了。", "vague", "大概"),
    ("您好，这个不太清楚，等等看。", "vague", "不太清楚"),
    ("您好，请打 13812345678 联系仓库。", "phone", "13812345678"),
    ("您好，售后电话 138 1234 5678。", "phone", "138 1234 5678"),
    ("您好，请拨 0571-88157777。", "phone", "0571-88157777"),
    ("您好，客服热线 400-812-3456。", "phone", "400-812-3456"),
    ("您好，麻烦加微信沟通。", "contact", "微信"),
    ("您好，加V详谈，给您返现。", "contact", "加V"),
    ("您好，QQ 联系我，马上退。", "contact", "QQ"),
    ("您好，加一下wechat。", "contact", "wechat"),
    ("您好，今天 14:00 前给您答复。", "past", "今天 14:00"),
    ("您好，最迟 11月19日 18:00 处理完毕。", "past", "11月19日 18:00"),
    ("您好，预计 11月18日前发货。", "past", "11月18日"),
    ("您好，今天上午 10 点前补发。", "past", "今天上午 10 点"),
    ("您好，感谢光临大象家居专营店。", "other_shop", "大象家居专营店"),
    ("您好，订单 {order_id} 已发货。", "leftover", "{order_id}"),
    ("您好，单号 XXXX，请查收。", "leftover", "XXXX"),
)


@pytest.mark.parametrize("text", GOOD)
def test_a_good_reply_is_not_warned_of(text: str) -> None:
    assert lint(text, NOW, shop=SHOP, others=OTHERS) == ()


@pytest.mark.parametrize(("text", "code", "found"), BAD)
def test_a_bad_reply_is_warned_of(text: str, code: str, found: str) -> None:
    warned = lint(text, NOW, shop=SHOP, others=OTHERS)

    assert (code, found) in [(each.code, each.found) for each in warned]
    assert {each.code for each in warned} == {code}


def test_there_are_twenty_of_each() -> None:
    assert (len(set(GOOD)), len({text for text, _, _ in BAD})) == (20, 20)


def test_a_shipped_template_that_is_filled_is_not_warned_of(tmp_path: Path) -> None:
    for template in Templates(tmp_path / "none.toml").all():
        text = template.text
        for slot in ("promised_at", "expected_done", "ship_by", "return_by"):
            text = text.replace(f"{{{slot}}}", "11月21日 18:00")
        text = text.replace("{contact}", "旺旺").replace("{", "").replace("}", "")
        assert template.fixed or lint(text, NOW) == (), template.name

"""The words of templates, warnings and actions: another part of the table in `words`."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "template.kept": ("{path}: right, {count} templates in all", "{path}：无误，共 {count} 个话术"),
    "bulk.refused": ("{ticket}: not queued: {error}", "{ticket}：未排队：{error}"),
    "act.dry": ("Nothing stored. It would be:", "未保存。将会记录："),
    "show.history": ("History", "处理记录"),
    "action.claim": ("claim", "领取"),
    "action.release": ("release", "释放"),
    "action.assign": ("assign", "分配"),
    "action.contact": ("contact", "联系买家"),
    "action.promise": ("promise", "承诺回复"),
    "action.expected": ("expected done", "预计完成"),
    "contact.wangwang": ("by Wangwang", "旺旺"),
    "contact.sms": ("by SMS", "短信"),
    "contact.phone": ("by phone", "电话"),
    "contact.reached": ("reached", "已联系上"),
    "contact.unreached": ("not reached", "未联系上"),
    "ending.resolved": ("resolved", "已解决"),
    "ending.unresolved": ("NOT resolved", "未解决"),
    # warnings
    "lint.greeting": ("warning: no polite word", "提醒：没有礼貌用语"),
    "lint.vague": ("warning: vague", "提醒：含糊其辞"),
    "lint.typo": ("warning: a typo", "提醒：错别字"),
    "lint.phone": ("warning: a phone number", "提醒：含电话号码"),
    "lint.contact": ("warning: a contact outside the platform", "提醒：含平台外联系方式"),
    "lint.past": ("warning: a promised time that is over", "提醒：承诺的时间已过"),
    "lint.other_shop": ("warning: another shop's name", "提醒：写了其他店铺的名称"),
    "lint.leftover": ("warning: a slot that nobody filled", "提醒：有没填的空位"),
    "lint.plugin": ("warning", "提醒"),
    "lint.held": ("warning: somebody else has it", "提醒：已有其他负责人"),
}

"""The words of templates, warnings and actions: another part of the table in `words`."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "template.kept": ("{path}: right, {count} templates in all", "{path}：无误，共 {count} 个话术"),
    "bulk.refused": ("{ticket}: not queued: {error}", "{ticket}：未排队：{error}"),
    "act.dry": ("Nothing stored. It would be:", "未保存。将会记录："),
    "show.history": ("History", "处理记录"),
    "why.raised": (
        "raised from here {at}, action #{id}, about {ticket}",
        "由此处发起：{at}，操作 #{id}，关于 {ticket}",
    ),
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
    "push.why": ("{moved}. {why}", "{moved}。{why}"),
    # why an action stands as it does: keys are the core's own words, others are shown as they are
    "because.already there": ("already there", "平台上已有同样的内容"),
    "because.somebody answered on the platform meanwhile: look, then 'gongdan settle'": (
        "somebody answered on the platform meanwhile: look, then 'gongdan settle'",
        "有人已在平台上回复：先看一眼，再用 gongdan settle 决定",
    ),
    "because.somebody else had answered already": (
        "somebody else had answered already",
        "他人已先回复",
    ),
    "because.nobody knows whether it arrived, and the platform does not show it": (
        "nobody knows whether it arrived, and the platform does not show it",
        "不确定是否送达，平台也看不到",
    ),
    "because.accepted; the platform does not show it": (
        "accepted; the platform does not show it",
        "平台已接受，但不展示内容",
    ),
    "because.not there; sent again": ("not there; sent again", "平台上没有，已重发"),
    "because.altered": ("altered", "平台上的文字与我方略有不同"),
    "because.to be given by hand; then 'gongdan settle N by-hand'": (
        "to be given by hand; then 'gongdan settle N by-hand'",
        "请在平台页面人工回复，然后 gongdan settle 编号 by-hand",
    ),
    "because.a person said: this-one": ("a person said: this-one", "人工确认：就是这条"),
    "because.a person said: send-again": ("a person said: send-again", "人工确认：没有，重发"),
    "because.a person said: drop": ("a person said: drop", "人工确认：放弃"),
    "because.a person said: by-hand": ("a person said: by-hand", "人工确认：已人工处理"),
    "because.the platform says the case is gone": (
        "the platform says the case is gone",
        "平台上已没有这张工单",
    ),
    "because.the case is closed on the platform": (
        "the case is closed on the platform",
        "平台上已完结",
    ),
    "because.the platform takes no answer to it now": (
        "the platform takes no answer to it now",
        "平台目前不接受回复",
    ),
    "because.a message that is not ours word for word came meanwhile": (
        "a message that is not ours word for word came meanwhile",
        "期间出现一条与我方不完全相同的消息",
    ),
    "because.it cannot be seen whether it was done": (
        "it cannot be seen whether it was done",
        "看不到是否已完成",
    ),
    "because.a new round began meanwhile": ("a new round began meanwhile", "期间已进入新一轮"),
    "because.it moves money, which the machine never does twice": (
        "it moves money, which the machine never does twice",
        "涉及资金，程序绝不重复执行",
    ),
}

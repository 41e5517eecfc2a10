"""The words of `why`, `sla`, `doctor` and the lanes: the other part of the table in `words`."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    # lanes
    "lane.urgent": ("URGENT: ours, due within 2 h", "紧急：轮到我方，2 小时内到期"),
    "lane.today": ("TODAY: ours, due by 21:00 today", "今天：轮到我方，今天 21:00 前到期"),
    "lane.late": ("LATE: ours, over the deadline", "超时：轮到我方，已超过期限"),
    "lane.waiting": ("WAITING for the platform or the buyer", "等待：等平台或买家"),
    "lane.failed": (
        "FAILED: our newest reply was refused, overtaken, or has an unknown fate",
        "失败：最近一次回复被拒绝、被他人抢先，或结果未知",
    ),
    "lane.mine": ("MINE: held by me", "我的：由我负责"),
    "lane.solved": (
        "SOLVED: finished here, still open on the platform",
        "已解决：这里已完结，平台上仍未关闭",
    ),
    "lane.duplicates": (
        "DUPLICATES: of one order, or of one buyer and kind within 72 h; nothing is merged",
        "疑似重复：同一订单，或同一买家同类问题 72 小时内；不会自动合并",
    ),
    "lane.elsewhere": (
        "ELSEWHERE: somebody else answered on the platform in the last 7 days",
        "他人已处理：最近 7 天内有人在平台上回复过",
    ),
    "lane.handover": (
        "HANDOVER: ours, due while nobody works (21:00 to 09:00)",
        "交接：轮到我方，下班时段（21:00 至次日 09:00）到期",
    ),
    "lane.unknown": (
        "there is no lane {lane!r}; there are {lanes}",
        "没有队列 {lane!r}；可用：{lanes}",
    ),
    # why
    "clock.handling": ("Handling", "处理"),
    "clock.first_response": ("First response", "首次响应"),
    "clock.next_reply": ("Promised reply", "承诺回复"),
    "clock.shipping": ("Shipping", "发货"),
    "clock.buyer_term": ("The buyer's term", "买家期限"),
    "clockstate.running": ("{left} left", "剩余 {left}"),
    "clockstate.late": ("LATE by {left}", "已超时 {left}"),
    "clockstate.paused": ("paused", "已暂停"),
    "clockstate.met": ("met", "已按时完成"),
    "clockstate.met_late": ("met late", "已完成，但超时"),
    "source.promise": ("our promise", "我方承诺"),
    "confidence.high": ("high", "高"),
    "confidence.low": ("low", "低"),
    "breach.fault": ("counts as fault in a dispute", "纠纷中会被判责"),
    "breach.violation": ("handled as a violation", "按违规处理"),
    "breach.score": ("lowers a score", "影响评分"),
    "breach.none": ("", ""),
    "why.soft": ("soft", "软性"),
    "why.theirs": ("not ours", "非我方"),
    "why.due": ("due", "到期"),
    "why.by": (
        "{due} by {source}; confidence: {confidence}",
        "{due}（{source}）；可信度：{confidence}",
    ),
    "why.rule": ("rule", "规则"),
    "why.written": ("{rule} ({source})", "{rule}（{source}）"),
    "why.target": ("target", "时限"),
    "why.computed": ("computed", "按规则计算"),
    "why.later": ("{due}, {length} after the platform's", "{due}，比平台晚 {length}"),
    "why.earlier": ("{due}, {length} before the platform's", "{due}，比平台早 {length}"),
    "why.same": ("the same", "与平台一致"),
    "why.breach": ("if late", "超时后果"),
    "why.paused": ("paused", "暂停"),
    "why.span": ("{start} to {end}", "{start} 至 {end}"),
    "why.flags": ("note", "注意"),
    "why.steps": ("how", "推算"),
    "why.no_clock": ("No deadline is known for it.", "没有已知的期限。"),
    "why.from": ("From {kind} as of {at}, read in run #{run}", "来自{kind}（{at}），同步 #{run}"),
    "why.page": (
        "From {kind} as of {at}, read in run #{run}, page {page}",
        "来自{kind}（{at}），同步 #{run} 第 {page} 页",
    ),
    "payload.row": ("the list row", "列表"),
    "payload.detail": ("the detail", "详情"),
    "bool.true": ("yes", "是"),
    "bool.false": ("no", "否"),
    "why.nothing": ("none", "无"),
    # fields of a ticket
    "field.status": ("status", "状态"),
    "field.status_text": ("status there", "平台状态"),
    "field.kind_text": ("about", "类型"),
    "field.category": ("category", "分类"),
    "field.urgency": ("urgency", "紧急程度"),
    "field.origin": ("raised by", "发起方"),
    "field.channel": ("channel", "渠道"),
    "field.turn": ("turn", "轮到"),
    "field.title": ("title", "标题"),
    "field.text": ("text", "描述"),
    "field.order_ids": ("orders", "订单"),
    "field.product": ("product", "商品"),
    "field.amount_fen": ("amount", "金额"),
    "field.buyer_id": ("buyer's id", "买家标识"),
    "field.buyer": ("buyer", "买家"),
    "field.contacts": ("contacts", "联系方式"),
    "field.created": ("created", "创建"),
    "field.updated": ("updated", "更新"),
    "field.ordered": ("ordered", "下单"),
    "field.ship_by": ("to be shipped by", "最晚发货"),
    "field.buyer_term": ("buyer's term", "买家期限"),
    "field.promised": ("promised", "承诺时间"),
    "field.expected_done": ("expected done", "预计完成"),
    "field.closed": ("closed", "完结"),
    "field.deadline": ("deadline", "平台期限"),
    "field.target": ("target", "时限"),
    "field.answerable": ("takes an answer", "可回复"),
    "field.evidence_required": ("evidence needed", "需要凭证"),
    "field.revocable": ("revocable", "可撤销"),
    "field.no_fault": ("no fault", "不判责"),
    "field.breach_cost": ("if late", "超时后果"),
    "field.outcome": ("outcome", "结果"),
    "field.fault": ("fault", "责任方"),
    "field.link": ("link", "链接"),
    "field.gone": ("gone", "已删除"),
    "field.round": ("round", "轮次"),
    "field.version": ("version", "版本"),
    # sla
    "sla.due": ("due {due} ({zone}; {mode})", "{due} 到期（{zone}；{mode}）"),
    "col.rule": ("rule", "规则"),
    "col.target": ("target", "时限"),
    "col.mode": ("mode", "算法"),
    "col.hours": ("hours", "时段"),
    "col.dates": ("dates", "有效期"),
    "col.written": ("source", "出处"),
    "sla.own": ("its own", "工单自带"),
    "sla.own_least": ("its own, >={least}", "自带，>={least}"),
    "sla.above": ("{mode}; >{target} {modes}", "{mode}；>{target} {modes}"),
    "sla.always": ("always", "全天"),
    "sla.since": ("from {day}", "{day} 起"),
    "sla.until": ("before {day}", "{day} 前"),
    # drift
    "col.computed": ("computed", "规则计算"),
    "col.theirs": ("platform", "平台"),
    "col.difference": ("difference", "相差"),
    "col.fits": ("would fit", "符合算法"),
    "drift.none": (
        "Platform and rules agree on every open ticket.",
        "所有未完结工单：平台期限与规则计算一致。",
    ),
    "drift.rule": (
        "{rule}: {fits} of {count} fit {mode}",
        "{rule}：{count} 张中 {fits} 张符合 {mode}",
    ),
    "drift.unfit": ("{rule}: {count} fit no mode", "{rule}：{count} 张不符合任何算法"),
    # doctor: what stands well
    "doctor.settings": ("settings {subject}", "设置 {subject}"),
    "doctor.secrets": ("secrets {subject}: mode {mode}", "密钥 {subject}：权限 {mode}"),
    "doctor.plugin": ("plugin {subject} {version}", "插件 {subject} {version}"),
    "doctor.going": (
        "plugin {subject}: upgrade it before gongdan: {warning}",
        "插件 {subject}：升级 gongdan 之前先升级它：{warning}",
    ),
    "doctor.store": (
        "store {subject}: {size} MB, journal {wal} MB, {free} MB free, schema {schema}",
        "数据库 {subject}：{size} MB，日志 {wal} MB，磁盘剩余 {free} MB，结构 {schema}",
    ),
    "doctor.shop": (
        "shop {subject}: {open} open, {queued} to be sent, last good read {good}, "
        "complete until {complete}",
        "店铺 {subject}：未完结 {open}，待发 {queued}，上次正常同步 {good}，数据完整到 {complete}",
    ),
    "doctor.details": (
        "shop {subject}: {count} details still to be read",
        "店铺 {subject}：{count} 张工单的详情待读取",
    ),
    "doctor.access": ("shop {subject}: the platform answers", "店铺 {subject}：平台应答正常"),
    "doctor.clock": (
        "clock: {subject} differs from this machine's by {s:+d} s",
        "时钟：{subject} 与本机相差 {s:+d} 秒",
    ),
    "doctor.outbox": ("outbox: nothing waits for a person", "待发箱：没有需要人工处理的回复"),
    "doctor.resending": (
        "sending again on {subject}: on; an old signature {probe},"
        " a reply was seen {s} s after it was accepted at the latest",
        "{subject} 的重发：开启；过期签名{probe}，回复最晚 {s} 秒后可见",
    ),
    "probe.refused": ("was refused at {at}", "在 {at} 被平台拒绝"),
    "probe.taken": ("was taken at {at}", "在 {at} 被平台接受"),
    "probe.not told": ("was not tried yet", "尚未试过"),
    "doctor.rules": (
        "rules of {subject}: {count}, version {version}, {stale} deadlines to be computed anew",
        "店铺 {subject} 的规则：{count} 条，版本 {version}，{stale} 个期限待重算",
    ),
    "doctor.levels": ("levels: {count}", "提醒级别：{count} 个"),
    "doctor.fine": ("All is well.", "一切正常。"),
    "doctor.count": ("{count} to be mended.", "{count} 项需要处理。"),
    # doctor: what is wrong
    "wrong.settings.missing": ("settings {subject}: no such file", "设置 {subject}：文件不存在"),
    "wrong.settings.mode": (
        "settings {subject}: others may write to it (mode {mode})",
        "设置 {subject}：其他用户可写（权限 {mode}）",
    ),
    "wrong.settings.error": ("{error}", "{error}"),
    "wrong.secrets.mode": (
        "secrets {subject}: others may read it (mode {mode})",
        "密钥 {subject}：其他用户可读（权限 {mode}）",
    ),
    "wrong.plugin.broken": (
        "plugin {subject} is broken: {error}",
        "插件 {subject} 不可用：{error}",
    ),
    "wrong.store.mode": (
        "store {subject}: others may read it (mode {mode})",
        "数据库 {subject}：其他用户可读（权限 {mode}）",
    ),
    "wrong.store.journal": (
        "store {subject}: journal is {journal}, not wal",
        "数据库 {subject}：日志模式为 {journal}，不是 wal",
    ),
    "wrong.store.swollen": (
        "store {subject}: its journal has grown to {wal} MB",
        "数据库 {subject}：日志已增长到 {wal} MB",
    ),
    "wrong.store.scarce": (
        "store {subject}: only {free} MB are free on its disk",
        "数据库 {subject}：磁盘仅剩 {free} MB",
    ),
    "wrong.store.error": ("{error}", "{error}"),
    "wrong.shop.never": ("shop {subject}: never read", "店铺 {subject}：从未同步"),
    "wrong.shop.setting": ("shop {subject}: {error}", "店铺 {subject}：{error}"),
    "wrong.shop.failing": (
        "shop {subject}: the last sync failed: {error}",
        "店铺 {subject}：最近一次同步失败：{error}",
    ),
    "wrong.shop.unfinished": (
        "shop {subject}: no sync has come to its end yet",
        "店铺 {subject}：还没有一次同步读完",
    ),
    "wrong.shop.old": (
        "shop {subject}: last good read {good}, over an hour ago",
        "店铺 {subject}：上次正常同步 {good}，已超过一小时",
    ),
    "wrong.login.ends": (
        "shop {subject}: authorised until {ends} only",
        "店铺 {subject}：授权将于 {ends} 到期",
    ),
    "wrong.push.stranger": (
        "pushes came for {subject}, which is not set up: {count}",
        "收到未设置店铺 {subject} 的推送：{count} 条",
    ),
    "wrong.stranded.gone": (
        "{count} actions wait for shop {subject}, which is not in the settings",
        "有 {count} 个操作在等店铺 {subject}，而设置里没有这家店",
    ),
    "wrong.quarantine.rows": (
        "shop {subject}: {count} rows in quarantine",
        "店铺 {subject}：{count} 行数据被隔离",
    ),
    "wrong.gaps.rows": (
        "shop {subject}: {count} seconds could not be read, the first at {first}",
        "店铺 {subject}：有 {count} 秒的数据读不出来，最早 {first}",
    ),
    "wrong.details.failing": (
        "shop {subject}: {failing} of {count} details cannot be read: {error}",
        "店铺 {subject}：{count} 张待读详情中 {failing} 张读取失败：{error}",
    ),
    "wrong.access.asked": ("shop {subject}: {state}: {error}", "店铺 {subject}：{state}：{error}"),
    "wrong.clock.skewed": (
        "clock: {subject} differs from this machine's by {s:+d} s",
        "时钟：{subject} 与本机相差 {s:+d} 秒",
    ),
    "doctor.allowed": ("{name}: sent again from now on", "{name}：重发已重新开启"),
    "wrong.resending.off": (
        "sending again on {subject} is off: {off}",
        "{subject} 的重发已关闭：{off}",
    ),
    "wrong.outbox.person": (
        "outbox: {count} tickets need a person: {tickets}",
        "待发箱：{count} 张工单需要人工处理：{tickets}",
    ),
    "wrong.rules.error": ("rules of {subject}: {error}", "店铺 {subject} 的规则：{error}"),
    "wrong.levels.error": ("levels: {error}", "提醒级别：{error}"),
    # doctor: what to do about it
    "todo.settings.missing": ("gongdan init", "gongdan init"),
    "todo.settings.mode": ("chmod go-w {subject}", "chmod go-w {subject}"),
    "todo.settings.error": ("mend the file, then look again", "修改后重新检查"),
    "todo.secrets.mode": ("chmod 600 {subject}", "chmod 600 {subject}"),
    "todo.plugin.broken": (
        "upgrade or remove it; the other plugins work",
        "升级或卸载该插件；其他插件不受影响",
    ),
    "todo.store.mode": ("chmod 600 {subject}", "chmod 600 {subject}"),
    "todo.store.journal": (
        "move the folder to a local disk: network file systems lose writes",
        "把目录移到本地磁盘：网络文件系统会丢失写入",
    ),
    "todo.store.swollen": (
        "a program keeps the file open: find it with lsof and end it",
        "有程序一直占用该文件：用 lsof 找到并结束它",
    ),
    "todo.store.scarce": ("free some space", "请清理磁盘空间"),
    "todo.store.error": (
        "the store as it is cannot be used; nothing else was looked at",
        "数据库目前无法使用；其他项目未检查",
    ),
    "todo.shop.never": ("gongdan sync --shop {subject}", "gongdan sync --shop {subject}"),
    "todo.shop.setting": ("mend the setting that is named", "修改上面指出的设置"),
    "todo.shop.failing": ("gongdan shop check {subject}", "gongdan shop check {subject}"),
    "todo.shop.unfinished": (
        "the next goes on where it was: gongdan sync --shop {subject}",
        "下次从停下的地方接着读：gongdan sync --shop {subject}",
    ),
    "todo.shop.old": (
        "does cron run? gongdan runs --shop {subject}",
        "定时任务是否在运行？gongdan runs --shop {subject}",
    ),
    "todo.login.ends": (
        "gongdan sync --shop {subject} renews what it can; if this stays, authorise it on the "
        "platform again",
        "gongdan sync --shop {subject} 会自动续期；仍然如此就到平台重新授权",
    ),
    "todo.push.stranger": (
        "add the shop, or stop its pushes in the platform's console; what they told is not kept",
        "添加该店铺，或在平台控制台停止其推送；推送的内容没有保存",
    ),
    "todo.stranded.gone": (
        "put [shops.{subject}] back into the settings, or end them: gongdan outbox, gongdan cancel",
        "把 [shops.{subject}] 加回设置，或逐个了结：gongdan outbox、gongdan cancel",
    ),
    "todo.quarantine.rows": (
        "upgrade the plugin, then: gongdan quarantine retry",
        "升级插件，然后：gongdan quarantine retry",
    ),
    "todo.resending.off": (
        "what is unknown waits for a person: gongdan outbox, gongdan settle; when it is well: "
        "gongdan doctor --allow-resending {subject}",
        "结果未知的要人工处理：gongdan outbox，gongdan settle；平台恢复正常后："
        "gongdan doctor --allow-resending {subject}",
    ),
    "todo.gaps.rows": (
        "tried again daily; look on the platform what was updated then",
        "每天自动重试；到平台后台查看那一刻更新的工单",
    ),
    "todo.details.failing": (
        "they are tried again by themselves; if it lasts: gongdan shop check {subject}",
        "会自动重试；若持续出现：gongdan shop check {subject}",
    ),
    "todo.access.asked": ("gongdan shop check {subject}", "gongdan shop check {subject}"),
    "todo.clock.skewed": (
        "set this machine's clock, best by NTP",
        "请校准本机时钟，最好启用 NTP",
    ),
    "todo.outbox.person": (
        "gongdan queue --lane failed lists them, gongdan show T says why; gongdan outbox has "
        "those of an unknown fate",
        "gongdan queue --lane 失败 列出工单，gongdan show 工单号 写着原因；"
        "结果未知的在 gongdan outbox 里",
    ),
    "todo.rules.error": ("mend the table that is named", "修改上面指出的配置"),
    "todo.levels.error": ("mend the table that is named", "修改上面指出的配置"),
}

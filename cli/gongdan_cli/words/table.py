"""Everything a person reads beside the help, in English and Chinese: one table."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from ..screens.clean import clean
from ..screens.times import clock
from .act import TABLE as ACT
from .alert import TABLE as ALERT
from .author import TABLE as AUTHOR
from .care import TABLE as CARE
from .chinese import chinese
from .conform import TABLE as CONFORM
from .file import TABLE as FILES
from .find import TABLE as FIND
from .keep import TABLE as KEEP
from .out import TABLE as OUT
from .picture import TABLE as PICTURES
from .work import TABLE as WORK

# key: (English, Chinese).  A group such as `status.` names the values of a field; a value that is
# not here is shown as it is.
TABLE: Mapping[str, tuple[str, str]] = {
    **CARE,
    **ACT,
    **ALERT,
    **OUT,
    **KEEP,
    **WORK,
    **CONFORM,
    **AUTHOR,
    **FIND,
    **FILES,
    **PICTURES,
    "usage": ("Usage: {usage}\nTry '{help}' for help.", "用法：{usage}\n说明：{help}"),
    "usage.wrong": ("Error: {why}", "错误：{why}"),
    # columns
    "col.ticket": ("ticket", "工单"),
    "col.left": ("left", "剩余"),
    "col.due": ("due", "到期"),
    "col.source": ("by", "来源"),
    "col.shop": ("shop", "店铺"),
    "col.kind": ("about", "类型"),
    "col.turn": ("turn", "轮到"),
    "col.status": ("status", "状态"),
    "col.sending": ("reply", "回复"),
    "col.order": ("order", "订单号"),
    "col.buyer": ("buyer", "买家"),
    "col.holder": ("holder", "负责人"),
    "col.title": ("title", "标题"),
    "col.tags": ("tags", "标签"),
    "col.breach": ("if late", "超时后果"),
    "col.last": ("last words", "最新消息"),
    "col.id": ("no.", "编号"),
    "col.state": ("state", "状态"),
    "col.when": ("when", "时间"),
    "col.text": ("text", "内容"),
    "col.outcome": ("outcome", "结果"),
    "col.took": ("took", "用时"),
    "col.new": ("new", "新增"),
    "col.changed": ("changed", "变更"),
    "col.quarantined": ("quarantined", "隔离"),
    "col.sent": ("sent", "已发"),
    "col.requests": ("requests", "请求"),
    "col.error": ("error", "错误"),
    "col.platform": ("platform", "平台"),
    "col.app": ("app", "应用"),
    "col.remote_id": ("id there", "平台店铺号"),
    "col.name": ("name", "名称"),
    "col.good": ("last good", "上次正常"),
    "col.open": ("open", "未完结"),
    "col.queued": ("queued", "待发"),
    "col.api": ("api", "接口版本"),
    "col.hooks": ("hooks", "钩子"),
    # values
    "stream.service": ("service", "服务请求"),
    "stream.aftersale": ("after-sale", "售后"),
    "stream.refund": ("refund", "退款"),
    "stream.coordination": ("coordination", "协同工单"),
    "platform.douyin": ("douyin", "抖店"),
    "platform.qianniu": ("qianniu", "千牛"),
    "status.pending": ("pending", "待处理"),
    "status.waiting_platform": ("waiting", "等平台"),
    "status.waiting_buyer": ("waiting", "等买家"),
    "status.answered": ("answered", "已回复"),
    "status.closed": ("closed", "已完结"),
    "status.unknown": ("unknown", "未知"),
    "who.merchant": ("us", "我方"),
    "who.buyer": ("buyer", "买家"),
    "who.platform": ("platform", "平台"),
    "who.provider": ("provider", "服务商"),
    "who.system": ("system", "系统"),
    "source.platform": ("platform", "平台"),
    "source.rule": ("estimate", "估算"),
    "mark.douyin": ("DY", "抖"),
    "mark.qianniu": ("QN", "千"),
    "short.platform": ("plat", "平台"),
    "short.provider": ("prov", "服务商"),
    "short.rule": ("est", "估算"),
    "category.consult": ("question", "咨询"),
    "category.complaint": ("complaint", "投诉"),
    "category.return": ("return", "退换货"),
    "category.logistics": ("logistics", "物流"),
    "category.payment": ("payment", "支付"),
    "category.product": ("product", "商品"),
    "category.promotion": ("promotion", "优惠活动"),
    "category.other": ("other", "其他"),
    "urgency.normal": ("", ""),
    "urgency.agreed": ("agreed time", "约定时效"),
    "urgency.urgent": ("URGENT", "紧急"),
    "state.draft": ("draft", "草稿"),
    "state.queued": ("queued", "排队"),
    "state.sending": ("sending", "发送中"),
    "state.sent": ("sent", "已发"),
    "state.confirmed": ("confirmed", "平台已确认"),
    "state.unknown": ("unknown", "结果未知"),
    "state.refused": ("refused", "被拒绝"),
    "state.cancelled": ("cancelled", "已撤回"),
    "state.answered_by_other": ("other answered", "他人已回复"),
    "state.by_hand": ("by hand", "人工处理"),
    "action.reply": ("reply", "回复"),
    "action.send_back": ("send back", "打回"),
    "action.evidence": ("evidence", "补充凭证"),
    "action.remark": ("remark", "备注"),
    "action.transfer": ("transfer", "转交"),
    "action.finish": ("finish", "完结"),
    "action.agree": ("agree", "同意"),
    "action.refuse": ("refuse", "拒绝"),
    "action.extend": ("extend", "延期"),
    "action.withdraw": ("withdraw", "取消任务"),
    "action.raise": ("raise", "发起任务"),
    "outcome.running": ("running", "进行中"),
    "outcome.ok": ("ok", "正常"),
    "outcome.partial": ("partial", "部分"),
    "outcome.stopped": ("stopped", "中断"),
    "outcome.failed": ("failed", "失败"),
    "outcome.busy": ("busy", "占用"),
    "outcome.lost": ("killed", "被终止"),
    "health.ok": ("ok", "正常"),
    "health.never": ("not read yet", "尚未同步"),
    "health.failing": ("failing", "异常"),
    "health.setting": ("settings", "设置有误"),
    "health.unreachable": ("unreachable", "无法连接"),
    "health.not authorised": ("not authorised", "未授权"),
    "health.access denied": ("access denied", "无权限"),
    "health.failed": ("failed", "失败"),
    "health.wrong secret": ("wrong secret", "密钥错误"),
    "health.authorisation closed": ("authorisation closed", "授权已关闭"),
    "health.no permission": ("no permission", "缺少接口权限"),
    "health.ip not allowed": ("IP not allowed", "IP 不在白名单"),
    "health.app refused": ("app refused", "应用不可用"),
    "means.RETRY": (
        "passes by itself: reads are repeated; a write's fate is looked up first",
        "会自行恢复：读取自动重试；写入会先核实结果",
    ),
    "means.WAIT": (
        "too fast or not now: it is asked again after a pause",
        "过于频繁或暂不可用：稍后自动重试",
    ),
    "means.LOGIN": ("the token is renewed and it is tried again", "令牌会自动刷新后重试"),
    "means.AUTHORISE": ("a person must log the shop in again", "需要人工重新授权该店铺"),
    "means.SETTING": (
        "a person must change a setting or get a permission",
        "需要人工修改设置或申请权限",
    ),
    "means.ASK": ("the action lacks something that a person must add", "操作缺少内容，需人工补充"),
    "means.STALE": ("the case changed: look again before acting", "工单已变化：请重新查看后再操作"),
    "means.GONE": ("the platform knows no such case", "平台上没有这张工单"),
    "means.DONE": ("it was done before", "此前已处理"),
    "means.REFUSED": ("the platform said no, for good", "平台拒绝，不会重试"),
    "means.SHRINK": ("too much was asked for: half is asked next", "查询范围过大：自动减半"),
    "means.RESTART": ("the list is begun again", "列表会从头读取"),
    # queue
    "queue.counts": (
        "{shown} shown, {late} late, {soon} due within 2 h",
        "共显示 {shown} 张，超时 {late} 张，2 小时内到期 {soon} 张",
    ),
    "queue.synced": ("last synced {at}", "上次同步 {at}"),
    "queue.never": ("never synced: run gongdan sync", "尚未同步：请运行 gongdan sync"),
    "queue.behind": (
        "last synced {at}; not up to date: {shops}",
        "上次同步 {at}；未更新的店铺：{shops}",
    ),
    "queue.more": ("; --limit {more} shows more", "；--limit {more} 可显示更多"),
    "queue.empty": ("No open ticket.", "没有待处理的工单。"),
    "tomorrow": ("tmr", "明"),
    "none": ("Nothing.", "没有内容。"),
    # show
    "show.fact": ("{name}: {value}", "{name}：{value}"),
    "show.due": ("due", "到期"),
    "show.due_in": ("{due} by {source}, {left} left", "{due}（{source}），剩余 {left}"),
    "show.late": ("{due} by {source}, LATE by {left}", "{due}（{source}），已超时 {left}"),
    "show.due_was": ("{due} by {source}", "{due}（{source}）"),
    "show.no_due": ("none known", "未知"),
    "show.shut": ("takes no answer any more", "平台已不再接受回复"),
    "show.turn": ("turn", "轮到"),
    "show.order": ("order", "订单"),
    "show.product": ("product", "商品"),
    "show.amount": ("amount", "金额"),
    "show.buyer": ("buyer", "买家"),
    "show.created": ("created", "创建"),
    "show.updated": ("updated", "更新"),
    "show.outcome": ("ruled", "裁决"),
    "show.fault": ("fault", "判责"),
    "show.contacts": ("contact", "联系方式"),
    "show.breach": ("if late", "超时后果"),
    "show.holder": ("holder", "负责人"),
    "show.tags": ("tags", "标签"),
    "show.link": ("link", "链接"),
    "show.evidence": ("evidence is required", "需要提交凭证"),
    "show.no_fault": ("no-fault (无忧购)", "无忧购：不判责"),
    "show.owed": (
        "only the list row is here; the next sync reads the case itself",
        "目前只有列表信息，下次同步会读取详情",
    ),
    "show.thread": ("Thread", "会话"),
    "show.silent": ("nobody has written yet", "暂无消息"),
    "show.actions": ("Ours", "我方操作"),
    "show.files": ("{count} file(s)", "附件 {count} 个"),
    # outbox and replying
    "reply.queued": (
        "#{id} queued, goes out at {at} with the next push or sync; undo: gongdan cancel {id}",
        "#{id} 已排队，{at} 后随下一次 push 或 sync 发出；撤回：gongdan cancel {id}",
    ),
    "reply.now": (
        "#{id} queued, goes out with the next push or sync: gongdan push",
        "#{id} 已排队，将随下一次 push 或 sync 发出：gongdan push",
    ),
    "money.sure": (
        "{name} {id}: it moves money. Is that meant?",
        "{name} {id}：涉及资金，确定吗？",
    ),
    "reasons.none": ("The platform offers no reasons now.", "平台当前没有可选的原因。"),
    "reasons.picture": ("(needs a picture)", "（需要凭证图片）"),
    "receive.listening": ("Listening at {url}. Pushes come to:", "正在监听 {url}，推送地址："),
    "reply.dry": ("Nothing stored or sent. It would be:", "未保存也未发送。将会发出："),
    "outbox.at": ("from {at}", "{at} 起"),
    "outbox.look": ("looked up until {at}", "核实至 {at}"),
    "outbox.ours": ("ours", "我方"),
    "outbox.theirs": ("theirs", "平台上"),
    "outbox.cancelled": ("#{id} cancelled, nothing was sent", "#{id} 已撤回，未发送任何内容"),
    "push.none": ("Nothing was due.", "没有到时间的回复。"),
    # sync
    "sync.counts": (
        "{new} new, {changed} changed, {unchanged} unchanged, {quarantined} quarantined, "
        "{sent} sent, {failed} not sent",
        "新增 {new}，变更 {changed}，未变 {unchanged}，隔离 {quarantined}，"
        "已发 {sent}，发送失败 {failed}",
    ),
    "sync.shops": ("{ok} of {all} shops up to date", "{all} 个店铺中 {ok} 个已更新"),
    "sync.summary": ("{shops}: {counts}", "{shops}：{counts}"),
    "sync.row": ("{shop}: {outcome}. {why}", "{shop}：{outcome}。{why}"),
    "sync.held": ("{shop}: held by {by}", "{shop}：正被占用（{by}）"),
    "sync.stopped": (
        "stopped before the end, the next sync goes on: {shops}",
        "提前停止，下次同步会继续：{shops}",
    ),
    "sync.dry": (
        "Dry run, no request made. It would read: {shops}",
        "试运行，未发出请求。将读取：{shops}",
    ),
    "sync.progress": (
        "{done}/{all} shops, {new} new, {changed} changed",
        "店铺 {done}/{all}，新增 {new}，变更 {changed}",
    ),
    "sync.page": ("{shop} page {pages}", "{shop} 第 {pages} 页"),
    "stopping": (
        "finishing the page in hand… (Ctrl-C again: stop at once)",
        "正在完成当前页…（再按一次 Ctrl-C 立即停止）",
    ),
    # shops and settings
    "init.done": (
        "{path} written. Next: gongdan shop add --help",
        "已写入 {path}。下一步：gongdan shop add --help",
    ),
    "shop.added": (
        "{alias} added. Next: gongdan shop check {alias}",
        "已添加 {alias}。下一步：gongdan shop check {alias}",
    ),
    "settle.nothing": ("nothing there that may be it", "平台上没有可能是它的消息"),
    "settle.over": ("nothing to decide: it is {state}", "不用定：{state}"),
    "answer.this-one": ("the message there is it", "平台上的就是这条"),
    "answer.send-again": ("it is not there: send it once more", "平台上没有，重发"),
    "answer.drop": ("forget it", "不发了"),
    "answer.by-hand": ("it was given outside gongdan", "已在平台人工处理"),
    "shop.none": ("No shop yet: gongdan shop add --help", "还没有店铺：gongdan shop add --help"),
    # errors of platforms
    "error.unknown": (
        "{platform} {code}: not in the table of this connector. A read fails with it, a write is "
        "looked up.",
        "{platform} {code}：该插件的错误表中没有。读取时视为失败，写入时会先核实结果。",
    ),
    "error.on": ("on {on}", "接口 {on}"),
    "plugin.broken": ("broken: {why}", "不可用：{why}"),
    "plugin.warning": ("will not work for ever: {what}", "以后会失效：{what}"),
    # demo
    "demo.sandbox": (
        "The sandbox imitates both platforms on loopback: no account, no network.",
        "沙箱在本机模拟两个平台：无需账号，不联网。",
    ),
    "demo.shops": ("Four shops, two on each platform.", "四个店铺，每个平台两个。"),
    "demo.read": ("Read them all.", "全部读取。"),
    "demo.queue": ("One queue, most urgent first.", "一个队列，最紧急的在前。"),
    "demo.answer": ("Answer {ticket}.", "回复 {ticket}。"),
    "demo.again": ("Read again, and look.", "再次读取，看看结果。"),
    "demo.diff": ("The difference, as the platform now tells it:", "平台上的变化："),
    "demo.status": ("status   {before} -> {after}", "状态  {before} -> {after}"),
    "demo.thread": ("thread   {before} -> {after} messages", "会话  {before} -> {after} 条消息"),
    "demo.queued": ("open     {before} -> {after} tickets", "未完结  {before} -> {after} 张工单"),
    "demo.reply": ("our text {state}", "我方回复  {state}"),
    "demo.text": (
        "您好，非常抱歉给您带来不便。仓库已核实，今天 18:00 前补发，单号会同步给您。",
        "您好，非常抱歉给您带来不便。仓库已核实，今天 18:00 前补发，单号会同步给您。",
    ),
    "demo.took": ("Done in {seconds:.1f} s.", "完成，用时 {seconds:.1f} 秒。"),
    "demo.kept": ("Kept: {folder}", "已保留：{folder}"),
    "demo.use": (
        "Its shops live in the sandbox: gongdan sandbox --port {port} --seed {seed}",
        "其中的店铺在沙箱里：gongdan sandbox --port {port} --seed {seed}",
    ),
}


Language: TypeAlias = Literal["zh", "en"]


class Words:
    """The words of one language: `words("queue.empty")`."""

    def __init__(self, lang: str) -> None:
        """Speak *lang*, "zh" or "en"."""
        self.lang: Language = "zh" if lang == "zh" else "en"
        self._index = 1 if lang == "zh" else 0

    def __call__(self, key: str, **values: object) -> str:
        """Return a message with its values, which are cleaned."""
        plain = {k: clean(v) if isinstance(v, str) else v for k, v in values.items()}
        return TABLE[key][self._index].format(**plain)

    def value(self, group: str, value: str, other: str | None = None) -> str:
        """Return the word for a field's value; where there is none *other*, else the value."""
        known = TABLE.get(f"{group}.{value}")
        if known:
            return known[self._index]
        return clean(value) if other is None else other

    def error(self, text: str) -> str:
        """Return what went wrong, cleaned; in Chinese as far as it is known in Chinese."""
        return clean(chinese(text) if self.lang == "zh" else text)

    def clock(self, at: datetime | None, now: datetime, *, dated: bool = True) -> str:
        """Return a time of today, tomorrow, or with its date."""
        return clock(at, now, self("tomorrow"), dated=dated)


def words() -> Words:
    """Return the words of the language that `GONGDAN_LANG` or the locale asks for."""
    chosen = os.environ.get("GONGDAN_LANG", "").strip().lower()
    if not chosen:
        names = ("LC_ALL", "LC_MESSAGES", "LANG")
        chosen = next((os.environ[name].lower() for name in names if os.environ.get(name)), "")
    return Words("zh" if chosen.startswith("zh") else "en")

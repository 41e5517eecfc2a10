"""The words of `gongdan alert`: another part of the table in `words`."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "alert.none": (
        "Nobody is told of anything: add a table [[alerts]] to the settings.",
        "尚未设置提醒：在配置中添加 [[alerts]]。",
    ),
    "alert.sent": ("{name}: a test message was taken", "{name}：测试消息已送达"),
    "col.waiting": ("waiting", "待发"),
    "col.sent_at": ("last sent", "上次发送"),
    "col.hears": ("of", "范围"),
    "robot.dingtalk": ("DingTalk", "钉钉"),
    "robot.wecom": ("WeCom", "企业微信"),
    "robot.feishu": ("Feishu", "飞书"),
    "robot.mail": ("mail", "邮件"),
    "robot.webhook": ("webhook", "网络回调"),
    "robot.heartbeat": ("heartbeat", "心跳"),
    "robotstate.ok": ("ok", "正常"),
    "robotstate.never": ("nothing sent", "尚未发送"),
    "robotstate.failing": ("failing", "失败"),
    "robotstate.quiet": ("quiet hours", "免打扰"),
    "doctor.alert": ("alert {subject}: {waiting} waiting", "提醒 {subject}：待发 {waiting} 条"),
    "wrong.alert.failing": (
        "alert {subject}: {waiting} waiting: {error}",
        "提醒 {subject}：待发 {waiting} 条：{error}",
    ),
    "todo.alert.failing": (
        "mend it and run 'gongdan alert test {subject}'; nothing is lost, it is tried again",
        "修复后运行 'gongdan alert test {subject}'；内容不会丢失，会自动重试",
    ),
    "wrong.alert.error": ("alerts: {error}", "提醒：{error}"),
    "todo.alert.error": ("mend the table that is named", "修改上面指出的配置"),
}

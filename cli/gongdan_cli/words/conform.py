"""The words of `conform`: another part of the table in `words`."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "verdict.pass": ("pass", "通过"),
    "verdict.fail": ("FAIL", "未通过"),
    "verdict.exempt": ("exempt", "豁免"),
    "verdict.not applicable": ("n/a", "不适用"),
    "conform.expected": ("expected", "应为"),
    "conform.got": ("got", "实为"),
    "conform.exchange": ("exchange", "请求与应答"),
    "conform.page": ("see", "参见"),
    "conform.because": ("{state}: {reason}", "{state}：{reason}"),
    "conform.all_good": (
        "{name}: {passed} of {count} checks pass, {absent} do not apply, {exempt} exempt",
        "{name}：{count} 项中通过 {passed} 项，不适用 {absent} 项，豁免 {exempt} 项",
    ),
    "conform.some_fail": (
        "{name}: {failed} of {count} checks fail: {ids}",
        "{name}：{count} 项中 {failed} 项未通过：{ids}",
    ),
    "conform.exemption": (
        '--exempt {text!r}: write CHECK=REASON, such as C27="no change is ever listed"',
        '--exempt {text!r}：请写成 检查编号=理由，例如 C27="列表不含变更"',
    ),
}

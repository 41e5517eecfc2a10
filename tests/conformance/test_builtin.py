"""The connectors that ship with gongdan pass everything that applies to them."""

from __future__ import annotations

from gongdan.testing import Conformance


class TestDouyin(Conformance):
    platform = "douyin"


class TestQianniu(Conformance):
    platform = "qianniu"

"""The connector, proved by gongdan's kit against the sandbox beside it."""

from gongdan.testing import Conformance


class TestAcme(Conformance):
    platform = "acme"

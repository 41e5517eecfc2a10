"""A read with an old signature: what its answer tells."""

from __future__ import annotations

from typing import Any, cast

import pytest

from gongdan import GongdanError, RateLimited, Raw, Ref, Refused, Stream, Transient
from gongdan.sending.probe import is_refused

from ...conftest import START


def coded(error: GongdanError) -> GongdanError:
    error.code = "40001"
    return error


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        pytest.param(None, False, id="an answer"),
        pytest.param(coded(Refused("timestamp")), True, id="a refusal with the platform's code"),
        pytest.param(GongdanError("no address"), None, id="an error of our own"),
        pytest.param(coded(Transient("cut off")), None, id="a broken connection"),
        pytest.param(coded(RateLimited("too fast", retry_after_s=1)), None, id="too many requests"),
    ],
)
def test_only_the_platforms_word_counts(error: GongdanError | None, refused: bool | None) -> None:
    def read_detail(_shop: object, _ref: Ref) -> Raw:
        if error is not None:
            raise error
        return Raw(b"{}")

    stream = Stream(name="case", read_detail=read_detail)

    assert is_refused(cast(Any, None), stream, Ref("1", cast(Any, None)), START) is refused

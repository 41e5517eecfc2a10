"""What belongs to no case: the time, the kind of shop, the tokens by API.

Source:
    the TOP notes, sections 2.1, 3.4 and A.4.  Not stated there: the sub-code for a code
    or a refresh token that is no good.
"""

from __future__ import annotations

import msgspec

from gongdan.sandbox import Clock

from . import moment
from .api import Api, Apis, Asked
from .grants import Grant, Grants, told
from .refusal import Body, bad_session, remote


class Account:
    """The APIs that tell of the platform, of a seller and of its tokens."""

    def __init__(self, clock: Clock, grants: Grants) -> None:
        self._clock = clock
        self._grants = grants

    def apis(self) -> Apis:
        return {
            "taobao.time.get": Api(self.time, "other", session=False),
            "taobao.rdc.aligenius.account.validate": Api(self.validate, "other"),
            "taobao.top.auth.token.create": Api(self.create, "auth", session=False),
            "taobao.top.auth.token.refresh": Api(self.refresh, "auth", session=False),
        }

    def time(self, _asked: Asked) -> Body:
        return {"time": moment.written(self._clock.now())}

    def validate(self, asked: Asked) -> Body:
        """Tell whether the seller is an AG shop."""
        return {"result": {"success": True, "result_data": {"ag_account": asked.seller.ag}}}

    def create(self, asked: Asked) -> Body:
        return self._token(self._grants.redeem(asked.call.required("code")), "code")

    def refresh(self, asked: Asked) -> Body:
        if "revoked" in asked.strikes:
            raise bad_session()
        return self._token(self._grants.refresh(asked.call.required("refresh_token")), "refresh")

    def _token(self, grant: Grant | None, what: str) -> Body:
        """Answer a grant as a JSON string inside the JSON, as the real API does."""
        if grant is None:
            raise remote(f"isv.invalid-{what}-token", f"{what} is invalid or expired")
        text = msgspec.json.encode(told(grant, self._clock.now())).decode()
        return {"token_result": text}

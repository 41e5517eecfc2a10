"""The OAuth pages: `GET /authorize` and `POST /token`.

Where the real page shows a form, a seller here agrees at once: the one of the query's `user_id`
(the sandbox's own parameter), else the first.

Source:
    the TOP notes, section 2.1.  Not stated there: the status of an answer that refuses
    (here 400) and its `error`; `error_description` is documented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from gongdan.sandbox import Answer, Clock, Request, json_answer

from .call import read_call
from .grants import Grant, Grants, told
from .seller import APP_KEY, APP_SECRET, Seller

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


class Oauth:
    """Both pages over the grants of an app."""

    def __init__(self, clock: Clock, grants: Grants, sellers: Sequence[Seller]) -> None:
        self._clock = clock
        self._grants = grants
        self._sellers = sellers

    def answer(self, request: Request) -> Answer:
        """Answer one of the two pages by its path."""
        return self.token(request) if request.path == "/token" else self.authorize(request)

    def authorize(self, request: Request) -> Answer:
        """Send the browser back with a code; for the out-of-band address show it."""
        query = request.query
        back = query.get("redirect_uri", "")
        if query.get("client_id") != APP_KEY:
            return _refused("invalid_client", "client_id is invalidate")
        if query.get("response_type") != "code" or not back:
            return _refused("invalid_request", "redirect_uri is invalidate")
        wanted = query.get("user_id", self._sellers[0].user_id)
        seller = next((one for one in self._sellers if one.user_id == wanted), None)
        if seller is None:
            return _refused("access_denied", f"sandbox: no seller {wanted}")
        code = self._grants.code(seller)
        if back == OUT_OF_BAND:
            return Answer(f"<html><body>{code}</body></html>".encode())
        to = f"{back}{'&' if '?' in back else '?'}" + urlencode(
            {"code": code, "state": query.get("state", "")}
        )
        return Answer(status=302, headers={"location": to})

    def token(self, request: Request) -> Answer:
        """Answer a pair of tokens for a code or for a refresh token."""
        form = read_call(request).params
        if request.method != "POST":
            return _refused("invalid_request", "POST only")
        if form.get("client_id") != APP_KEY:
            return _refused("invalid_client", "client_id is invalidate")
        if form.get("client_secret") != APP_SECRET:
            return _refused("invalid_client", "client_secret is invalidate")
        grant = self._grant(form)
        if isinstance(grant, Answer):
            return grant
        return json_answer(told(grant, self._clock.now()))

    def _grant(self, form: Mapping[str, str]) -> Grant | Answer:
        kind = form.get("grant_type", "")
        if kind == "authorization_code":
            if not form.get("redirect_uri"):
                return _refused("invalid_request", "redirect_uri is invalidate")
            granted = self._grants.redeem(form.get("code", ""))
            return granted or _refused("invalid_grant", "authorize code expire")
        if kind == "refresh_token":
            granted = self._grants.refresh(form.get("refresh_token", ""))
            return granted or _refused("invalid_grant", "refresh_token is invalidate")
        return _refused("unsupported_grant_type", f"grant_type is invalidate: {kind}")


def _refused(error: str, why: str) -> Answer:
    body = {"error": error, "error_description": why}
    return json_answer(body, outcome=f"{error} {why}", status=400)

"""Secrets, and the settings that hold them."""

from __future__ import annotations

from msgspec import Struct


class Secret:
    """A string that no repr, log or error shows; `reveal()` where it signs or is sent."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(***)"


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one shop is set up with: its app's table with its own over it, and the secrets of both.

    The core keeps `platform`, `app` and `remote_id` for itself.  Subclass (frozen=True,
    kw_only=True) to add fields, or to give base_url the platform's gateway.  A field without a
    default is required; a field of type Secret comes from `GONGDAN_<app or shop>_<FIELD>` or
    secrets.toml.  Shops of one app share a budget.

    Attributes:
        base_url: the address of the platform's interface; http or https.
        app_key: what the platform calls the app; "" where it has none.
        token: the shop's access token, where a person gives it.
    """

    base_url: str
    app_key: str = ""
    token: Secret = Secret()

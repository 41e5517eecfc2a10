"""Pictures in the platform's store, their audit, and masked ciphertext."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from gongdan.sandbox import Json, World

from .api import Api, Asked
from .call import text
from .refusal import BUSINESS, INVALID_BUSINESS, MISSING_BUSINESS, Refusal

LOOKED_AT = timedelta(seconds=4)
LONGEST_NAME = 50
MOST_CIPHERS = 50
_WAITING, _PASSED, _REFUSED = 1, 3, 4


class _Material(Struct, frozen=True):
    id: str
    url: str
    name: str
    made: datetime


class Materials:
    """Answers the APIs of pictures, and of masked values."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._made: dict[str, _Material] = {}
        self.apis: Mapping[str, Api] = {
            "material.uploadImageSync": Api("other", self._upload),
            "material.queryMaterialDetail": Api("other", self._query),
            "order.batchSensitive": Api("other", self._mask),
        }

    def _upload(self, asked: Asked) -> Json:
        """Fetch a picture from its address.  A word in it decides its fate: illegal, missing."""
        url, name = text(asked.params, "url"), text(asked.params, "material_name")
        if not text(asked.params, "folder_id") or not name or not url:
            raise Refusal(MISSING_BUSINESS, "isv.missing-parameter:10001", "缺少参数")
        path = url.partition("?")[0].lower()
        if len(name) > LONGEST_NAME or not path.endswith((".png", ".jpg", ".jpeg")):
            raise Refusal(INVALID_BUSINESS, "isv.parameter-invalid:20001", "图片格式不支持")
        if not url.startswith(("http://", "https://")) or "missing" in url:
            raise Refusal(BUSINESS, "isv.business-failed:10010", "图片下载失败")
        if "illegal" in url:
            raise Refusal(BUSINESS, "isv.business-failed:22007", "图片违规")
        known = next((made for made in self._made.values() if made.url == url), None)
        is_new = known is None or not asked.params.get("need_distinct")
        if known is None or is_new:
            number = str(7_000_000_000_000_000_001 + len(self._made))
            known = _Material(number, url, name, self._world.clock.now())
            self._made[number] = known
        return {
            "material_id": known.id, "folder_id": "0", "is_new": is_new,
            "audit_status": self._audit(known), "byte_url": "",
        }  # fmt: skip

    def _query(self, asked: Asked) -> Json:
        made = self._made.get(text(asked.params, "material_id"))
        if made is None:
            raise Refusal(INVALID_BUSINESS, "isv.parameter-invalid:20001", "素材不存在")
        audit = self._audit(made)
        info: Json = {
            "material_id": made.id,
            "material_name": made.name,
            "origin_url": made.url,
            "byte_url": f"https://p3-aio.example.com/material/{made.id}.jpg",
            "audit_status": audit,
            "audit_refuse_reason": "含有广告" if audit == _REFUSED else "",
        }
        return {"material_info": info if audit == _PASSED else {**info, "byte_url": ""}}

    def _audit(self, made: _Material) -> int:
        if self._world.clock.now() - made.made < LOOKED_AT or "risky" in made.url:
            return _WAITING
        return _REFUSED if "advert" in made.url else _PASSED

    def _mask(self, asked: Asked) -> Json:
        infos = asked.params.get("cipher_infos")
        if not isinstance(infos, list) or not infos:
            raise Refusal(MISSING_BUSINESS, "isv.missing-parameter:10001", "缺少cipher_infos")
        if len(infos) > MOST_CIPHERS:
            raise Refusal(INVALID_BUSINESS, "isv.parameter-invalid:100000", "一次最多50条")
        return {"decrypt_infos": [_masked(info) for info in infos if isinstance(info, dict)]}


def _masked(info: Json) -> Json:
    cipher = text(info, "cipher_text")
    shown = "18*******64" if cipher.startswith("$") else "李**"
    return {
        "auth_id": text(info, "auth_id"), "cipher_text": cipher, "decrypt_text": shown,
        "err_no": 0, "err_msg": "",
    }  # fmt: skip

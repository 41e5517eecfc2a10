"""Pictures as evidence: from an address on the web into the platform's own store.

`material.uploadImageSync` fetches a picture from a public address; until its audit has passed it
has no address of the platform's own.

Source:
    the Douyin notes, section 4.5 and the documented samples.
    Not stated there:
    - how bytes get there.  `file_uri` is named and no API that makes one is documented, so
      pictures are given as addresses (`--picture https://…`), never as files;
    - the name of the new material's id: `material_id` in the page, `object_id` in its sample;
    - where in an address the signature is that ends.  Taken as its query; and which hosts serve
      pictures, hence `picture_hosts`;
    - whether an address of somebody else's is taken in a reply.  Ours are the platform's own.
"""

from __future__ import annotations

from gongdan import Action, Fields, File, ProtocolError, Refused, Settings, Shop, Uploaded

MOST_PICTURES = 4
_LONGEST_NAME = 50
_PASSED, _REFUSED = "3", "4"
_FIRST_LOOK_S, _LOOK_EVERY_S = 2.0, 5.0  # 99 % pass within 4 s; a risky one may take a day


def upload(shop: Shop[Settings], file: File, token: str) -> Uploaded:
    """Return the platform's own address of a picture; before the audit is over, what to ask with.

    Raises:
        Refused: the file is no public address, or the platform's audit refused the picture.
    """
    if token:
        return _audited(shop, token)
    if not file.name.startswith(("https://", "http://")):
        raise Refused(
            f"{file.name}: the platform takes no files, only public addresses: "
            "give --picture https://…"
        )
    asked = {
        "folder_id": "0",
        "url": file.name,
        "material_name": file.name.rstrip("/").rpartition("/")[2][-_LONGEST_NAME:] or "picture",
        "need_distinct": True,
    }
    data = shop.call("material.uploadImageSync", asked).body.part("data")
    made = data.id("material_id" if "material_id" in data else "object_id")
    return Uploaded(token=made, wait_s=_FIRST_LOOK_S)


def _audited(shop: Shop[Settings], made: str) -> Uploaded:
    asked = {"material_id": made}
    found = shop.call("material.queryMaterialDetail", asked).body.part("data.material_info")
    audit = found.text("audit_status")
    if audit == _REFUSED:
        why = found.text("audit_refuse_reason") or "no reason was given"
        raise Refused(f"the platform's audit refused the picture: {why}")
    if audit != _PASSED:
        return Uploaded(token=made, wait_s=_LOOK_EVERY_S)
    return Uploaded(url=_address(found))


def _address(found: Fields) -> str:
    url = found.text("byte_url")
    if not url:
        raise ProtocolError("material.queryMaterialDetail: a picture that passed has no byte_url")
    return url


def to_picture(url: str) -> str:
    """Return what names a picture: its address without the signature, which ends."""
    return url.partition("?")[0] if url.startswith(("https://", "http://")) else ""


def urls_of(action: Action) -> list[str]:
    """Return the addresses on the platform that go with an action, uploaded or given."""
    given = [url for url in action.fields.get("evidence", "").split("|") if url]
    return [*given, *(file.url or file.name for file in action.files)]


def wrong_pictures(action: Action) -> str:
    """Return what is wrong with the pictures, and what to change, or ""."""
    count = len(urls_of(action))
    if count > MOST_PICTURES:
        return f"{count} pictures as evidence: the platform takes {MOST_PICTURES}"
    return ""

"""The page that is made of a connector: what it needs, what it can, what its errors mean."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import NODEFAULT

from ..contract import Stream
from ..plugins.registry import AnyConnector
from ..secret import Secret


def example(connector: AnyConnector, alias: str = "main") -> str:
    """Return a settings file with every option: what is required made up, the rest as it is."""
    lines = [f"[apps.{alias}]", f'platform = "{connector.platform}"']
    for field in msgspec.structs.fields(connector.settings):
        if field.type is Secret:
            lines.append(f"# {field.name}: secret, in secrets.toml or GONGDAN_..._{field.name}")
        elif field.default is None or field.default_factory is not NODEFAULT:
            lines.append(f"# {field.name}")
        else:
            value = "..." if field.default is NODEFAULT else field.default
            lines.append(f"{field.name} = {msgspec.json.encode(value).decode()}")
    shop = [f"[shops.{alias}]", f'app = "{alias}"', 'remote_id = "1"']
    return "\n".join([*lines, *shop, ""])


def page(connector: AnyConnector) -> str:
    """Return the page as Markdown."""
    return "\n".join(_lines(connector))


def _lines(connector: AnyConnector) -> Iterator[str]:
    yield f"# {connector.platform}"
    yield "\n## Settings\n\n| setting | default | |\n|---|---|---|"
    for field in msgspec.structs.fields(connector.settings):
        has = field.default is not NODEFAULT or field.default_factory is not NODEFAULT
        hidden = field.type is Secret
        default = "" if hidden or not has else f"`{msgspec.json.encode(field.default).decode()}`"
        words = [] if has else ["required"]
        yield f"| `{field.name}` | {default} | {', '.join([*words, *(['secret'] * hidden)])} |"
    yield f"\n```toml\n{example(connector)}```"
    yield "\n## Cases\n\n| stream | read | actions |\n|---|---|---|"
    for stream in connector.streams:
        kinds = ", ".join(f"`{one.kind}`" for one in stream.abilities)
        yield f"| `{stream.name}` | {_read(stream)} | {kinds} |"
    if connector.rates:
        yield "\n## Budget\n\n| requests | calls | in |\n|---|---|---|"
        yield from (f"| `{one.on}` | {one.calls} | {one.per} |" for one in connector.rates)
    if connector.errors:
        yield "\n## Errors\n\n| code | of | means | what to do |\n|---|---|---|---|"
        for row in connector.errors:
            yield f"| `{row.code}` | `{row.on}` | {row.means.name} | {row.en or row.zh} |"
    yield ""


def _read(stream: Stream) -> str:
    kind = type(stream.reading).__name__ if stream.reading else "push or file"
    size = f", {stream.reading.page_size} a page" if stream.reading else ""
    return f"{kind}{size}{', with details' if stream.read_detail else ''}"

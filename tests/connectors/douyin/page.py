"""Write the error table of docs/connectors/douyin.md: `python -m tests.connectors.douyin.page`."""

from __future__ import annotations

from gongdan_douyin.errors import ERRORS

from .. import page

PAGE = page.path_of("douyin")


def written() -> str:
    """Return the page with the table as it must be."""
    return page.written(PAGE, ERRORS)


if __name__ == "__main__":
    PAGE.write_text(written(), "utf-8")

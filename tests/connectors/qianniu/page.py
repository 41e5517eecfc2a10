"""Write the errors of docs/connectors/qianniu.md: `python -m tests.connectors.qianniu.page`."""

from __future__ import annotations

from gongdan_qianniu.errors import ERRORS

from .. import page

PAGE = page.path_of("qianniu")


def written() -> str:
    """Return the page with the table as it must be."""
    return page.written(PAGE, ERRORS)


if __name__ == "__main__":
    PAGE.write_text(written(), "utf-8")

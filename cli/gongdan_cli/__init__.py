"""The command line of gongdan: parse, call the core, print."""

from __future__ import annotations

from .app import main

__all__ = ["main"]

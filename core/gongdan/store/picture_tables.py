"""The table of pictures, for the schema: which are wanted, and the files of those that are kept."""

from __future__ import annotations

PICTURES = """
CREATE TABLE pictures (
  id INTEGER PRIMARY KEY, n INTEGER NOT NULL, name TEXT NOT NULL, url TEXT NOT NULL,
  file TEXT NOT NULL DEFAULT '', size INTEGER NOT NULL DEFAULT 0, at_ms INTEGER,
  tries INTEGER NOT NULL DEFAULT 0, not_before_ms INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '', UNIQUE (n, name)
) STRICT;
CREATE INDEX pictures_waiting ON pictures (not_before_ms) WHERE file = '';
CREATE INDEX pictures_file ON pictures (file) WHERE file <> ''
"""
BY_SHOP = """
ALTER TABLE pictures ADD COLUMN shop TEXT NOT NULL DEFAULT '';
UPDATE pictures SET shop = (SELECT shop FROM tickets t WHERE t.n = pictures.n);
DROP INDEX pictures_waiting;
CREATE INDEX pictures_waiting ON pictures (shop, not_before_ms) WHERE file = ''
"""

"""What was erased, when, and by whom; and that acts of such a ticket may lose their words."""

from __future__ import annotations

ERASED = """
CREATE TABLE erased (
  n INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, why TEXT NOT NULL, who TEXT NOT NULL
) STRICT;
DROP TRIGGER acts_stay;
CREATE TRIGGER acts_stay BEFORE UPDATE ON acts
WHEN NEW.id IS NOT OLD.id OR NEW.n IS NOT OLD.n OR NEW.at_ms IS NOT OLD.at_ms
  OR NEW.who IS NOT OLD.who OR NEW.what IS NOT OLD.what OR NEW.why <> ''
  OR NOT EXISTS (SELECT 1 FROM erased WHERE n = OLD.n)
BEGIN SELECT RAISE(ABORT, 'acts stay'); END;
"""

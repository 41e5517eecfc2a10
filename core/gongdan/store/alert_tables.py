"""The tables of alerts.

`told_ms` NULL: waits for its robot.  `pace`: how many messages a robot may be given at once.  A
shop's first reading brings what was over long before: that is nobody's breach and nobody's news.
"""

from __future__ import annotations

ALERTS = """
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, robot TEXT NOT NULL, key TEXT NOT NULL,
  cause TEXT NOT NULL, ticket TEXT NOT NULL, data TEXT NOT NULL,
  at_ms INTEGER NOT NULL, told_ms INTEGER, UNIQUE (robot, key)
) STRICT;
CREATE INDEX alerts_waiting ON alerts (robot, id) WHERE told_ms IS NULL;
CREATE TABLE robots (
  name TEXT PRIMARY KEY, pace REAL NOT NULL, at_ms INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, not_before_ms INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '', sent_ms INTEGER
) STRICT;
CREATE TABLE imports (shop TEXT PRIMARY KEY, since_ms INTEGER NOT NULL) STRICT;
INSERT INTO imports SELECT shop, min(first_ms) FROM tickets GROUP BY shop;
CREATE TRIGGER imports_first AFTER INSERT ON tickets
BEGIN INSERT OR IGNORE INTO imports VALUES (NEW.shop, NEW.first_ms); END;
"""

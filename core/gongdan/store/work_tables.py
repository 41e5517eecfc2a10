"""The tables of people's work, for the schema: what tickets are about, what is to be done, by when.

What `unclassed` lists is still to be looked at by the rules; a trigger lists what lands, so that
reading pays for one small row and for nothing else.
"""

from __future__ import annotations

WORK = """
CREATE TABLE classes (
  n INTEGER PRIMARY KEY, tags TEXT NOT NULL DEFAULT '', priority INTEGER NOT NULL DEFAULT 0,
  reasons TEXT NOT NULL DEFAULT '[]', fixed TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE TABLE unclassed (n INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER unclassed_new AFTER INSERT ON tickets
BEGIN INSERT OR IGNORE INTO unclassed VALUES (NEW.n); END;
CREATE TRIGGER unclassed_changed AFTER UPDATE OF doc ON tickets
BEGIN INSERT OR IGNORE INTO unclassed VALUES (NEW.n); END;
INSERT INTO unclassed SELECT n FROM tickets;
CREATE TABLE tasks (
  id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER NOT NULL, what TEXT NOT NULL,
  dept TEXT NOT NULL, who TEXT NOT NULL, created_ms INTEGER NOT NULL, due_ms INTEGER,
  done_ms INTEGER, result TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX tasks_ticket ON tasks (n, id);
CREATE INDEX tasks_due ON tasks (due_ms) WHERE done_ms IS NULL;
CREATE TABLE follows (
  n INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, why TEXT NOT NULL, who TEXT NOT NULL
) STRICT;
CREATE INDEX follows_due ON follows (at_ms);
CREATE TABLE steps_done (
  n INTEGER NOT NULL, playbook TEXT NOT NULL, step TEXT NOT NULL, at_ms INTEGER NOT NULL,
  who TEXT NOT NULL, finding TEXT NOT NULL, PRIMARY KEY (n, playbook, step)
) STRICT;
CREATE TABLE orders (
  shop TEXT NOT NULL, order_id TEXT NOT NULL, facts TEXT NOT NULL DEFAULT '', at_ms INTEGER,
  tries INTEGER NOT NULL DEFAULT 0, not_before_ms INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '', PRIMARY KEY (shop, order_id)
) STRICT;
"""

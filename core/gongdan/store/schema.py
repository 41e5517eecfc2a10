"""How the store came to look as it does.  Migrations only grow; each is one transaction.

Times are whole milliseconds since 1970, UTC.  Rows reach 2 KB and more, hence the page size set in
`guard`.  What people own (holder, tags, priority) is in columns that no sync writes.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from .alert_tables import ALERTS
from .erased_tables import ERASED
from .picture_tables import BY_SHOP, PICTURES
from .search_tables import SEARCH, WAITS_LAND
from .work_tables import WORK

migrations = Migrations("gongdan")


def _execute(db: Database, script: str) -> None:
    """Run the statements of a script one by one: `executescript` would end the transaction."""
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)


_FIRST = """
CREATE TABLE tickets (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  platform TEXT NOT NULL, shop TEXT NOT NULL, stream TEXT NOT NULL, remote_id TEXT NOT NULL,
  status TEXT NOT NULL, open INTEGER NOT NULL, answerable INTEGER NOT NULL,
  turn TEXT NOT NULL,
  due_ms INTEGER, due_source TEXT NOT NULL, rules TEXT NOT NULL,
  category TEXT NOT NULL, urgency TEXT NOT NULL,
  holder TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '',
  priority INTEGER NOT NULL DEFAULT 0,
  created_ms INTEGER, updated_ms INTEGER,
  words TEXT NOT NULL,
  last_ms INTEGER, last_who TEXT NOT NULL DEFAULT '', last_text TEXT NOT NULL DEFAULT '',
  doc BLOB NOT NULL,
  first_run INTEGER NOT NULL, changed_run INTEGER NOT NULL,
  first_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX tickets_due ON tickets (due_ms, priority DESC, created_ms, n, answerable)
  WHERE open = 1;
CREATE INDEX tickets_open_shop ON tickets (shop, due_ms, rules) WHERE open = 1;
CREATE TABLE payloads (
  n INTEGER NOT NULL, kind TEXT NOT NULL, updated_ms INTEGER, digest BLOB NOT NULL,
  raw BLOB NOT NULL, said BLOB NOT NULL, run INTEGER NOT NULL, page INTEGER NOT NULL,
  PRIMARY KEY (n, kind)
) STRICT;
CREATE TABLE messages (
  n INTEGER NOT NULL, key TEXT NOT NULL, remote_id TEXT NOT NULL, who TEXT NOT NULL,
  text TEXT NOT NULL, at_ms INTEGER NOT NULL, files TEXT NOT NULL, run INTEGER NOT NULL,
  PRIMARY KEY (n, key)
) STRICT;
CREATE TABLE debts (
  n INTEGER PRIMARY KEY, why TEXT NOT NULL, not_before_ms INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE cursors (
  shop TEXT NOT NULL, stream TEXT NOT NULL, until_ms INTEGER, position TEXT NOT NULL,
  PRIMARY KEY (shop, stream)
) STRICT;
CREATE TABLE quarantine (
  shop TEXT NOT NULL, stream TEXT NOT NULL, remote_id TEXT NOT NULL, kind TEXT NOT NULL,
  updated_ms INTEGER, digest BLOB NOT NULL, raw BLOB NOT NULL, reason TEXT NOT NULL,
  first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, run INTEGER NOT NULL,
  PRIMARY KEY (shop, stream, remote_id, kind)
) STRICT;
CREATE TABLE gaps (
  shop TEXT NOT NULL, stream TEXT NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
  reason TEXT NOT NULL, since_ms INTEGER NOT NULL, PRIMARY KEY (shop, stream, start_ms)
) STRICT;
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, shop TEXT NOT NULL, platform TEXT NOT NULL,
  started_ms INTEGER NOT NULL, beat_ms INTEGER NOT NULL, finished_ms INTEGER,
  outcome TEXT NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX runs_shop ON runs (shop, id);
CREATE TABLE claims (
  name TEXT PRIMARY KEY, holder TEXT NOT NULL, pid INTEGER NOT NULL, host TEXT NOT NULL,
  boot TEXT NOT NULL, since_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL,
  fence INTEGER NOT NULL
) STRICT;
CREATE TABLE tokens (
  shop TEXT PRIMARY KEY, access TEXT NOT NULL, refresh TEXT NOT NULL, owner TEXT NOT NULL,
  expires_ms INTEGER, refresh_expires_ms INTEGER
) STRICT;
CREATE TABLE budgets (
  name TEXT PRIMARY KEY, level REAL NOT NULL, at_ms INTEGER NOT NULL, not_before_ms INTEGER
) STRICT;
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER NOT NULL, seq INTEGER NOT NULL,
  key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, text TEXT NOT NULL, fields TEXT NOT NULL,
  state TEXT NOT NULL, why TEXT NOT NULL DEFAULT '', hold INTEGER NOT NULL DEFAULT 0,
  their_text TEXT NOT NULL DEFAULT '',
  not_before_ms INTEGER NOT NULL, basis TEXT NOT NULL,
  base TEXT, base_ms INTEGER, base_round INTEGER, before BLOB,
  look_ms INTEGER, horizon_ms INTEGER, missed_ms INTEGER, part_of INTEGER,
  tries INTEGER NOT NULL DEFAULT 0,
  receipt TEXT NOT NULL DEFAULT '', message TEXT,
  fence INTEGER NOT NULL DEFAULT 0, lease_ms INTEGER NOT NULL DEFAULT 0,
  created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, sent_ms INTEGER,
  UNIQUE (n, message)
) STRICT;
CREATE INDEX outbox_open ON outbox (state, n, seq)
  WHERE state IN ('queued', 'sending', 'sent', 'unknown');
CREATE TABLE outbox_files (
  outbox INTEGER NOT NULL, seq INTEGER NOT NULL, name TEXT NOT NULL, mime TEXT NOT NULL,
  data BLOB NOT NULL, url TEXT NOT NULL DEFAULT '', PRIMARY KEY (outbox, seq)
) STRICT;
CREATE TABLE attempts (
  outbox INTEGER NOT NULL, number INTEGER NOT NULL, fence INTEGER NOT NULL,
  stamp_ms INTEGER NOT NULL, outcome TEXT, code TEXT NOT NULL DEFAULT '', at_ms INTEGER NOT NULL,
  PRIMARY KEY (outbox, number)
) STRICT;
CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, kind TEXT NOT NULL,
  ticket TEXT NOT NULL, once TEXT UNIQUE, data TEXT NOT NULL, told INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX events_untold ON events (id) WHERE told = 0;
CREATE TABLE arrivals (
  key TEXT PRIMARY KEY, platform TEXT NOT NULL, app TEXT NOT NULL, shop TEXT NOT NULL,
  stranger TEXT NOT NULL, stream TEXT NOT NULL, remote_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX arrivals_waiting ON arrivals (shop, stream) WHERE done = 0;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


@migrations()
def m001_tickets_runs_outbox(db: Database) -> None:
    """The first store: cases and what was said of them, the ledger of runs, what is to be sent."""
    _execute(db, _FIRST)


_LOCAL = """
CREATE TABLE acts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  who TEXT NOT NULL, what TEXT NOT NULL, why TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE INDEX acts_ticket ON acts (n, id);
CREATE TRIGGER acts_stay BEFORE UPDATE ON acts BEGIN SELECT RAISE(ABORT, 'acts stay'); END;
CREATE TRIGGER acts_remain BEFORE DELETE ON acts BEGIN SELECT RAISE(ABORT, 'acts stay'); END;
CREATE TABLE holds (
  n INTEGER PRIMARY KEY, since_ms INTEGER NOT NULL, until_ms INTEGER
) STRICT;
"""


@migrations()
def m002_acts_and_holds(db: Database) -> None:
    """What people here did with a case, kept for ever, and until when it is somebody's."""
    _execute(db, _LOCAL)


# A rule's clock stands still while the platform reviews (R83).  What was computed by a rule when a
# wait ended is stale: the next look at the queue computes it anew, with the wait.
_WAITS = """
CREATE TABLE waits (
  n INTEGER NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER, PRIMARY KEY (n, start_ms)
) STRICT;
CREATE TRIGGER waits_new AFTER INSERT ON tickets WHEN NEW.status = 'waiting_platform'
BEGIN INSERT OR IGNORE INTO waits VALUES (NEW.n, coalesce(NEW.updated_ms, NEW.seen_ms), NULL); END;
CREATE TRIGGER waits_begin AFTER UPDATE OF status ON tickets
WHEN OLD.status <> 'waiting_platform' AND NEW.status = 'waiting_platform'
BEGIN INSERT OR IGNORE INTO waits VALUES (NEW.n, coalesce(NEW.updated_ms, NEW.seen_ms), NULL); END;
CREATE TRIGGER waits_end AFTER UPDATE OF status ON tickets
WHEN OLD.status = 'waiting_platform' AND NEW.status <> 'waiting_platform'
BEGIN UPDATE waits SET end_ms = max(start_ms, coalesce(NEW.updated_ms, NEW.seen_ms))
  WHERE n = NEW.n AND end_ms IS NULL; END;
CREATE TRIGGER waits_stale AFTER UPDATE OF status ON tickets
WHEN NEW.due_source = 'rule' AND EXISTS (SELECT 1 FROM waits WHERE n = NEW.n)
BEGIN UPDATE tickets SET rules = '' WHERE n = NEW.n; END;
"""


@migrations()
def m003_waits(db: Database) -> None:
    """When a case waited for the platform: that time does not count against us."""
    _execute(db, _WAITS)


@migrations()
def m005_work(db: Database) -> None:
    """What tickets are about by our rules; what is to be done, followed up and known of orders."""
    _execute(db, WORK)


@migrations()
def m004_search_and_links(db: Database) -> None:
    """Words, orders and buyers: tickets found by what they say, and linked with each other."""
    _execute(db, SEARCH)


@migrations()
def m004b_waits_land(db: Database) -> None:
    """What lands waits by itself, a page at once: a trigger a row cost as much as an index."""
    _execute(db, WAITS_LAND)


@migrations()
def m008_erased(db: Database) -> None:
    """Which tickets lost a buyer's data, so that nobody wonders, and prune goes on behind them."""
    _execute(db, ERASED)


@migrations()
def m006_alerts(db: Database) -> None:
    """What robots are to be told and were, and since when a shop is read."""
    _execute(db, ALERTS)


_IMPORTS = """
CREATE TABLE taken (
  key BLOB PRIMARY KEY, shop TEXT NOT NULL, stream TEXT NOT NULL, file TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
"""


@migrations()
def m007_imports(db: Database) -> None:
    """Which files were taken in whole, so that the same one brings nothing twice."""
    _execute(db, _IMPORTS)


@migrations()
def m005b_orders_waiting(db: Database) -> None:
    """Which orders are still to be read is asked at every sync, of a table that grows for years."""
    _execute(db, "CREATE INDEX orders_waiting ON orders (shop, not_before_ms)")


@migrations()
def m009_lately(db: Database) -> None:
    """What came of people's work lately is asked at every sync, of tables that only grow."""
    _execute(
        db,
        "CREATE INDEX outbox_lately ON outbox (updated_ms);\n"
        "CREATE INDEX outbox_drafts ON outbox (n) WHERE state = 'draft';\n"
        "CREATE INDEX tickets_held ON tickets (changed_ms) WHERE holder <> '';\n"
        "CREATE INDEX acts_promised ON acts (at_ms) WHERE what = 'promise'",
    )


@migrations()
def m016_pictures(db: Database) -> None:
    """Which pictures of threads are to be kept before their addresses end, and as which files."""
    _execute(db, PICTURES)


@migrations()
def m017_at_a_million(db: Database) -> None:
    """Figures look at a span, and a search at few tickets, in a store of a million closed ones."""
    _execute(
        db,
        "CREATE INDEX tickets_first ON tickets (first_ms);\n"
        "CREATE INDEX tickets_ahead ON tickets (created_ms)"
        " WHERE created_ms > first_ms + 86400000;\n"
        "CREATE INDEX tickets_holder ON tickets (holder) WHERE holder <> '';\n"
        "CREATE INDEX tickets_tags ON tickets (tags) WHERE tags <> '';\n"
        "CREATE INDEX classes_tags ON classes (tags) WHERE tags <> '';\n"
        "CREATE INDEX tickets_priority ON tickets (priority) WHERE priority > 0",
    )


@migrations()
def m018_alerts_again(db: Database) -> None:
    """Which alerts a robot may have been told already, for its answer was lost."""
    _execute(db, "ALTER TABLE alerts ADD COLUMN tried_ms INTEGER")


@migrations()
def m020_notices(db: Database) -> None:
    """What alerts look for at the end of every sync is few of the open tickets, and lately changed.

    Two walks over all that are open, 70 ms each for 20,000 of them, are 0.03 ms by these indexes.
    """
    _execute(
        db,
        "CREATE INDEX tickets_urgent ON tickets (changed_ms)"
        " WHERE open = 1 AND urgency = 'urgent';\n"
        "CREATE INDEX tickets_stated ON tickets (changed_ms)"
        " WHERE open = 1 AND due_source = 'platform'",
    )


@migrations()
def m016b_pictures_by_shop(db: Database) -> None:
    """What waits is asked for shop by shop at every sync; a first import leaves a long list."""
    _execute(db, BY_SHOP)

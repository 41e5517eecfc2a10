"""The tables of searching and linking, for the schema."""

from __future__ import annotations

# What is searched for, see `search`.  Triggers let a ticket wait, so that nobody who changes or
# erases a ticket or a message has to think of it.  What is stored by now waits as well.
_WAIT = (
    "INSERT INTO search_waiting SELECT {n} WHERE NOT EXISTS"
    " (SELECT 1 FROM search_waiting WHERE n = {n})"
)
SEARCH = """
CREATE VIRTUAL TABLE search USING fts5(
  words, content='', columnsize=0, tokenize="unicode61 remove_diacritics 0 tokenchars '_'"
);
INSERT INTO search (search, rank) VALUES ('pgsz', 8000);
CREATE TABLE search_docs (
  id INTEGER PRIMARY KEY, n INTEGER NOT NULL UNIQUE, words BLOB NOT NULL
) STRICT;
CREATE TABLE search_waiting (n INTEGER PRIMARY KEY) STRICT;
CREATE TABLE links (
  key TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (key, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_of ON links (n);
INSERT INTO search_waiting SELECT n FROM tickets;
""" + "".join(
    f"CREATE TRIGGER search_{name} AFTER {when} BEGIN {_WAIT.format(n=n)}; END;\n"
    for name, when, n in (
        ("new", "INSERT ON tickets", "NEW.n"),
        (
            "changed",
            "UPDATE OF doc, words ON tickets WHEN OLD.doc <> NEW.doc OR OLD.words <> NEW.words",
            "NEW.n",
        ),
        ("gone", "DELETE ON tickets", "OLD.n"),
        ("said", "INSERT ON messages", "NEW.n"),
        ("resaid", "UPDATE OF text ON messages", "NEW.n"),
        ("unsaid", "DELETE ON messages", "OLD.n"),
    )
)
# New tickets and messages come with a page, which lets them wait itself.
WAITS_LAND = """
DROP TRIGGER search_new;
DROP TRIGGER search_said;
"""

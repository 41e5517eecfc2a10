"""singer-sdk: a tap and a target of its own classes, piped: URL SHOPS."""

# mypy: ignore-errors

import json
import subprocess
import sys

from singer_sdk import SQLConnector, SQLSink, SQLTarget, Tap
from singer_sdk import typing as th
from singer_sdk.pagination import BasePageNumberPaginator
from singer_sdk.streams import RESTStream

SIZE = 100
TEXTS = ("shop", "id", "state", "state_text", "kind", "title", "text", "product", "amount", "buyer")
TEXTS += ("buyer_id", "padding")


class Pages(BasePageNumberPaginator):
    """Count pages until one is not full."""

    def has_more(self, response):
        """Tell whether there is another."""
        return self._value * SIZE < response.json()["total"]


class Tickets(RESTStream):
    """The list of a shop."""

    name = "tickets"
    path = "/shops/{shop}/tickets"
    primary_keys = ("shop", "id")
    records_jsonpath = "$.items[*]"
    schema = th.PropertiesList(
        *(th.Property(name, th.StringType) for name in TEXTS),
        th.Property("created_at", th.DateTimeType),
        th.Property("updated_at", th.DateTimeType),
        th.Property("order_ids", th.StringType),
        th.Property("logistics", th.StringType),
    ).to_dict()

    @property
    def url_base(self):
        """The server."""
        return self.config["url"]

    @property
    def partitions(self):
        """The shops."""
        return [{"shop": f"s{number:04}"} for number in range(self.config["shops"])]

    def get_new_paginator(self):
        """Begin with page one."""
        return Pages(1)

    def post_process(self, row, context=None):  # noqa: ARG002 # its signature
        """Write what is nested as text: SQLite takes nothing else."""
        return {**row, "order_ids": json.dumps(row["order_ids"]),
                "logistics": json.dumps(row["logistics"])}  # fmt: skip

    def get_url_params(self, context, next_page_token):  # noqa: ARG002 # its signature
        """Ask for a page."""
        return {"page": next_page_token or 1, "size": SIZE}


class BenchTap(Tap):
    """One stream."""

    name = "tap-bench"
    config_jsonschema = th.PropertiesList(
        th.Property("url", th.StringType), th.Property("shops", th.IntegerType)
    ).to_dict()

    def discover_streams(self):
        """Give it."""
        return [Tickets(self)]


class Connector(SQLConnector):
    """SQLite."""

    def get_sqlalchemy_url(self, config):  # noqa: ARG002 # its signature
        """The file."""
        return "sqlite:///peer.db"


class Sink(SQLSink):
    """Rows."""

    connector_class = Connector
    max_size = 10_000


class BenchTarget(SQLTarget):
    """One file."""

    name = "target-bench"
    default_sink_class = Sink
    config_jsonschema = th.PropertiesList().to_dict()


if __name__ == "__main__":
    if sys.argv[1] == "--tap":
        BenchTap(config={"url": sys.argv[2], "shops": int(sys.argv[3])}).sync_all()
    elif sys.argv[1] == "--target":
        BenchTarget(config={}).listen()
    else:
        this = [sys.executable, __file__]
        tap = subprocess.Popen([*this, "--tap", *sys.argv[1:]], stdout=subprocess.PIPE)
        target = subprocess.Popen([*this, "--target"], stdin=tap.stdout)
        sys.exit(target.wait() or tap.wait())

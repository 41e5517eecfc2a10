"""dlt, one shop after the other or (with --parallel) by threads of its own: URL SHOPS."""

# mypy: ignore-errors

import os
import sys

import dlt
from dlt.sources.helpers import requests

URL, SHOPS = sys.argv[1], [f"s{number:04}" for number in range(int(sys.argv[2]))]
PARALLEL = "--parallel" in sys.argv
SIZE = 100


def pages(shop):
    """Yield the pages of a shop."""
    page, total = 0, 1
    while page * SIZE < total:
        page += 1
        answer = requests.get(f"{URL}/shops/{shop}/tickets?page={page}&size={SIZE}").json()
        total = answer["total"]
        yield [{"shop": shop, **row} for row in answer["items"]]


@dlt.resource
def shops():
    """Yield the shops one by one."""
    yield from SHOPS


@dlt.transformer(data_from=shops, name="tickets", primary_key=("shop", "id"),
                 write_disposition="merge")  # fmt: skip
def tickets(shop):
    """Yield the tickets of a shop."""
    yield from pages(shop)


@dlt.transformer(data_from=shops, name="tickets", primary_key=("shop", "id"),
                 write_disposition="merge")  # fmt: skip
def tickets_at_once(shop):
    """Return the tickets of a shop, several shops at once."""

    @dlt.defer
    def all_of_it():
        return [row for page in pages(shop) for row in page]

    return all_of_it()


if __name__ == "__main__":
    os.environ["EXTRACT__WORKERS"] = os.environ["EXTRACT__MAX_PARALLEL_ITEMS"] = "32"
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    pipeline = dlt.pipeline(
        pipeline_name="bench",
        pipelines_dir="pipelines",
        destination=dlt.destinations.sqlalchemy("sqlite:///peer.db"),
        dataset_name="main",
    )
    pipeline.run(tickets_at_once if PARALLEL else tickets)

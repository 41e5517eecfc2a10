"""`gongdan shop`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from .. import office
from ..options import config_option, json_option, settings_path


@click.group("shop")
def command() -> None:
    """Add shops, list them, check and log them in.

    \b
    Example:
      gongdan shop add main --platform douyin --id 77977 --app-key 68... --secret app_secret
      gongdan shop check main
      gongdan shop list
    """


@command.command("add")
@click.argument("alias")
@click.option("-p", "--platform", required=True, help="The plugin's platform, such as douyin.")
@click.option("--id", "remote_id", required=True, help="The platform's own id of the shop.")
@click.option("--app", default="", help="Name of the app table.  [default: the platform's name]")
@click.option("--app-key", default="", help="The app's key; only for an app that is new here.")
@click.option("--base-url", default="", help="Another gateway than the platform's own.")
@click.option("--name", default="", help="The shop's name, for display.")
@click.option("--secret", "secrets", multiple=True, help="A secret to ask for; repeatable.")
@click.option("--secret-stdin", is_flag=True, help="Read the secrets from stdin, one a line.")
@config_option
def add(
    alias: str,
    platform: str,
    remote_id: str,
    app: str,
    app_key: str,
    base_url: str,
    name: str,
    secrets: tuple[str, ...],
    secret_stdin: bool,
) -> None:
    """Add a shop to the settings, and its app if that is new.

    Secrets are never arguments, which other users of the machine can read. Each --secret is asked
    for, hidden, and kept in secrets.toml, readable by you only: `token` for the shop (千牛: the
    session), any other for the app, ALIAS.FIELD for one or the other. Environment variables work
    as well and come first: GONGDAN_<APP>_APP_SECRET, GONGDAN_<ALIAS>_TOKEN (upper case, - as _).

    \b
    Example:
      gongdan shop add main --platform douyin --id 77977 --app-key 68... --secret app_secret
      printf '%s\\n' "$SECRET" "$SESSION" | gongdan shop add tm --platform qianniu \\
        --id 2206 --app-key 12... --secret app_secret --secret token --secret-stdin
    """
    from gongdan.config.setup import add_shop
    from gongdan.config.vault import owner_of, write_secret
    from gongdan.secret import Secret

    from ..output import say
    from ..plugin_list import installed
    from ..words.table import words

    installed().connector(platform)
    owner, path = app or platform, settings_path()
    values = [(*owner_of(field, owner, alias), _ask(field, secret_stdin)) for field in secrets]
    add_shop(
        path, alias=alias, platform=platform, remote_id=remote_id, app=owner, app_key=app_key,
        base_url=base_url, name=name,
    )  # fmt: skip
    for of, field, value in values:
        write_secret(path, of, field, Secret(value))
    say(words()("shop.added", alias=alias))


@command.command("import")
@click.argument("table", metavar="SHOPS.CSV", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what would be done; write nothing.")
@json_option
@config_option
def import_(table: Path, dry_run: bool, as_json: bool) -> None:
    """Add many shops from a table, one line a shop under a header.

    UTF-8 or GBK. Columns, in any order: alias, platform, remote_id; app, app_key, base_url, name,
    group (several with blanks between), authorised_until (a date) may be left out. A secret stands
    in a column of its name (token, app_secret), or, better, NAME_env names the environment variable
    that holds it; it is kept in secrets.toml, readable by you only.

    A line that is wrong is told with its number, the others are taken; what is there already stays
    as it is, but for secrets that are new. Ends with 1 if a line was wrong.

    \b
    Example:
      gongdan shop import shops.csv --dry-run
      gongdan shop import shops.csv
    """
    from gongdan.config.shoplist import import_shops

    from ..plugin_list import installed
    from ..screens.shop_lines import print_lines

    lines = import_shops(settings_path(), table, installed(), os.environ, dry_run=dry_run)
    print_lines(lines, table, as_json, dry_run)
    click.get_current_context().exit(int(any(line.what == "bad" for line in lines)))


@command.command("list")
@json_option
@config_option
def list_(as_json: bool) -> None:
    """Show the shops: state, authorisation, age of data, what is queued.

    Under a shop that cannot be read, or must be authorised again soon, what is wrong and the fix.

    \b
    Example:
      gongdan shop list
      gongdan shop list --json
    """
    from .. import output
    from ..screens.shop_table import shops_table
    from ..words.table import words

    with office.open_desk() as desk:
        rows, now = desk.shops(), desk.now()
    if output.wants_lines(as_json):
        output.print_json(*rows)
    else:
        output.say(shops_table(rows, now, output.width(), words(), output.colour()))


@command.command("check")
@click.argument("alias", nargs=-1)
@json_option
@config_option
def check(alias: tuple[str, ...], as_json: bool) -> None:
    """Ask the platform whether access works, of one shop or of all.

    \b
    Example:
      gongdan shop check main
      gongdan shop check --json
    """
    from ..output import tell
    from ..screens.health import print_health
    from ..words.table import words

    with office.open_desk() as desk:
        names = alias or tuple(desk.chosen())
        if not names:
            tell(words()("shop.none"))
        code = print_health((desk.check(name) for name in names), as_json)
    click.get_current_context().exit(code)


@command.command("login")
@click.argument("alias")
@json_option
@config_option
def login(alias: str, as_json: bool) -> None:
    """Get a new token for a shop from its platform.

    Where a person must agree first (千牛, tool apps of 抖店), it tells the page to open; the code
    that the page shows is good once, and is given as a secret.

    \b
    Example:
      gongdan shop login main
      GONGDAN_MAIN_CODE=... gongdan shop login main
    """
    from ..screens.health import print_health

    with office.open_desk() as desk:
        code = print_health([desk.login(alias)], as_json)
    click.get_current_context().exit(code)


def _ask(field: str, from_stdin: bool) -> str:
    """Return a secret, from the next line of stdin or from a person."""
    if from_stdin:
        value = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        value = str(click.prompt(field, hide_input=True, err=True))
    else:
        raise click.UsageError(f"{field}: no terminal to ask on; use --secret-stdin")
    if not value:
        raise click.UsageError(f"{field}: nothing was given")
    return value

"""The group of all commands, and the one place where errors become lines and exit codes."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from .options import config_option
from .screens.clean import clean
from .words.mistake import in_words

# Name of a command is name of its module in commands/, `-` as `_`, a keyword with `_` behind it.
# The order is the help's.
SECTIONS: dict[str, tuple[str, ...]] = {
    "Begin": ("demo", "init", "shop"),
    "Every day": (
        "sync", "queue", "search", "view", "show", "pictures", "why", "reply", "approve", "push",
        "cancel", "settle", "outbox",
    ),
    "Work together": (
        "claim", "release", "assign", "transfer", "people", "tag", "priority", "classify",
        "contact", "todo", "follow", "playbook", "finish", "template",
    ),
    "Act": ("sendback", "evidence", "remark", "reasons", "agree", "refuse", "extend", "raise",
        "withdraw"),
    "Look after it": (
        "import",
        "receive",
        "runs",
        "doctor",
        "sla",
        "quarantine",
        "renormalise",
        "verify",
        "backup",
        "restore",
        "erase",
        "prune",
    ),
    "Tell others": ("alert", "export", "stats"),
    "For integrators": ("new-connector", "plugins", "error", "sandbox", "conform"),
}  # fmt: skip


class Commands(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 # click's signature
        """Return every command in the order of the help."""
        return [name for names in SECTIONS.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        name = cmd_name.replace("-", "_") + "_" * iskeyword(cmd_name)
        module = import_module(f"{__package__}.commands.{name}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def make_context(
        self, info_name: str | None, args: list[str], *more: Any, **others: Any
    ) -> click.Context:
        """Read the options that stand before the name of a command."""
        try:
            return super().make_context(info_name, args, *more, **others)
        except click.UsageError as error:
            raise in_words(error) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands section by section."""
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(list(self._lines(ctx, names)))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what goes wrong leaves as one line and an exit code."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise in_words(error) from error
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except (KeyboardInterrupt, click.Abort):
            _complain("stopped")
            raise click.exceptions.Exit(130) from None
        except Exception as error:
            if ctx.params.get("debug"):
                click.echo(clean(traceback.format_exc(), lines=True), err=True)
            raise click.exceptions.Exit(_explain(error)) from error

    def _lines(self, ctx: click.Context, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for name in names:
            command = self.get_command(ctx, name)
            if command is not None:
                yield name, command.get_short_help_str(limit=80)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("-v", "--verbose", is_flag=True, help="Tell on stderr what is logged.")
@click.option("--debug", is_flag=True, help="Show where an error came from.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    help="Tell on stderr what is logged, so.  [default: as GONGDAN_LOG says, else nothing]",
)
@config_option
@click.version_option(package_name="gongdan")
def cli(verbose: bool, debug: bool, log_format: str | None) -> None:
    """The tickets (工单) of many shops in one queue: most urgent first, answered from here.

    \b
    Try it without an account:
      gongdan demo
    Begin:
      gongdan init
      gongdan shop add main --platform douyin --id 77977 --app-key 68... --secret app_secret
      gongdan sync && gongdan queue

    Settings: --config, else $GONGDAN_CONFIG, else ./gongdan.toml.
    Exit codes: 0 all done; 1 some of it failed; 2 usage or settings; 3 a person must mend a
    shop's access; 4 another run holds every shop asked for; 130 after Ctrl-C.
    """
    if verbose or debug or log_format or os.environ.get("GONGDAN_LOG"):
        from .logs import begin, wanted

        if log := wanted(verbose, debug, log_format):
            begin(*log)


def main() -> None:
    """Run the command line, whatever the terminal's encoding is."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    cli(prog_name="gongdan")


def _explain(error: Exception) -> int:
    """Print the line for an error and its hint; return the exit code.

    Of what is our own bug only the name and the place are told: the message of an unexpected
    exception may hold a secret or a buyer's data.
    """
    from gongdan.errors import GongdanError

    from .words.table import words

    if isinstance(error, GongdanError):
        _complain(str(error))
        if hint := error.hint_zh if words().lang == "zh" else error.hint_en:
            click.echo(f"  {clean(hint)}", err=True)
        return error.exit_code
    if isinstance(error, OSError) and error.strerror:
        _complain(": ".join(str(part) for part in (error.strerror, error.filename) if part))
        return 1
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(last.filename)}:{last.lineno}"
    name = type(error).__name__
    _complain(f"{name} at {place}: this is a bug; `gongdan --debug ...` tells more")
    return 1


def _complain(text: str) -> None:
    from .words.table import words

    click.echo(f"gongdan: {words().error(text)}", err=True)

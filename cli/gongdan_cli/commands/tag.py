"""`gongdan tag`."""

from __future__ import annotations

import click

from ..bulk import do_each
from ..options import config_option, json_option
from ..people import dry_option
from ..selecting import Pick, pick_options

_TAGS = "gongdan.tags"


class Tagging(click.Command):
    """A command to which `+tag` and `-tag` are words, unless that is one of its options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the tags out of the words, but for what follows an option that wants a value."""
        known = {name for param in self.get_params(ctx) for name in param.opts}
        valued = {name for name in known if not _is_flag(self, ctx, name)}
        tags, rest, before = [], [], ""
        for word in args:
            is_tag = word[:1] == "+" or (word[:1] == "-" and word[1:2] not in ("", "-"))
            if is_tag and word not in known and before not in valued:
                tags.append(word)
            else:
                rest.append(word)
            before = word
        ctx.meta[_TAGS] = tags
        return super().parse_args(ctx, rest)


def _is_flag(command: click.Command, ctx: click.Context, name: str) -> bool:
    return any(
        name in param.opts and isinstance(param, click.Option) and param.is_flag
        for param in command.get_params(ctx)
    )


@click.command("tag", cls=Tagging)
@pick_options("TICKET... +TAG... -TAG...")
@dry_option
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, pick: Pick, dry_run: bool, as_json: bool) -> None:
    """Put tags on tickets with +TAG, take them off with -TAG. A sync and the rules leave them.

    A tag that a rule put there stays: `gongdan why` says which rule. Of several tickets each has
    its line; one that is refused stops no other, and the command ends with 1.

    \b
    Example:
      gongdan tag 884357 +加急 -待核实
      gongdan tag 884357 884358 +双11
      gongdan tag --from-queue '--lane late --shop main' +超时跟进
    """
    from gongdan.people.tagging import retag

    tags = ctx.meta[_TAGS]
    add = [tag[1:] for tag in tags if tag[0] == "+"]
    remove = [tag[1:] for tag in tags if tag[0] == "-"]
    if not tags:
        raise click.UsageError("say which tags: +TAG puts one on, -TAG takes one off")
    tickets, _ = pick.parts(0)
    done = do_each(
        pick,
        tickets,
        lambda desk, ref: retag(desk, ref, add=add, remove=remove, dry_run=dry_run),
        dry_run=dry_run,
        as_json=as_json,
    )
    if not done:
        ctx.exit(1)

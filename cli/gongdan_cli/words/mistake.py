"""A command line that cannot be read, told in the language of whoever typed it."""

from __future__ import annotations

from typing import IO, Any

import click


class Mistake(click.UsageError):
    """A usage error in Chinese: the usage, where the help is, what is wrong."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it as click prints one."""
        from .table import words

        said = words()
        if self.ctx is not None:
            usage = self.ctx.get_usage().removeprefix("Usage: ")
            told = said("usage", usage=usage, help=f"{self.ctx.command_path} --help")
            click.echo(f"{told}\n", file=file, err=True)
        click.echo(said("usage.wrong", why=said.error(self.message)), file=file, err=True)


def in_words(error: click.UsageError) -> click.UsageError:
    """Return a usage error as it is to be shown: click speaks English itself."""
    from .table import words

    if words().lang == "en" or isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error
    return Mistake(error.format_message(), error.ctx)

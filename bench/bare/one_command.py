"""A Typer app with one command, to compare the start of ours with."""

import typer

app = typer.Typer()


@app.command()
def hello(name: str, times: int = 1) -> None:
    """Say hello."""
    for _ in range(times):
        typer.echo(f"hello {name}")


if __name__ == "__main__":
    app()

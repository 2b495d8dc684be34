"""The one locator of data that ships with the program: migrations, samples.

In an installed wheel they lie inside the package; in a checkout at its top level.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def packaged(name: str) -> Path:
    """The folder of packaged data `name` ("migrations", "samples")."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parents[1] / name

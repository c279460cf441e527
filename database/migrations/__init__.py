"""The database's versions: how a bank's tables came to be as they are, step by step."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config

HERE = Path(__file__).parent
OF_ONE_BACKEND = (
    "parcel_box",
    "ix_parcel_box",
    "control_zone_box",
    "ix_control_zone_box",
    "ix_held_parcel_box",
    "spatial_ref_sys",
)
"""Beginnings of the names of tables and indexes that only one of the two databases has."""


def configuration(url: str) -> Config:
    """Alembic's configuration for the bank at `url`, made here so that no file names a path."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the bank at `url` to a version, by default the newest; all steps or none."""
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the bank at `url` back to a version; `base` is before the first."""
    command.downgrade(configuration(url), revision)


def write_revision(url: str, title: str) -> None:
    """Write the step from the bank at `url`, which is at the newest version, to today's tables."""
    command.revision(configuration(url), message=title, autogenerate=True)


def is_compared(_: Any, name: str | None, kind: str, reflected: bool, twin: Any) -> bool:
    """Whether Alembic compares this object: all but what one database has beyond our tables."""
    return not (reflected and twin is None and (name or "").startswith(OF_ONE_BACKEND))

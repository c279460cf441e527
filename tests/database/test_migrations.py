"""The steps from an empty database to today's tables, and back."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from bank.tables import METADATA
from database import migrations
from database.engine import engine_for
from tests.databases import Postgresql, Sqlite


def test_the_steps_lead_to_the_tables_that_the_code_names(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": migrations.is_compared}
        )
        assert compare_metadata(context, METADATA) == []


def test_the_steps_can_be_gone_back(backend: Sqlite | Postgresql) -> None:
    with backend.fresh() as url:
        migrations.downgrade(url, "base")
        engine = engine_for(url)
        left = set(inspect(engine).get_table_names()) - {"alembic_version", "spatial_ref_sys"}
        engine.dispose()

    assert left == set()


def test_an_upgrade_that_is_done_changes_nothing(backend: Sqlite | Postgresql) -> None:
    with backend.fresh() as url:
        migrations.upgrade(url)

"""The steps from an empty database to today's tables, and back."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

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


KEPT = {
    "sqlite": "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    "postgresql": """
SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT proname, prosrc FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')""",
}
"""Triggers and functions, but for those of PostGIS."""


def kept_by(engine: Engine) -> dict[str, str]:
    """The text of each trigger, function and check, whatever its blanks."""
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(KEPT[engine.dialect.name]))]
    look = inspect(engine)
    for table in METADATA.tables:
        for check in look.get_check_constraints(table):
            rows.append((f"{table} {check['name']}", check["sqltext"]))
    return {name: " ".join(said.split()) for name, said in rows}


def test_the_steps_lead_to_the_triggers_functions_and_checks_that_the_code_makes(
    backend: Sqlite | Postgresql,
) -> None:
    with backend.fresh() as url:
        engine = engine_for(url)
        stepped = kept_by(engine)
        engine.dispose()
        migrations.downgrade(url, "base")
        engine = engine_for(url)
        METADATA.create_all(engine)
        made = kept_by(engine)
        engine.dispose()

    assert made
    assert stepped.keys() == made.keys()
    for name, said in made.items():
        assert stepped[name] == said


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

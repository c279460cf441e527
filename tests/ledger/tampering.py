"""A hand in the database, past the ledger: raw SQL without triggers and foreign keys."""

from sqlalchemy import create_engine, text

from database.directory import Bank
from ledger.triggers import GUARDED


def tamper(bank: Bank, *statements: str) -> None:
    """Run the statements as someone who owns the database could."""
    engine = create_engine(bank.settings.database_url)  # ours would keep foreign keys
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            for table in GUARDED:
                for trigger in ("no_update", "no_delete", "no_replace"):
                    connection.execute(text(f"DROP TRIGGER {table}_{trigger}"))
        for statement in statements:
            assert connection.execute(text(statement)).rowcount, statement
    engine.dispose()

"""Engine, session, column types and migrations: what every package stores its rows with."""

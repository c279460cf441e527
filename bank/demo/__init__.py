"""The demonstration county: generated, seeded and repeatable."""

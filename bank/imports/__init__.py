"""Imports of parcels: the file, what its columns mean, how far it is, and what became of rows."""

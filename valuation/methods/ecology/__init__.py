"""Owns what nature yields in a year, by published models: never added to an asset's value."""

"""Owns the figures that deals need: rents, swaps, shares, returns, debt cover, exits."""

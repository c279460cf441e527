"""Owns the methods that value houses, their condition and rights to use them."""

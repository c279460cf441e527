"""The bank: who owns what, how it comes in, what becomes of it, and what everyone gets for it."""

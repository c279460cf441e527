"""Deposits (存入): an asset's way into the bank, from draft to storage and home again."""

"""Commissions in the bank: asking for quotes, engaging, fees in escrow, and answering."""

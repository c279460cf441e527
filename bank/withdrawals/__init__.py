"""Withdrawals (支取): whatever leaves the bank, always confirmed by two officers."""

"""Owns the methods that value land: income, term, residual, cost, comparison, benchmark."""

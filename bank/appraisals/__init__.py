"""Appraisals in the bank: the agency's desk, and valuing what is deposited."""

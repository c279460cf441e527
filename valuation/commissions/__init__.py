"""Commissions (委托): asking agencies for quotes, engaging one, and what becomes of its work."""

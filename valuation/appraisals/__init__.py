"""Commissions (委托) and appraisals (评估): who is to value an asset, and what came of it."""

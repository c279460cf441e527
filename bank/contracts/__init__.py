"""Contracts (合同) that a collection creates: share, lease or swap, and the rents that follow."""

"""Parties (权利人), the logins that act for them, and signing up."""

"""Double entry for any unit: transfers of postings, their balances, and a log that proves them."""

"""Parameter tables as the county keeps them: who may, and once only."""

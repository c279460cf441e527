"""Revenue (收益) of projects and the rounds (分红轮次) that distribute it."""

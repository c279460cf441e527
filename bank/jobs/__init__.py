"""Jobs: work that takes longer than a request, in slices, each one transaction."""

"""Documents: the files people hand in, kept unaltered and shown only to those who may see them."""

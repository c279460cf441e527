"""What `make bench` measures: our code and a reference, in turn, in the same run."""

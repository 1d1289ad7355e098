"""What a function can call, on every path: read from the source, without running it."""

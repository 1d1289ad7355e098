"""What functions use beside the tables: each use has its statements, environment and layers in one place. Pure data."""

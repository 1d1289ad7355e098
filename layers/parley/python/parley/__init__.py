"""Parley's library: what every function shares. Import its modules; this package itself loads nothing."""

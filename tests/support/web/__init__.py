"""The page in a real browser, for tests: its build, its server with people of the test's own, and what one does."""

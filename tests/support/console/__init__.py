"""The tenant's console in a browser, with a tenant of the test's own."""

"""`make smoke`: the whole story against a deployed stage or the local stack, and what only AWS can tell.

An owner with an account runs it first, after a deploy: `PARLEY_OPERATOR_KEY=… make smoke STAGE=dev`. It makes a
tenant of its own, uses the Python client as any customer would, and closes the tenant at the end.
"""

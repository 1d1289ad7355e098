"""A world to look at: tenants whose users chat in eight languages, the same from the same seed.

`generator` makes it as plain data, of `phrases` and `people`; `scenes` and `recordings` draw and record what is sent;
`making` makes it on the local stack, through the public API, with the Python client's own import.
"""

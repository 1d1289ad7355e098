"""The command line, `parley`: everything that an operator, a back end or a user does by hand."""

"""Imports: what another chat holds, as a file of JSON lines, made anew in Parley.

`form.check` reads the file and says what is wrong with it, `Importer` makes it, and `State` keeps how far it has come.
"""

from parley_client.imports.form import Checked, Problem, check
from parley_client.imports.importer import Failure, Importer, Report
from parley_client.imports.state import OtherPlace, State

__all__ = ["Checked", "Failure", "Importer", "OtherPlace", "Problem", "Report", "State", "check"]

"""One module per step of the database's form, in order."""

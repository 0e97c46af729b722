"""Migrations of the database, run by `workers.database.Database.upgrade`.

Forwards only: to go back, restore a copy.
"""

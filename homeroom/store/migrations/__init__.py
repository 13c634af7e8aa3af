"""Alembic's revisions of the databases: a folder a chain, run by homeroom.store.migrate."""

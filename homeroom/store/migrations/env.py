"""Alembic's entry: the connection, its transaction and the chain are given by homeroom.store.migrate."""

from __future__ import annotations

from alembic import context

given = context.config.attributes
context.configure(
    connection=given["connection"],
    version_table=given["version_table"],
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()

"""The revisions of the state database, from the tables that were there before revisions were."""

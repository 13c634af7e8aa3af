"""One database behind SQLAlchemy Core, and the compiled inventory."""

"""Lists of names that operators bring: read strictly, guarded, published signed."""

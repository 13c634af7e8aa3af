"""How each platform is rendered, parsed back and driven."""

"""What a device in a role's network really reaches and resolves: asked from there, judged against the policy."""

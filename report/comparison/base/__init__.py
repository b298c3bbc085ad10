"""The base side: its commit, a worktree of it, and its models, trained there by its own code and configuration."""

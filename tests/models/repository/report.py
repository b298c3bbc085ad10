"""A repository's own module, with the name of ours."""

DEPTH = 3

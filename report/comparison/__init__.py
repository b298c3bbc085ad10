"""Head held against base: the base side, statistics, verdicts and gates."""

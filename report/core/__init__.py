"""Value types, errors and number formatting, imported by every room; imports none of them."""

"""One rule of the handbook is bent at a time; the tests that claim its clause must notice."""

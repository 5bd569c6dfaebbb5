"""The workbench: where signatories and the officer decide, and where the log can be checked; nobody decides alone."""

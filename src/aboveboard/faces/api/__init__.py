"""The API: JSON for machines that act for a named employee; it asks the gate like every page, and keeps no copy."""

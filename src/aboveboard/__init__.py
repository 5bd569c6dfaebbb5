"""Aboveboard: the CRM with nothing under the table."""

__version__ = "0.1.0"

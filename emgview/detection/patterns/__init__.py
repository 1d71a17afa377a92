"""Discharge patterns."""

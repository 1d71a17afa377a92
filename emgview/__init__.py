"""emgview: review workstation for needle and surface EMG (placeholder, see below)."""

__version__ = "0.1.0"

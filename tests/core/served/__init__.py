"""The network as `manage.py serve` runs it, plus a WebSocket that the tests talk to."""

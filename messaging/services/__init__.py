"""What people do in conversations. What each promises is written down in docs/messaging.md."""

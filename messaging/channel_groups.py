"""Every name of a channel group."""

# One channel of each process that has sockets. What is sent carries whom it is for: see messaging.hub.
EVERY_PROCESS = "messaging.sockets"

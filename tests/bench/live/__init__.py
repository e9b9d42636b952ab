"""What the benchmark of messages needs: a server with a raw socket beside the real one, and many sockets that listen."""

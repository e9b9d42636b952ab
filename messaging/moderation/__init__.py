"""Reports: what a member tells Norec about, what Norec sees of it, and what Norec decides. And floods, noticed by the network."""

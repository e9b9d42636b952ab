"""Files in messages: how they come in, what they are, who may read them."""

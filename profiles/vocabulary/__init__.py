"""The vocabulary that ships with the network: skills, sectors and Sustainable Development Goals, and its loader."""

"""Starters of the real services that tests and benchmarks run on: PostgreSQL, Redis, Elasticsearch, Chromium."""

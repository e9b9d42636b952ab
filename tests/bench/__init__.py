"""Measurements: `make bench` runs all, `make bench BENCH=search` one. Each measures what it is compared with in the same run.

A file `bench_NAME.py` here is a benchmark: it has `run(bench)`, and perhaps `PEOPLE`, how many people its site must have.
"""

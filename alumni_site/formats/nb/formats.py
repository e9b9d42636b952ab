"""Dates are shown as Django has them; read with strokes as well as full stops, and never with two figures for the year."""

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d. %B %Y"]

"""Passes at GRAPH level."""

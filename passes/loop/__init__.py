"""Passes at LOOP level."""

"""Frontends: model formats and languages become IR at GRAPH level. One package a format."""

"""Float models become integer ones: ranges are observed, formats assigned, operations rewritten."""

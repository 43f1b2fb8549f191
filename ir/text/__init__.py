"""The pieces of the text form: tokens, numbers, attributes, types, resources.

``millrace.ir.printer`` and ``millrace.ir.parser`` put them together.
"""

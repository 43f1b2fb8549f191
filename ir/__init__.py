"""The SSA tensor IR: types, attributes, operations, text, verifier, interpreter."""

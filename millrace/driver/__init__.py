"""From a model file to a callable: importer, pipeline, code generation, report."""

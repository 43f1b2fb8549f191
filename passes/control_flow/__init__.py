"""FLOW to GRAPH: dataflow control becomes structured control flow."""

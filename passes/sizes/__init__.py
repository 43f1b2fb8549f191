"""Run-time sizes: a model imported at several sizes becomes one whose sizes are inputs."""

"""The product of a compilation: everything that files and callables are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from millrace.codegen import CompiledObject
from millrace.driver.report import Report
from millrace.driver.specs import TensorSpec
from millrace.ir.dialects.builtin import Module


@dataclass(frozen=True, eq=False)
class Artifact:
    """``modules`` holds the IR after each stage, by the stage's name, when it was asked for."""

    compiled: CompiledObject
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    report: Report
    modules: Mapping[str, Module] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The C identifier that generated names start with."""
        return self.compiled.name

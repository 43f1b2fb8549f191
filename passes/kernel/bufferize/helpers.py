"""Kernels that bufferization itself needs: strided copies and fills, and one clone of a kernel
for every combination of layouts it is called with."""

from __future__ import annotations

from millrace.ir.affine import AffineMap
from millrace.ir.attributes import Iterator, Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value, clone
from millrace.ir.dialects import arith, func, linalg, tensor
from millrace.ir.dialects.builtin import Module
from millrace.ir.location import Location
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import ElementType, FloatType, FunctionType, IntegerType, TensorType

Layouts = tuple[tuple[int, ...], ...]


class Kernels:
    """The module's kernels by name and layouts."""

    def __init__(self, module: Module, rewriter: Rewriter) -> None:
        self.module = module
        self.rewriter = rewriter
        self.names = {op.attributes["sym_name"] for op in module.block}
        self.by_name = {f.sym_name: f for f in module.functions() if f.role == "kernel"}
        self._variants: dict[tuple[str, Layouts], str] = {}
        self._copies: dict[tuple[object, ...], str] = {}
        self._next: dict[str, int] = {}

    def with_layouts(self, name: str, layouts: Layouts) -> str:
        """The name of the kernel's variant for these layouts: the kernel itself for the first
        ones asked for."""
        key = (name, layouts)
        if key not in self._variants:
            kernel = self.by_name[name]
            variant = kernel if kernel.layouts is None else self._clone(kernel)
            self.rewriter.set_attr(variant, "layouts", layouts)
            self._variants[key] = variant.sym_name
        return self._variants[key]

    def _clone(self, kernel: func.Func) -> func.Func:
        copy = clone(kernel, {})
        assert isinstance(copy, func.Func)
        copy.attributes["sym_name"] = self.fresh(f"{kernel.sym_name}_l")
        return Builder.after(kernel).insert(copy)

    def fresh(self, stem: str) -> str:
        """A symbol that the module does not have: the stem and a number."""
        n = self._next.get(stem, 0)
        while f"{stem}{n}" in self.names:
            n += 1
        self._next[stem] = n + 1
        self.names.add(f"{stem}{n}")
        return f"{stem}{n}"

    def copy(self, source: TensorType, target: TensorType, access: AffineMap, loc: Location) -> str:
        """A kernel whose result element p is the operand's element ``access(p)``."""
        key = ("copy", source, target, access)
        if key not in self._copies:
            body = Block([source])
            b = Builder(body, None, loc)
            point = Block([source.element, target.element])
            Builder(point, None, loc).create(linalg.Yield, [point.args[0]])
            b.create(func.Return, [_generic(b, [body.args[0]], target, [access], point)])
            self._copies[key] = self._define("copy", body, target, loc)
        return self._copies[key]

    def fill(self, target: TensorType, value: bool | int | float, loc: Location) -> str:
        """A kernel that fills its result with one value."""
        key = ("fill", target, repr(value))
        if key not in self._copies:
            body = Block()
            b = Builder(body, None, loc)
            point = Block([target.element])
            pb = Builder(point, None, loc)
            pb.create(linalg.Yield, [pb.value(arith.Constant, value=scalar(value, target.element))])
            b.create(func.Return, [_generic(b, [], target, [], point)])
            self._copies[key] = self._define("fill", body, target, loc)
        return self._copies[key]

    def _define(self, stem: str, body: Block, target: TensorType, loc: Location) -> str:
        name = self.fresh(stem)
        t = FunctionType(tuple(a.type for a in body.args), (target,))
        kernel = func.Func(sym_name=name, function_type=t, role="kernel", block=body, loc=loc)
        self.by_name[name] = kernel
        return Builder(self.module.block).insert(kernel).sym_name


def _generic(
    b: Builder,
    inputs: list[Value],
    target: TensorType,
    reads: list[AffineMap],
    point: Block,
) -> Value:
    """The result of a parallel generic over all elements of ``target``."""
    empty = b.value(tensor.Empty, result_types=[target])
    return b.create(
        linalg.Generic,
        inputs,
        [empty],
        indexing_maps=[*reads, AffineMap.identity(target.rank)],
        iterator_types=[Iterator.PARALLEL] * target.rank,
        ranges=target.shape,
        block=point,
    ).results[0]


def scalar(value: bool | int | float, element: ElementType) -> Scalar:
    """The constant of a signless element type with the value's bits."""
    if isinstance(element, FloatType):
        return Scalar(float(value), element)
    if isinstance(element, IntegerType) and element.width == 1:
        return Scalar(bool(value), element)
    value = int(value)
    if isinstance(element, IntegerType) and value >= 1 << (element.width - 1):
        value -= 1 << element.width
    return Scalar(value, element)

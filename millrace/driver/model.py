"""A compiled model: numpy in, numpy out."""

from __future__ import annotations

import ctypes
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.codegen import LoadedFunction
from millrace.codegen import load as load_function
from millrace.driver.native import runs_here
from millrace.driver.run_time import Plan, RunTimeShapes
from millrace.driver.specs import Array, TensorSpec
from millrace.ir.errors import RunError

if TYPE_CHECKING:
    from millrace.driver.artifact import Artifact
    from millrace.driver.report import Report
    from millrace.emulator import Emulation


MOST_PLANS = 4096
"""Shapes of inputs that a model with run-time sizes remembers."""


class _Frame:
    """What one running call needs for itself: an arena and the array of tensor pointers. With
    run-time sizes also ``rooms``, places of the largest sizes for inputs that are smaller, for
    calls that follow one ``plan``."""

    __slots__ = ("address", "arena", "memory", "plan", "rooms", "tensors")

    def __init__(self, function: LoadedFunction) -> None:
        self.memory = function.new_arena()
        self.arena = int(self.memory.ctypes.data)
        self.tensors = function.pointer_array()
        self.address = ctypes.addressof(self.tensors)
        self.plan: Plan | None = None
        self.rooms: list[tuple[int, Array, Array]] = []

    def follow(self, plan: Plan) -> None:
        """Get ready for calls with the sizes of ``plan``."""
        self.plan = None  # until all is done
        self.rooms = []
        for i, (room, part) in enumerate(zip(plan.inputs, plan.parts, strict=True)):
            if part is not None:
                # Not empty: leftovers that are tiny numbers would make arithmetic slow.
                whole = np.zeros(*room)
                self.rooms.append((i, whole, whole[part]))
        for i, size in enumerate(plan.sizes, len(plan.inputs)):
            self.tensors[i] = _address(size)
        self.plan = plan


_char_at: Callable[[Any], ctypes.c_char] = ctypes.c_char.from_buffer


def _address(array: Array) -> int:
    """Where an array's elements lie. The buffer protocol is five times quicker than numpy's own
    ways, but knows neither read-only nor empty arrays, nor bfloat16."""
    try:
        return ctypes.addressof(_char_at(array))
    except (TypeError, ValueError):
        return int(array.ctypes.data)


class Model:
    """A compiled model. Calls may come from several threads at once: each takes an arena from
    a pool, so that as many arenas exist as calls ever ran at the same time.

    A model that keeps state carries it over from call to call; :meth:`reset` starts anew. Its
    calls wait for each other, those of different streams (:meth:`new_state`) do not."""

    def __init__(
        self,
        artifact: Artifact,
        load: Callable[[Any], LoadedFunction] = load_function,
    ) -> None:
        self._artifact = artifact
        self._frames: deque[_Frame] = deque()
        self._accept = [spec.accept for spec in artifact.inputs]
        self._accept_by_name = {spec.name: spec.accept for spec in artifact.inputs}
        self._output_names = [spec.name for spec in artifact.outputs]
        sizes, found = artifact.report.sizes, artifact.report.found
        self._shapes = RunTimeShapes(artifact.report) if sizes or found else None
        self._plans: dict[Any, Plan] | None = None if self._shapes is None else {}
        # Where pointers stand: those of run-time sizes are between inputs and outputs.
        self._first_result = len(artifact.inputs) + len(sizes)
        self._state_place = self._first_result + len(artifact.outputs) + len(found)
        self._results = [(spec.shape, spec.dtype) for spec in artifact.outputs]
        self._results += [((), np.dtype(np.int32)) for _ in found]
        # A model for another machine can be saved, not called.
        self._function = load(artifact.compiled) if runs_here(artifact.compiled.target) else None
        self._state = self.new_state() if artifact.report.states else None

    # ---- what it is

    @property
    def name(self) -> str:
        """The C identifier that generated names start with."""
        return self._artifact.name

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        return self._artifact.inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self._artifact.outputs

    @property
    def states(self) -> tuple[TensorSpec, ...]:
        """What the model keeps between calls."""
        return self._artifact.report.states

    @property
    def report(self) -> Report:
        """Sizes, kernels and decisions."""
        return self._artifact.report

    @property
    def native(self) -> bool:
        """Whether this machine executes the code, so that the model can be called."""
        return self._function is not None

    def __repr__(self) -> str:
        ins = ", ".join(map(str, self.inputs))
        outs = ", ".join(map(str, self.outputs))
        return f"<millrace.Model {self.name}({ins}) -> ({outs}) for {self.report.target}>"

    # ---- calls

    def __call__(self, *args: Any) -> Any:
        """Run on positional arrays. One output comes as an array, several as a tuple."""
        return self._run_positional(args, self._state)

    def _run_positional(self, args: tuple[Any, ...], state: State | None) -> Any:
        if len(args) != len(self._accept):
            names = ", ".join(s.name for s in self.inputs)
            raise RunError(
                f"{self.name}: expected {len(self._accept)} inputs ({names}), got {len(args)}"
            )
        arrays = [accept(a) for accept, a in zip(self._accept, args, strict=True)]
        results = self._call(arrays, state)
        return results[0] if len(results) == 1 else tuple(results)

    def run(self, inputs: Mapping[str, Any], *, state: State | None = None) -> dict[str, Array]:
        """Run on arrays by tensor name; outputs by tensor name. ``state`` is a stream of this
        model (:meth:`new_state`) that this call belongs to."""
        if state is not None and state.model is not self:
            raise RunError(f"{self.name}: the state belongs to {state.model.name}")
        if not isinstance(inputs, dict) and not isinstance(inputs, Mapping):
            raise RunError(
                f"{self.name}: expected arrays by input name, got {type(inputs).__name__}"
            )
        if inputs.keys() != self._accept_by_name.keys():
            self._report_names(inputs)
        arrays = [accept(inputs[name]) for name, accept in self._accept_by_name.items()]
        state = self._state if state is None else state
        results = self._call(arrays, state)
        return dict(zip(self._output_names, results, strict=True))

    def _report_names(self, inputs: Mapping[str, Any]) -> None:
        parts = []
        missing = [n for n in self._accept_by_name if n not in inputs]
        unknown = [n for n in inputs if n not in self._accept_by_name]
        if missing:
            parts.append(f"missing inputs: {', '.join(map(repr, missing))}")
        if unknown:
            parts.append(f"unknown inputs: {', '.join(map(repr, unknown))}")
        expected = ", ".join(map(str, self.inputs)) or "no inputs"
        raise RunError(f"{self.name}: {'; '.join(parts)}; expected {expected}")

    def _call(self, arrays: list[Array], state: State | None) -> list[Array]:
        function = self._function
        if function is None:
            raise RunError(
                f"{self.name}: compiled for {self.report.target}, which this machine cannot "
                f"execute{self._way_out()}"
            )
        plan = None
        if self._plans is not None:
            # A tuple of tuples takes its time: where there is one input, its shape is the key.
            key = arrays[0].shape if len(arrays) == 1 else tuple([a.shape for a in arrays])
            plan = self._plans.get(key)
            if plan is None:
                plan = self._plan(arrays)
                if len(self._plans) < MOST_PLANS:
                    self._plans[key] = plan
        try:
            results = [np.empty(shape, dtype) for shape, dtype in self._results]
            frame = self._frames.pop() if self._frames else _Frame(function)
        except IndexError:  # another thread took the last one
            frame = _Frame(function)
        except MemoryError:
            raise RunError(f"{self.name}: out of memory for outputs and arena") from None
        if plan is not None:
            if plan is not frame.plan:
                frame.follow(plan)
            for i, whole, part in frame.rooms:
                part[...] = arrays[i]
                arrays[i] = whole
        tensors = frame.tensors
        for i, a in enumerate(arrays):
            tensors[i] = _address(a)
        for i, a in enumerate(results, self._first_result):
            tensors[i] = _address(a)
        if state is None or state.memory is None:
            status = function.invoke(frame.address, frame.arena, function.weights_address)
        else:
            tensors[self._state_place] = state.address
            with state.lock:
                status = function.invoke(frame.address, frame.arena, function.weights_address)
        self._frames.append(frame)
        if status:
            self._fail(function, status)
        return results if plan is None or plan.whole else plan.leave(results)

    def _plan(self, arrays: Sequence[Array]) -> Plan:
        """What follows from the shapes of a call's inputs."""
        assert self._shapes is not None
        try:
            return self._shapes.plan([a.shape for a in arrays])
        except RunError as e:
            raise RunError(f"{self.name}: {e}") from None

    def _fail(self, function: LoadedFunction, status: int) -> None:
        try:
            function.check(status)
        except RunError as e:
            raise RunError(f"{self.name}: {e}") from None

    # ---- emulation

    def emulate(
        self,
        samples: Sequence[Sequence[Any]],
        *,
        carry_state: bool = False,
        timeout: float | None = None,
    ) -> Emulation:
        """Run the object of a firmware target on an emulated board (QEMU): outputs, exact
        instruction counts and the stack's high-water mark.

        A sample has one array an input. Each starts from fresh state, or with ``carry_state``
        from what the one before it left. ``timeout``: seconds for all of them (default: 600)."""
        from millrace.emulator import DEFAULT_TIMEOUT, emulate

        checked = []
        for sample in samples:
            if len(sample) != len(self._accept):
                raise RunError(
                    f"{self.name}: expected {len(self._accept)} inputs, got {len(sample)}"
                )
            checked.append([accept(a) for accept, a in zip(self._accept, sample, strict=True)])
        seconds = DEFAULT_TIMEOUT if timeout is None else timeout
        plans = [self._plan(s) for s in checked] if self._shapes else []
        given = [p.widened(s) for p, s in zip(plans, checked, strict=True)] if plans else checked
        done = emulate(self._artifact.compiled, given, carry_state=carry_state, timeout=seconds)
        if not plans:
            return done
        runs = zip(done.samples, plans, strict=True)
        parts = (replace(r, outputs=tuple(p.leave(list(r.outputs)))) for r, p in runs)
        return replace(done, samples=tuple(parts))

    def _way_out(self) -> str:
        from millrace.emulator import is_emulated

        emulated = is_emulated(self._artifact.compiled.target)
        return "; Model.emulate and `millrace run` run it in QEMU" if emulated else ""

    # ---- state

    def reset(self) -> None:
        """Set the state back to its initial value. Models without state have nothing to do."""
        if self._state is not None:
            self._state.reset()

    def new_state(self) -> State:
        """An independent stream: same model, its own state, which has its initial value."""
        return State(self, self._function)

    # ---- files

    def save(self, directory: str | Path) -> dict[str, Path]:
        """Write object, header and reports; :func:`millrace.load` reopens them. Returns the
        files by what they are (``object``, ``header``, ``report.txt``, ``report.json``)."""
        from millrace.driver.save import write_artifact

        return write_artifact(self._artifact, Path(directory))


class State:
    """One stream of calls to a model, callable as the model is."""

    def __init__(self, model: Model, function: LoadedFunction | None) -> None:
        self.model = model
        self.lock = threading.Lock()
        self._function = function
        self.memory: Array | None = None
        """The state struct; None when the model keeps no state or cannot run here."""
        self.address = 0
        if model.states and function is not None:
            try:
                self.memory = function.new_state()
            except MemoryError:
                raise RunError(f"{model.name}: out of memory for the state") from None
            self.address = int(self.memory.ctypes.data)

    def __call__(self, *args: Any) -> Any:
        """As :meth:`Model.__call__`."""
        return self.model._run_positional(args, self)

    def run(self, inputs: Mapping[str, Any]) -> dict[str, Array]:
        """As :meth:`Model.run`."""
        return self.model.run(inputs, state=self)

    def reset(self) -> None:
        """Set this stream's state back to its initial value."""
        if self.memory is not None and self._function is not None:
            with self.lock:
                self._function.reset(self.memory)

    def values(self) -> dict[str, Array]:
        """Copies of the state's tensors, by name."""
        if self.memory is None or self._function is None:
            return {}
        found = {}
        with self.lock:
            offsets = self._function.compiled.state_layout.offsets
            for spec, at in zip(self.model.states, offsets, strict=True):
                content = self.memory[at : at + spec.nbytes].copy()
                found[spec.name] = content.view(spec.dtype).reshape(spec.shape)
        return found

"""Makes the machine code of the loops with numba: ``python -m emgview.kernels.building FILE``.

A process of its own does it once for each processor and version, since numba and what it keeps
take 150 MB that would never be given back. What it writes needs neither numba nor this module; see
:mod:`.machine`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

from emgview.kernels import loops, soft_loops
from emgview.kernels.machine import pack, target_machine

_DECLARED = re.compile(r"^declare (?P<what>[^@\n]*@(?!llvm\.|mem)[^(\n]+\([^\n]*)$", re.MULTILINE)
# Intrinsics of LLVM, memcpy and its like.
_THERE = ("llvm.", "mem")
_OUTSIDE = re.compile(r"^(?P<name>@[\w.]+) = external global (?P<kind>\w+)[^\n]*$", re.MULTILINE)


def build() -> bytes:
    """The machine code of all loops for this processor, as :func:`.machine.pack` packs it.

    Raises
    ------
    RuntimeError
        If the code would need something of numba when it runs.
    """
    machine = target_machine()
    made = {**loops.functions_for_c(), **soft_loops.functions_for_c()}.items()
    return pack({name: (loop.native_name, _object(loop, machine)) for name, loop in made})


def _object(loop: Any, machine: Any) -> bytes:
    """The object of one C function, which holds all that it calls."""
    native, module = loop.native_name, llvm.parse_assembly(_without_errors(loop.inspect_llvm()))
    for part in (*module.functions, *module.global_variables):
        if not part.is_declaration and part.name != native:
            part.linkage = "internal"
    passes = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=3))
    passes.getModulePassManager().run(module, passes)
    declared = [function.name for function in module.functions if function.is_declaration]
    needed = [name for name in declared if not name.startswith(_THERE)]
    if needed:
        raise RuntimeError(f"{native} needs {', '.join(needed)}")
    return bytes(machine.emit_object(module))


def _without_errors(ir: str) -> str:
    """Code that takes for granted that nothing is raised: the loops do not.

    What numba calls to raise an error is said to be never reached, so that LLVM leaves it out with
    all that leads there.
    """
    ir = _OUTSIDE.sub(r"\g<name> = internal global \g<kind> zeroinitializer", ir)
    return _DECLARED.sub(r"define \g<what> {\n  unreachable\n}", ir)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(build())

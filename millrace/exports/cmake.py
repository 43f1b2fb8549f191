"""A CMake package: ``add_subdirectory`` of the folder or ``find_package`` in it gives the target
``millrace::NAME``."""

from __future__ import annotations

from collections.abc import Mapping

from millrace.driver.artifact import Artifact
from millrace.driver.files import Content

_LISTS = """\
# add_subdirectory(this folder), then target_link_libraries(... millrace::{name}).
cmake_minimum_required(VERSION 3.13)
include("${{CMAKE_CURRENT_LIST_DIR}}/{name}Config.cmake")
"""

_CONFIG = """\
# {name}: a model compiled by Millrace {version} for {target}.
#
#     find_package({name} CONFIG REQUIRED PATHS "this folder")
#     target_link_libraries(... millrace::{name})
if(CMAKE_SIZEOF_VOID_P AND NOT CMAKE_SIZEOF_VOID_P EQUAL {pointer})
  message(FATAL_ERROR "{name} was compiled for {target}, not for ${{CMAKE_SYSTEM_PROCESSOR}}")
endif()
if(NOT TARGET millrace::{name})
  add_library(millrace::{name} STATIC IMPORTED GLOBAL)
  set_target_properties(millrace::{name} PROPERTIES
    IMPORTED_LOCATION "${{CMAKE_CURRENT_LIST_DIR}}/lib/lib{name}.a"
    IMPORTED_LINK_INTERFACE_LANGUAGES C
    INTERFACE_INCLUDE_DIRECTORIES "${{CMAKE_CURRENT_LIST_DIR}}/include")
endif()
"""


def files(artifact: Artifact, library: Content, header: str) -> Mapping[str, Content]:
    c = artifact.compiled
    words = {
        "name": c.name,
        "version": artifact.report.version,
        "target": c.target.name,
        "pointer": c.target.pointer_bytes,
    }
    return {
        "CMakeLists.txt": _LISTS.format(**words),
        f"{c.name}Config.cmake": _CONFIG.format(**words),
        f"include/{c.name}.h": header,
        f"lib/lib{c.name}.a": library,
    }

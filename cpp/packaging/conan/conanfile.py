"""The recipe of hyperparameter for Conan 2. It stands in the project's sources and builds those:

    conan create cpp/packaging/conan

Cargo (Rust 1.85) is taken from the machine, as the compiler is. `-o "hyperparameter/*:shared=True"` makes the shared
library. Cargo builds in CARGO_TARGET_DIR where that is set.
"""

from __future__ import annotations

import re
from pathlib import Path

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load

# What cargo and CMake read: the workspace with all of its members, for cargo wants each to be there.
SOURCES = ("Cargo.toml", "Cargo.lock", "LICENSE-*", "README.md", "crates/*", "cpp/*", "benches/core/*", "tests/rust/*")
UNWANTED = ("*/target/*", "*/__pycache__/*", "*.so", "*/.venv/*")


class Hyperparameter(ConanFile):
    name = "hyperparameter"
    description = "Scoped, named parameters: declared where they are used, overridden from outside"
    license = ("MIT", "Apache-2.0")
    topics = ("parameters", "configuration", "flags", "scope")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False]}
    default_options = {"shared": False}

    @property
    def _root(self) -> Path:
        return Path(self.recipe_folder).parents[2]

    def set_version(self) -> None:
        manifest = load(self, str(self._root / "Cargo.toml"))
        found = re.search(r'^\[workspace\.package\]\nversion = "([^"]+)"', manifest, re.MULTILINE)
        self.version = found[1] if found else None

    def export_sources(self) -> None:
        for pattern in SOURCES:
            copy(self, pattern, str(self._root), self.export_sources_folder, excludes=UNWANTED)

    def validate(self) -> None:
        if self.settings.get_safe("compiler.cppstd"):
            check_min_cppstd(self, 17)

    def layout(self) -> None:
        cmake_layout(self, src_folder=".")

    def generate(self) -> None:
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["HYPERPARAMETER_STATIC"] = not self.options.shared
        toolchain.cache_variables["HYPERPARAMETER_SHARED"] = bool(self.options.shared)
        toolchain.generate()

    def build(self) -> None:
        cmake = CMake(self)
        cmake.configure(build_script_folder="cpp")
        cmake.build()

    def package(self) -> None:
        copy(self, "LICENSE-*", self.source_folder, str(Path(self.package_folder) / "licenses"))
        CMake(self).install()

    def package_id(self) -> None:
        # The interface is C's: what the compiler of C++ is matters to no one.
        del self.info.settings.compiler

    def package_info(self) -> None:
        # The package's own CMake files are used, which know what the static library needs of the system.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [str(Path("lib") / "cmake" / "hyperparameter")]
        self.cpp_info.set_property("pkg_config_name", "hyperparameter")
        self.cpp_info.libs = ["hyperparameter_c"]
        if not self.options.shared:
            # What the compiler said when it made the static library.
            pkg_config = load(self, str(Path(self.package_folder) / "lib" / "pkgconfig" / "hyperparameter.pc"))
            private = re.search(r"^Libs.private:(.*)$", pkg_config, re.MULTILINE)
            words = private[1].split() if private else []
            self.cpp_info.system_libs = [word.removeprefix("-l") for word in words if word.startswith("-l")]

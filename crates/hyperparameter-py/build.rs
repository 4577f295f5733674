//! Tells the source which Python it is built for, and lays out what the wheel has for C++: the headers, the shared library
//! and the CMake package. `[tool.maturin] include` in pyproject.toml takes it from here.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

type Done<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Done {
    pyo3_build_config::use_pyo3_cfgs();
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..");
    println!("cargo:rerun-if-changed=build.rs");
    // Which maturin sets. A check, or a build by hand, wants no second library.
    println!("cargo:rerun-if-env-changed=PYO3_BUILD_EXTENSION_MODULE");
    if env::var_os("PYO3_BUILD_EXTENSION_MODULE").is_none() {
        return Ok(());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let (cpp, lib) = (root.join("cpp"), out.join("lib"));
    for folder in ["include", "lib"] {
        let folder = out.join(folder);
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
    }
    copy(&cpp.join("include"), &out.join("include"))?;
    let package = lib.join("cmake/hyperparameter");
    fs::create_dir_all(&package)?;
    for (name, from) in [
        ("targets.cmake", "targets.cmake"),
        ("hyperparameter-config.cmake", "wheel-config.cmake"),
        ("hyperparameter-config-version.cmake", "wheel-config-version.cmake.in"),
    ] {
        let from = watched(&cpp.join("cmake").join(from));
        let text = fs::read_to_string(&from).map_err(|error| format!("{}: {error}", from.display()))?;
        fs::write(package.join(name), text.replace("@PROJECT_VERSION@", env!("CARGO_PKG_VERSION")))?;
    }
    shared_library(&root, &out, &lib)
}

/// Builds the shared library with cargo: its features are others than this crate's, so it cannot be a dependency.
fn shared_library(root: &Path, out: &Path, to: &Path) -> Done {
    for folder in ["cpp/src", "cpp/build.rs", "cpp/Cargo.toml", "Cargo.toml"] {
        watched(&root.join(folder));
    }
    for name in ["hyperparameter", "hyperparameter-derive", "hyperparameter-key"] {
        watched(&root.join("crates").join(name).join("src"));
        watched(&root.join("crates").join(name).join("Cargo.toml"));
    }
    // Those of cpp/cmake/options.cmake: builds for several Pythons share one library so.
    let chosen = |name: &str| {
        println!("cargo:rerun-if-env-changed={name}");
        env::var_os(name)
    };
    let profile = chosen("HYPERPARAMETER_CARGO_PROFILE").unwrap_or_else(|| "release".into());
    let target = chosen("HYPERPARAMETER_CARGO_TARGET_DIR").map_or_else(|| out.join("cargo"), PathBuf::from);
    let triple = env::var("TARGET")?;
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["rustc", "--quiet", "--package", "hyperparameter-cpp", "--lib", "--crate-type", "cdylib"])
        .arg("--manifest-path")
        .arg(root.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .args(["--target", &triple, "--profile"])
        .arg(&profile)
        .args(["--", "-C", "strip=symbols"])
        .status()?;
    if !status.success() {
        return Err("cargo could not build the shared library of C++ (see above)".into());
    }
    // A program looks for it by the name of its interface (cpp/build.rs), and a wheel holds no links.
    let (built, name) = match env::var("CARGO_CFG_TARGET_OS")?.as_str() {
        "windows" => ("hyperparameter_c.dll", "hyperparameter_c.dll"),
        "macos" => ("libhyperparameter_c.dylib", "libhyperparameter_c.1.dylib"),
        _ => ("libhyperparameter_c.so", "libhyperparameter_c.so.1"),
    };
    let folder = if profile == "dev" { "debug".into() } else { profile };
    let built = target.join(triple).join(folder).join(built);
    fs::copy(&built, to.join(name)).map_err(|error| format!("{}: {error}", built.display()))?;
    Ok(())
}

/// A path that, where it changes, makes this run again.
fn watched(path: &Path) -> PathBuf {
    println!("cargo:rerun-if-changed={}", path.display());
    path.to_path_buf()
}

fn copy(from: &Path, to: &Path) -> Done {
    watched(from);
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).map_err(|error| format!("{}: {error}", from.display()))? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

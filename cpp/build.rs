//! The shared library's name is that of its interface: programs find it by that, whatever version brought it.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let name = match os.as_str() {
        "linux" | "android" | "freebsd" | "netbsd" | "openbsd" => "-Wl,-soname,libhyperparameter_c.so.1",
        "macos" => "-Wl,-install_name,@rpath/libhyperparameter_c.1.dylib",
        _ => return,
    };
    println!("cargo:rustc-cdylib-link-arg={name}");
}

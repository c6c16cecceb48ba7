//! Looks whether the web application is built; it never builds it.

use std::path::Path;

fn main() {
    let dist = Path::new("../../web/dist");
    println!("cargo:rerun-if-changed=build.rs");
    // A path that is missing would count as changed in every build: its folder changes when it appears.
    let watched = if dist.is_dir() { dist } else { Path::new("../../web") };
    println!("cargo:rerun-if-changed={}", watched.display());
    println!("cargo:rerun-if-env-changed=ACOPIO_REQUIRE_WEB");
    let is_required = std::env::var_os("ACOPIO_REQUIRE_WEB").is_some_and(|value| value == "1");
    let is_built = dist.join("index.html").is_file();
    assert!(is_built || !is_required, "web/dist/index.html is missing: run `cargo xtask web` first");
}

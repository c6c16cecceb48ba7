//! The import of nine months of a real wholesaler's trade, by the program's own client through a running server.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::context::Context;
use crate::figure::{Figure, Target, Value};
use crate::process;
use crate::product::Server;

/// Its profile, in the repository.
const PROFILE: &str = "examples/profiles/online-retail.toml";
/// Where the profile's warehouses are.
const WAREHOUSES: [&str; 4] = ["LON", "DUB", "MAD", "ROT"];

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let beside = root.join("../shared/data/online-retail.csv.gz");
    let file = context.retail.clone().or_else(|| beside.exists().then_some(beside));
    let Some(file) = file else {
        crate::progress::say("skipped: no file, name it with --retail");
        return Ok(Vec::new());
    };
    let folder = tempfile::tempdir_in(context.scratch.path()).context("cannot make a folder")?;
    let server = Server::start_with(&context.program, &folder.path().join("data"), &WAREHOUSES)?;
    let first = import(context, &server, &root.join(PROFILE), &file)?;
    let peak = server.memory()?.peak;
    let second = import(context, &server, &root.join(PROFILE), &file)?;
    server.stop()?;
    let name = "320,705 rows";
    Ok(vec![
        Figure::new(name, first).target(Target::AtMost(Value::Seconds(20.0))),
        Figure::new(format!("{name}, peak of the server's memory"), Value::Bytes(peak as f64))
            .target(Target::AtMost(Value::Bytes(300e6))),
        Figure::new(format!("{name} again, which posts nothing"), second),
    ])
}

fn import(context: &Context, server: &Server, profile: &PathBuf, file: &PathBuf) -> Result<Value> {
    let mut command = Command::new(&context.program);
    command.args(["--server", &format!("http://{}", server.address()), "import", "--profile"]);
    command.arg(profile).arg(file).env("ACOPIO_TOKEN", server.token());
    let start = Instant::now();
    process::output(&mut command)?;
    Ok(Value::time(start.elapsed()))
}

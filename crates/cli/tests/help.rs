//! What the program says about itself. `UPDATE_EXPECT=1` rewrites.

mod common;

use common::{Outcome, Scratch};
use expect_test::expect_file;

#[test]
fn the_help_is_as_it_was_agreed() {
    let scratch = Scratch::new();
    for command in ["", "serve", "hub", "adjust", "import", "export"] {
        let mut acopio = scratch.acopio();
        if !command.is_empty() {
            acopio.arg(command);
        }
        let help = Outcome::of(acopio.arg("--help").env("COLUMNS", "100"));
        assert_eq!(help.code(), 0, "{help:?}");
        let name = if command.is_empty() { "acopio" } else { command };
        expect_file![format!("golden/help-{name}.txt")].assert_eq(&help.stdout);
    }
}

#[test]
fn completions_know_the_commands() {
    let scratch = Scratch::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = Outcome::of(scratch.acopio().args(["completions", shell]));
        assert_eq!(script.code(), 0);
        assert!(script.stdout.contains("snooze"), "{shell}");
    }
}

//! A frame around what people must not overlook.

use console::{Alignment, measure_text_width, pad_str};

/// The lines in a frame.
pub(crate) fn framed(lines: &[String]) -> String {
    let width = lines.iter().map(|line| measure_text_width(line)).max().unwrap_or(0);
    let edge = "─".repeat(width + 2);
    let mut text = format!("╭{edge}╮\n");
    for line in lines {
        text.push_str(&format!("│ {} │\n", pad_str(line, width, Alignment::Left, None)));
    }
    text.push_str(&format!("╰{edge}╯\n"));
    text
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn a_frame_is_as_wide_as_its_longest_line() {
        expect![[r#"
            ╭─────────────╮
            │ usuario  Ñu │
            │             │
            ╰─────────────╯
        "#]]
        .assert_eq(&framed(&["usuario  Ñu".to_owned(), String::new()]));
    }
}

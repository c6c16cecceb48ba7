//! Relative links in Markdown point to files that are there. Links to the web are not followed.

use super::Violation;
use super::tree::Tree;

/// A page that sends its reader to a file that was moved has lost them.
pub(super) fn relative(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for page in tree.with_extension("md") {
        for (line, target) in links(&page.text) {
            let reason = match resolve(&page.path, &target) {
                Target::Elsewhere => continue,
                Target::Inside(path) if tree.exists(&path) => continue,
                Target::Inside(path) => format!("there is no {path}"),
                Target::Outside => format!("{target} leads out of the repository"),
            };
            violations.push(Violation { path: page.path.clone(), line, rule: "links", reason });
        }
    }
    violations
}

/// All link targets with their lines: `[text](target)`, images, and `[label]: target`. Code is left out.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut in_fence = false;
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let is_fence = ["```", "~~~"].iter().any(|fence| line.trim_start().starts_with(fence));
        if is_fence {
            in_fence = !in_fence;
        }
        if is_fence || in_fence {
            continue;
        }
        let prose = without_code_spans(line);
        let targets = inline_targets(&prose).into_iter().chain(definition(&prose));
        found.extend(targets.map(|target| (index + 1, target)));
    }
    found
}

/// Drops what stands between backticks. A lone backtick, as where a span goes on in the next line, is text.
fn without_code_spans(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    let closed = parts.len() - (parts.len() + 1) % 2;
    let prose = |(index, _): &(usize, &&str)| index % 2 == 0 || *index == closed;
    parts.iter().enumerate().filter(prose).map(|(_, part)| *part).collect()
}

fn inline_targets(line: &str) -> Vec<String> {
    line.match_indices("](").map(|(start, _)| target_at(&line[start + 2..])).collect()
}

/// The target of `[label]: target`, which is no footnote.
fn definition(line: &str) -> Option<String> {
    let (label, rest) = line.trim_start().strip_prefix('[')?.split_once("]:")?;
    (!label.starts_with('^') && !label.contains(']')).then(|| target_at(rest.trim_start()))
}

/// The target at the start of `text`: to the closing bracket or to a title, or what is between `<` and `>`.
fn target_at(text: &str) -> String {
    if let Some(bracketed) = text.strip_prefix('<') {
        return bracketed.split('>').next().unwrap_or_default().to_owned();
    }
    let mut open = 0;
    let ends = |c: char| {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        open < 0 || c.is_whitespace()
    };
    text.split(ends).next().unwrap_or_default().to_owned()
}

/// Where a link leads.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    /// To the web, an address, or a heading of the same page.
    Elsewhere,
    /// A path from the root of the repository.
    Inside(String),
    /// Above the root: nobody who clones the repository has that.
    Outside,
}

fn resolve(page: &str, target: &str) -> Target {
    let path = target.split(['#', '?']).next().unwrap_or_default();
    if path.is_empty() || path.starts_with("//") || has_scheme(path) {
        return Target::Elsewhere;
    }
    let (start, rest) = match path.strip_prefix('/') {
        Some(from_root) => ("", from_root),
        None => (page.rsplit_once('/').map_or("", |(folder, _)| folder), path),
    };
    let mut parts: Vec<&str> = start.split('/').filter(|part| !part.is_empty()).collect();
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return Target::Outside,
            ".." => {}
            name => parts.push(name),
        }
    }
    Target::Inside(parts.join("/"))
}

/// `https:`, `mailto:` and the like.
fn has_scheme(path: &str) -> bool {
    let is_scheme = |scheme: &str| scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    path.split_once(':').is_some_and(|(scheme, _)| !scheme.is_empty() && is_scheme(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(text: &str) -> Vec<String> {
        links(text).into_iter().map(|(line, target)| format!("{line} {target}")).collect()
    }

    #[test]
    fn links_of_every_form_are_found() {
        let text = "[a](one.md) and ![b](two.png \"title\")\n[c](<three four.md>) [d](five_(six).md)\n\n[e]: seven.md\n";
        let expected = ["1 one.md", "1 two.png", "2 three four.md", "2 five_(six).md", "4 seven.md"];
        assert_eq!(targets(text), expected);
    }

    #[test]
    fn code_and_footnotes_hold_no_links() {
        let text = "`[a](one.md)` then [b](two.md)\n```\n[c](three.md)\n```\n[^note]: text\na lone ` before [d](four.md)\n";
        assert_eq!(targets(text), ["1 two.md", "6 four.md"]);
    }

    #[test]
    fn targets_are_relative_to_their_page() {
        let inside = |path: &str| Target::Inside(path.to_owned());
        assert_eq!(resolve("docs/adr/0001-a.md", "../glossary.md#sku"), inside("docs/glossary.md"));
        assert_eq!(resolve("README.md", "./docs/"), inside("docs"));
        assert_eq!(resolve("docs/a.md", "/README.md"), inside("README.md"));
        assert_eq!(resolve("README.md", "../other/README.md"), Target::Outside);
        assert_eq!(resolve("README.md", "https://example.org/a.md"), Target::Elsewhere);
        assert_eq!(resolve("README.md", "mailto:someone@example.org"), Target::Elsewhere);
        assert_eq!(resolve("README.md", "#heading"), Target::Elsewhere);
    }

    #[test]
    fn a_link_to_nothing_is_refused_at_its_line() {
        let tree =
            Tree::of(&[("README.md", "one\n[a](docs/a.md) [b](docs/b.md) [c](docs)\n"), ("docs/a.md", "")]);
        let found = relative(&tree);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].to_string(), "README.md:2: links: there is no docs/b.md");
    }
}

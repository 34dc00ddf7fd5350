use postil_model::markdown::{self, DocumentKind};

use super::*;

#[test]
fn a_paragraph_that_comes_in_parts_is_copied_as_one() {
    let paragraph = vec!["words *and* more"; 2_000].join(" ");
    let text = format!("{paragraph}\n\nThe next one.\n");
    let parsed = markdown::parse(text.as_str().into(), DocumentKind::Markdown);
    assert!(parsed.blocks().len() > 5);
    let mut selection = Selection::default();
    selection.all(&parsed);
    let shown = paragraph.replace('*', "");
    assert_eq!(selection.plain(&parsed), format!("{shown}\nThe next one."));
}

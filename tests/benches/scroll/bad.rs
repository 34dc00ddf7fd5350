//! Documents that make readers stall.

/// What each is, its file's name, and its text.
pub(crate) fn documents() -> Vec<(&'static str, &'static str, String)> {
    let markdown = |(name, text)| (name, "document.md", text);
    let json = |(name, text)| (name, "document.json", text);
    let all = of_markdown().into_iter().map(markdown);
    all.chain(of_json().into_iter().map(json)).collect()
}

fn of_markdown() -> Vec<(&'static str, String)> {
    let n = |n: usize, line: &dyn Fn(usize) -> String| (0..n).map(line).collect::<String>();
    vec![
        (
            "100,000 list items",
            n(100_000, &|i| format!("- item {i}\n")),
        ),
        (
            "a table of 5,000 rows",
            "| a | b |\n|---|---|\n".to_owned() + &n(5_000, &|i| format!("| row {i} | *b* |\n")),
        ),
        ("a paragraph of 5 MB", "word ".repeat(1_000_000)),
        (
            "a line of 5 MB in code",
            format!("```\n{}\n```\n", "x ".repeat(2_500_000)),
        ),
        ("quotes 10,000 deep", format!("{}a\n", ">".repeat(10_000))),
        ("lists 10,000 deep", format!("{}a\n", "- ".repeat(10_000))),
        (
            "50,000 links",
            n(50_000, &|i| format!("[link {i}](a.md#b{i}) and\n")),
        ),
        (
            "20,000 footnotes",
            n(20_000, &|i| format!("Word[^{i}].\n\n"))
                + &n(20_000, &|i| format!("[^{i}]: Note.\n\n")),
        ),
        (
            "1,000 mermaid fences",
            n(1_000, &|i| {
                format!("```mermaid\ngraph TD\n  a{i} --> b\n```\n\n")
            }),
        ),
        (
            "200 code blocks of ten languages",
            n(200, &|i| {
                let language = [
                    "rust", "c++", "js", "sh", "sql", "go", "java", "toml", "yaml", "ts",
                ][i % 10];
                format!("```{language}\nlet a = {i}; // note\n```\n\n")
            }),
        ),
        (
            "2 MB of code in one block",
            format!(
                "```rust\n{}```\n",
                n(50_000, &|i| format!("let a = \"text {i}\"; /* note */\n"))
            ),
        ),
        ("1,000,000 short paragraphs", "a\n\n".repeat(1_000_000)),
    ]
}

fn of_json() -> Vec<(&'static str, String)> {
    let task = |i: usize| {
        let is_last = if i == 49_999 { "" } else { "," };
        format!(
            "  {{\n    \"id\": {i},\n    \"task\": \"Dig bed {i} by the wall\",\n    \"tags\": [\n      \"a\",\n      \"b\"\n    ],\n    \"notes\": {{\n      \"by\": \"Ada\",\n      \"text\": \"Something or other about it\"\n    }}\n  }}{is_last}\n"
        )
    };
    let tasks = (0..50_000).map(task).collect::<String>();
    let list = |n: usize, value: &str, end: &str| {
        let values = format!("{value},{end}").repeat(n - 1);
        format!("[{values}{value}]")
    };
    vec![
        ("10 MB of JSON", format!("[\n{tasks}]\n")),
        ("10 MB of JSON that breaks off", format!("[\n{tasks}")),
        ("JSON, 100,000 in a list", list(100_000, "\"a\"", "\n")),
        ("JSON, 2,000,000 in a line", list(2_000_000, "1234", "")),
        (
            "JSON, 10,000 deep",
            format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000)),
        ),
        (
            "JSON, a text of 5 MB",
            format!("{{\"a\": \"{}\"}}", "word \\n".repeat(700_000)),
        ),
    ]
}

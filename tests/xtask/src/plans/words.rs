//! The vocabulary of made-up plans.
//!
//! A template's `@x` is a slot: `@a` someone, `@o` a thing, `@p` several things, `@d` a date, `@n` a number,
//! `@i` an identifier, `@w` a short qualifier, `@c` inline code, `@l` a link, `@e` an emphasised word.

pub(super) const SOMEONE: &[&str] = &[
    "Ines",
    "Jonas",
    "Zoë",
    "Bartek",
    "Amina",
    "Søren",
    "Lucía",
    "Tomáš",
    "Mei",
    "Hakan",
    "the survey crew",
    "the night shift",
    "the working group",
    "the treasurer",
    "the printer",
    "our neighbour",
    "the council",
    "the reviewer",
    "the harbour office",
    "the whole team",
];

pub(super) const THING: &[&str] = &[
    "the tide table",
    "the seed catalogue",
    "the spare key",
    "the shared calendar",
    "the lantern inventory",
    "the second greenhouse",
    "the booking desk",
    "the old ledger",
    "the import script",
    "the price list",
    "the weekly letter",
    "the route map",
    "the sync queue",
    "the backup drive",
    "the label printer",
    "the water meter",
    "the insurance form",
    "the trial run",
    "the reading room",
    "the checklist",
    "the member directory",
    "the pilot week",
    "the schema",
    "the rollback",
    "the opening hours",
    "the oven schedule",
    "the repair bench",
    "the archive box",
    "the deposit rule",
    "the photo index",
];

pub(super) const THINGS: &[&str] = &[
    "volunteers",
    "crates",
    "receipts",
    "duplicate rows",
    "late returns",
    "open questions",
    "label rolls",
    "paper forms",
    "sensor readings",
    "translations",
    "reservations",
    "broken hinges",
    "stale entries",
    "test visitors",
    "shelf marks",
    "permits",
    "winter coats",
    "measurements",
    "letters",
    "minutes",
];

pub(super) const IDENTIFIERS: &[&str] = &[
    "ledger", "shelf", "tide", "crate", "booking", "member", "receipt", "route", "queue", "meter",
    "label", "season", "permit", "lantern", "deposit", "reading", "batch", "harbour", "basket",
    "kiln",
];

pub(super) const QUALIFIERS: &[&str] = &[
    "before the frost",
    "once a week",
    "without a second visit",
    "by hand at first",
    "at half the cost",
    "if the weather holds",
    "after closing time",
    "with the lights on",
    "twice over",
    "in the quiet season",
    "on a slow connection",
    "for one month only",
    "as agreed in spring",
    "until the roof is done",
];

pub(super) const EMPHASIS: &[&str] = &[
    "always",
    "never",
    "only once",
    "before lunch",
    "in writing",
    "not yet",
    "today",
    "on paper",
    "first",
];

pub(super) const TITLE_FIRST: &[&str] = &[
    "Moving",
    "Mending",
    "Opening",
    "Mapping",
    "Counting",
    "Sharing",
    "Reviving",
    "Printing",
    "Warming",
    "Lending",
    "Rewiring",
    "Sorting",
    "Restoring",
    "Planting",
];

pub(super) const TITLE_LAST: &[&str] = &[
    "the harbour library",
    "the night bakery",
    "the tide station",
    "the seed bank",
    "the lantern walk",
    "the village archive",
    "the ferry timetable",
    "the repair café",
    "the school orchard",
    "the bell tower",
    "the water ledger",
    "the winter market",
    "the print workshop",
    "the reading bus",
];

pub(super) const HEADINGS: &[&str] = &[
    "What we know",
    "What we do first",
    "Why not sooner",
    "Risks",
    "Open questions",
    "Costs and hours",
    "Who does what",
    "How we test it",
    "The dull parts",
    "Fallback",
    "Dates that matter",
    "Data model",
    "Rollout",
    "What changed",
    "Lessons so far",
    "Materials",
    "Definition of done",
    "Measurements",
    "Things we will not do",
    "The order of work",
    "After the pilot",
    "Numbers",
];

pub(super) const TOPICS: &[&str] = &[
    "survey",
    "inventory",
    "pilot",
    "rollout",
    "budget",
    "labels",
    "training",
    "import",
    "opening",
    "repairs",
    "letters",
    "wiring",
    "tests",
    "handover",
    "permits",
    "season",
    "storage",
    "timetable",
    "review",
    "interviews",
];

pub(super) const AREAS: &[&str] = &[
    "archive", "bakery", "council", "ferry", "garden", "harbour", "library", "market", "orchard",
    "school", "station", "workshop",
];

pub(super) const SENTENCES: &[&str] = &[
    "@a checks @o on @d and writes down what is missing.",
    "@o stays as it is until @a has counted all @n @p.",
    "We tried this @w, and @o came back with @n @p too many.",
    "If @o fails, @a falls back to paper, and nobody waits longer than @n minutes.",
    "The reason is simple: @p cost more than @o ever saved.",
    "@a asked whether @o could run @w; the answer is @l.",
    "Nothing depends on @o except @c, and that can be done @w.",
    "See @l for the longer story, and @l for the figures.",
    "Of @n @p, only a few were wrong, and @a corrected them @e.",
    "We keep @o @e, because @a will need it on @d.",
    "@a and @a share the work: one carries @p, the other watches @o.",
    "It takes about @n minutes to move @o, or half of that @w.",
    "Set `@i_@i` to `@n` and run it again; @o must not change.",
    "This is @e a promise, and @o is how we keep it.",
    "By @d, @o is either finished or dropped → no third way.",
    "The first count gave @n @p; the second, made @w, gave the same.",
    "~~@a brings @o on @d.~~ It was brought a week later, @w.",
    "There are two ways: leave @o alone, or replace it @w.",
    "Please ask @a before touching @o: it is older than it looks.",
    "More about `@i` at <https://example.org/@i/@n>, though the page is out of date.",
    "@p come in through @o, get a mark, and leave again @w.",
    "When @o is full, @a closes the door and counts @p until @d.",
];

pub(super) const TASKS: &[&str] = &[
    "Ask @a about @o",
    "Count the @p again, @w",
    "Move @o to its new place (@a, @d)",
    "Write @n labels for @o",
    "Read @l before the meeting",
    "Agree with @a on `@i_@i`",
    "Test @o @w with @n @p",
    "Print @o and hang it up",
    "Order @p: at least @n",
    "Tell @a what changed in @o",
    "Delete the copy of @o, **after** a look at @c",
    "Thank @a",
];

pub(super) const QUOTES: &[&str] = &[
    "I would rather have @o late than wrong.",
    "Nobody reads @o, but everybody misses it.",
    "Give me @n @p and a dry room, and it will be done.",
    "If it is not written down, @a did not promise it.",
];

/// A code block: its language and its lines. A literal `@` cannot occur in them.
pub(super) const CODE: &[(&str, &[&str])] = &[
    (
        "rust",
        &[
            "/// How many entries of the @i are still open.",
            "fn open_@i(entries: &[Entry]) -> usize {",
            "    let limit = @n;",
            "    entries.iter().filter(|entry| entry.@i < limit).count()",
            "}",
        ],
    ),
    (
        "python",
        &[
            "def @i_by_@i(rows, limit=@n):",
            "    found = {}",
            "    for row in rows[:limit]:",
            "        found.setdefault(row[\"@i\"], []).append(row)  # keeps their order",
            "    return found",
        ],
    ),
    (
        "bash",
        &[
            "set -euo pipefail",
            "for file in @i/*.csv; do",
            "  sort -u \"$file\" | head -n @n",
            "done",
        ],
    ),
    (
        "sql",
        &[
            "SELECT @i, count(*) AS n",
            "FROM @i",
            "WHERE season = @n AND returned IS NULL",
            "GROUP BY @i",
            "ORDER BY n DESC;",
        ],
    ),
    (
        "json",
        &[
            "{",
            "  \"@i\": @n,",
            "  \"@i_limit\": [@n, @n],",
            "  \"kept\": true",
            "}",
        ],
    ),
    (
        "toml",
        &["[@i]", "limit = @n", "name = \"@i-@i\"", "days = [@n, @n]"],
    ),
    (
        "yaml",
        &[
            "@i:",
            "  limit: @n",
            "  from: @i",
            "  steps:",
            "    - count",
            "    - label",
        ],
    ),
];

pub(super) const ALERTS: &[&str] = &["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"];

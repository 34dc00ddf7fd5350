//! What lists, quotes and notes are to a screen reader: nodes around the texts that are in them. They
//! are made only while somebody listens.

use egui::accesskit::Role;
use egui::{Id, Ui, UiBuilder};
use postil_model::markdown::{BlockKind, Level, Nest};

/// A node of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Node {
    /// The list that this item, and those after it, are in.
    List(Option<u32>),
    /// A nest of this number in its block.
    Nest(u32),
}

/// The nodes of a block that are open.
#[derive(Default)]
pub(super) struct Nodes {
    open: Vec<(Node, Ui)>,
}

impl Nodes {
    /// Where a piece with these levels is drawn. `block` names its block; the items of a list of the
    /// document itself are in a node that [`list`] makes.
    pub(super) fn enter<'u>(
        &'u mut self,
        ui: &'u mut Ui,
        block: Id,
        levels: &[Level],
    ) -> &'u mut Ui {
        if !is_heard(ui) {
            return ui;
        }
        let mut wanted = Vec::new();
        let mut outer = None;
        for level in levels {
            let is_item = matches!(level.nest, Nest::Item { .. });
            if is_item && outer.is_some() {
                wanted.push((Node::List(outer), Role::List, level.id));
            }
            wanted.push((Node::Nest(level.id), role(&level.nest), level.id));
            outer = Some(level.id);
        }
        let same = wanted.iter().zip(&self.open);
        let n_same = same.take_while(|(wanted, open)| wanted.0 == open.0).count();
        self.open.truncate(n_same);
        for (node, role, level) in wanted.into_iter().skip(n_same) {
            let id = block.with(("node", matches!(node, Node::List(_)), level));
            let builder = UiBuilder::new().scope_id(id).accessibility_role(role);
            let parent = self.open.last_mut().map_or(&mut *ui, |(_, parent)| parent);
            let child = parent.new_child(builder);
            self.open.push((node, child));
        }
        self.open.last_mut().map_or(ui, |(_, child)| child)
    }
}

/// Where a block is drawn: the items of one list in one node, which `list` holds between them.
pub(super) fn list<'u>(
    list: &'u mut Option<Ui>,
    ui: &'u mut Ui,
    kind: &BlockKind,
    index: usize,
) -> &'u mut Ui {
    let BlockKind::Item { is_first, .. } = kind else {
        *list = None;
        return ui;
    };
    if !is_heard(ui) {
        return ui;
    }
    if *is_first || list.is_none() {
        let id = ui.scope_id().with(("list", index));
        let builder = UiBuilder::new().scope_id(id);
        *list = Some(ui.new_child(builder.accessibility_role(Role::List)));
    }
    list.as_mut().unwrap_or(ui)
}

fn is_heard(ui: &Ui) -> bool {
    let node = ui.ctx().accesskit_node_builder(ui.unique_id(), |_| ());
    node.is_some()
}

fn role(nest: &Nest) -> Role {
    match nest {
        Nest::Item { .. } => Role::ListItem,
        Nest::Quote(None) => Role::Blockquote,
        Nest::Quote(Some(_)) => Role::Note,
        Nest::Footnote(_) => Role::DocFootnote,
        Nest::Definition => Role::Definition,
        Nest::Fold { .. } => Role::Details,
    }
}

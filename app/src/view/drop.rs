//! What a drop would do, said while something hovers over the window.

use std::path::PathBuf;

use egui::{Align2, Area, Id, LayerId, Order, RichText, Ui};
use lucide_icons::Icon;

use super::View;
use crate::fonts;
use crate::theme::space;

/// Covers the window while files hover over it.
pub(super) fn drop_ui(ui: &Ui, view: &View<'_>) {
    let hovered: Vec<Option<PathBuf>> = ui.input(|input| {
        input
            .raw
            .hovered_files
            .iter()
            .map(|file| file.path.clone())
            .collect()
    });
    if hovered.is_empty() {
        return;
    }
    let t = view.tokens;
    let layer = LayerId::new(Order::Foreground, Id::unique("drop"));
    let whole = ui.ctx().content_rect();
    let painter = ui.ctx().layer_painter(layer);
    painter.rect_filled(whole, 0.0, t.paper.gamma_multiply(0.9));
    let inner = whole.shrink(space::M);
    painter.rect_stroke(
        inner,
        14.0,
        egui::Stroke::new(2.0, t.accent),
        egui::StrokeKind::Inside,
    );
    let center = (Align2::CENTER_CENTER, egui::Vec2::ZERO);
    let area = Area::new(Id::unique("drop words"))
        .order(Order::Tooltip)
        .anchor(center.0, center.1);
    area.interactable(false)
        .fade_in(false)
        .show(ui.ctx(), |ui| {
            ui.set_width(whole.width() * 0.8);
            ui.vertical_centered(|ui| {
                ui.label(
                    RichText::new(Icon::FolderPlus.unicode())
                        .family(fonts::icons())
                        .size(40.0)
                        .color(t.accent),
                );
                let words = words(&hovered);
                ui.label(
                    RichText::new(words)
                        .family(fonts::semibold())
                        .size(20.0)
                        .color(t.ink_strong),
                );
                let promise = "Nothing is copied or changed";
                ui.label(RichText::new(promise).color(t.ink_soft));
            });
        });
}

/// What dropping these would do. Told by their names alone: the disk is not asked on this thread.
fn words(hovered: &[Option<PathBuf>]) -> String {
    let paths: Vec<&PathBuf> = hovered.iter().flatten().collect();
    let extension = |path: &PathBuf| path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let is_document = |path: &PathBuf| {
        extension(path).is_some_and(|e| ["md", "markdown", "mmd", "mermaid"].contains(&e.as_str()))
    };
    let name = |path: &PathBuf| {
        path.file_name().map_or_else(
            || path.display().to_string(),
            |n| n.to_string_lossy().into_owned(),
        )
    };
    match paths.as_slice() {
        [] => "Drop to open".to_owned(),
        [path] if is_document(path) => {
            format!("Drop to open “{}” and register its folder", name(path))
        }
        [path] => format!("Drop to register “{}” as a plan and open it", name(path)),
        paths => {
            let n_documents = paths.iter().filter(|path| is_document(path)).count();
            match (paths.len() - n_documents, n_documents) {
                (0, n) => format!("Drop to open {n} documents and register their folders"),
                (n, 0) => format!("Drop to register {n} folders as plans"),
                (n, _) => format!("Drop to register {n} folders, and those of the documents"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_drop_is_told_by_its_names() {
        let words = |paths: &[&str]| {
            super::words(
                &paths
                    .iter()
                    .map(|path| Some(path.into()))
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(
            words(&["/p/garden"]),
            "Drop to register “garden” as a plan and open it"
        );
        assert_eq!(
            words(&["/p/a.MD"]),
            "Drop to open “a.MD” and register its folder"
        );
        assert_eq!(
            words(&["/p/a", "/p/b"]),
            "Drop to register 2 folders as plans"
        );
        assert_eq!(super::words(&[None]), "Drop to open");
    }
}

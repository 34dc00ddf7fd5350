//! How the page is set: size, measure, leading and letters, changed while it is looked at.

use egui::{Popup, PopupCloseBehavior, RichText, Slider, Ui};
use lucide_icons::Icon;
use postil_model::{Page, Typeface};

use super::View;
use super::parts::icon_button;
use crate::command::UserCommand;
use crate::theme::{size, space};

/// The button and what it opens.
pub(super) fn page_button(ui: &mut Ui, view: &mut View<'_>) {
    let button = icon_button(ui, Icon::ALargeSmall, "How the page is set");
    Popup::menu(&button)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_width(260.0);
            let before = view.state.library.settings().page;
            let after = page_ui(ui, view, before);
            if after != before {
                view.ask(UserCommand::SetPage(after));
            }
        });
}

fn page_ui(ui: &mut Ui, view: &View<'_>, mut page: Page) -> Page {
    let t = view.tokens;
    ui.spacing_mut().slider_width = 170.0;
    ui.visuals_mut().widgets.inactive.bg_fill = t.line;
    let label = |ui: &mut Ui, text: &str| {
        let text = RichText::new(text).size(size::SMALL).color(t.ink_soft);
        ui.label(text).id
    };
    ui.horizontal(|ui| {
        for (typeface, name) in [(Typeface::Sans, "Sans"), (Typeface::Serif, "Serif")] {
            if ui
                .selectable_label(page.typeface == typeface, name)
                .clicked()
            {
                page.typeface = typeface;
            }
        }
    });
    ui.add_space(space::XS);
    let name = label(ui, "Text size");
    let sizes = Slider::new(&mut page.text_size, Page::TEXT_SIZES)
        .step_by(0.5)
        .fixed_decimals(1);
    ui.add(sizes).labelled_by(name);
    let name = label(ui, "Characters in a line");
    ui.add(Slider::new(&mut page.measure, Page::MEASURES))
        .labelled_by(name);
    let name = label(ui, "Line height");
    let heights = Slider::new(&mut page.line_height, Page::LINE_HEIGHTS)
        .step_by(0.05)
        .fixed_decimals(2);
    ui.add(heights).labelled_by(name);
    ui.add_space(space::XS);
    if ui.button("As usual").clicked() {
        page = Page::default();
    }
    page
}

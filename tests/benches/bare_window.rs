//! The floor of every bench with a window: eframe as Postil starts it, and one label.

use eframe::{NativeOptions, Renderer};
use egui::{CentralPanel, Event, ViewportBuilder};

fn main() -> eframe::Result {
    let options = NativeOptions {
        viewport: ViewportBuilder::default().with_inner_size([1_200.0, 800.0]),
        renderer: Renderer::Glow,
        dithering: false,
        ..Default::default()
    };
    let mut n_moves = 0;
    eframe::run_ui_native("bare window", options, move |ui, _| {
        CentralPanel::default().show(ui, |ui| {
            // Its only answer to an event, so that one frame from event to pixels can be timed.
            let has_moved = |event: &Event| matches!(event, Event::PointerMoved(_));
            n_moves += usize::from(ui.input(|input| input.events.iter().any(has_moved)));
            ui.label(format!(
                "One label, over which the pointer moved in {n_moves} frames"
            ));
        });
    })
}

//! Alerts: quotes with a name, an icon and a colour.

use egui::{Color32, Pos2, Rect, Ui, accesskit, pos2};
use lucide_icons::Icon;
use postil_model::markdown::Alert;

use super::block::Spot;
use super::marker::icon;
use super::prose::below;
use super::sheet::Sheet;

impl Sheet<'_> {
    /// The colour of the bar beside a quote.
    pub(super) fn bar_color(&self, alert: Option<Alert>) -> Color32 {
        match alert {
            None => self.t.line,
            Some(alert) => self.alert_color(alert),
        }
    }

    fn alert_color(&self, alert: Alert) -> Color32 {
        match alert {
            Alert::Note => self.t.accent,
            Alert::Tip => self.t.good,
            Alert::Important => self.t.important,
            Alert::Warning => self.t.warn,
            Alert::Caution => self.t.bad,
        }
    }

    /// The head line of an alert, and its height.
    pub(super) fn alert(
        &mut self,
        ui: &Ui,
        alert: Alert,
        at: Pos2,
        spot: &Spot,
        level: u32,
    ) -> f32 {
        let color = self.alert_color(alert);
        let sign = alert_icon(alert);
        let line_pt = self.set.line_pt;
        let icon_room = self.set.text_pt * 1.5;
        let middle = below(at, line_pt / 2.0);
        icon(ui, sign, middle, self.set.text_pt * 1.05, color);
        let galley = ui.painter().layout_no_wrap(
            alert.name().to_owned(),
            egui::FontId::new(self.set.text_pt, crate::fonts::semibold()),
            color,
        );
        let corner = pos2(at.x + icon_room, middle.y - galley.size().y / 2.0);
        let rect = Rect::from_min_size(corner, galley.size());
        ui.painter().galley(corner, galley, color);
        let id = spot.id.with(("alert", level));
        let response = ui.interact(rect, id, egui::Sense::hover());
        response
            .widget_info(|| egui::WidgetInfo::labeled(accesskit::Role::Label, true, alert.name()));
        line_pt + (line_pt * 0.12).round()
    }
}

fn alert_icon(alert: Alert) -> Icon {
    match alert {
        Alert::Note => Icon::Info,
        Alert::Tip => Icon::Lightbulb,
        Alert::Important => Icon::MessageSquareWarning,
        Alert::Warning => Icon::TriangleAlert,
        Alert::Caution => Icon::OctagonAlert,
    }
}

//! One dot per thing over time: when it was, and how long it took.

use super::{Palette, draw};
use crate::kit::text;
use plotters::prelude::*;

/// The plot: moments (milliseconds since 1970) and durations in milliseconds. The scale of durations is logarithmic: minutes
/// and days both have their place.
pub fn dots(size: (u32, u32), palette: Palette, (from, to): (i64, i64), points: &[(i64, i64)]) -> String {
    const LEAST: f64 = 60_000.0;
    let mut svg = String::new();
    let longest = points.iter().map(|point| point.1 as f64).fold(3_600_000.0, f64::max);
    draw(&mut svg, size, |area| {
        let mut chart = ChartBuilder::on(&area)
            .margin_top(8)
            .margin_right(16)
            .x_label_area_size(22)
            .y_label_area_size(52)
            .build_cartesian_2d(from..to.max(from + 1), (LEAST..longest * 1.5).log_scale())?;
        let label = ("Inter", 11).into_font().color(&palette.ink);
        chart
            .configure_mesh()
            .disable_x_mesh()
            .bold_line_style(palette.grid)
            .light_line_style(TRANSPARENT)
            .axis_style(palette.grid)
            .x_labels(4)
            .y_labels(4)
            .label_style(label)
            .x_label_formatter(&|ms| text::day(*ms))
            .y_label_formatter(&|ms| text::span(*ms as i64))
            .draw()?;
        let dot = |(at, long): &(i64, i64)| Circle::new((*at, (*long as f64).max(LEAST)), 4, palette.one.filled());
        chart.draw_series(points.iter().map(dot))?;
        Ok(())
    });
    svg
}

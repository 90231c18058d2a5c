//! One bar per day made of parts that stand on each other, the gravest at the bottom.

use super::{Palette, draw};
use crate::kit::text;
use plotters::prelude::*;

/// The plot: days (milliseconds since 1970) with their parts, which have the colours of `parts` from the bottom up.
pub fn stacked<const N: usize>(
    size: (u32, u32),
    palette: Palette,
    parts: [RGBColor; N],
    days: &[(i64, [u64; N])],
) -> String {
    let mut svg = String::new();
    let top = days.iter().map(|(_, values)| values.iter().sum::<u64>()).max().unwrap_or(0).max(1);
    draw(&mut svg, size, |area| {
        let mut chart = ChartBuilder::on(&area)
            .margin_top(8)
            .margin_right(8)
            .x_label_area_size(22)
            .y_label_area_size(36)
            .build_cartesian_2d(0.0..days.len().max(1) as f64, 0..top + top / 10 + 1)?;
        let label = ("Inter", 11).into_font().color(&palette.ink);
        chart
            .configure_mesh()
            .disable_x_mesh()
            .bold_line_style(palette.grid)
            .light_line_style(TRANSPARENT)
            .axis_style(palette.grid)
            .x_labels(6)
            .y_labels(4)
            .label_style(label)
            .x_label_formatter(&|at| days.get(*at as usize).map_or(String::new(), |day| text::day(day.0)))
            .y_label_formatter(&|n| text::count(*n))
            .draw()?;
        for (at, (_, values)) in days.iter().enumerate() {
            let mut base = 0;
            for (value, color) in values.iter().zip(&parts).filter(|(value, _)| **value > 0) {
                let (left, right) = (at as f64 + 0.14, at as f64 + 0.86);
                let bar = Rectangle::new([(left, base), (right, base + value)], color.filled());
                chart.draw_series([bar])?;
                base += value;
            }
        }
        Ok(())
    });
    svg
}

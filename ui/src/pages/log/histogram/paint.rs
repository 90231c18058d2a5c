//! The bars as SVG. Where they stand is what the buttons over them are laid out by: from the labels' width on, each as wide as
//! the others.

use super::buckets::Bucket;
use crate::kit::{plot::Palette, text};
use plotters::prelude::*;

/// Pixels for the labels on the left; `.days-over` begins there.
const LEFT: u32 = 56;
/// And for the days below.
const BELOW: u32 = 18;

/// The bars; those that are not chosen stand back.
pub fn bars(size: (u32, u32), palette: Palette, buckets: &[Bucket], chosen: Option<&[bool]>) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        if let Err(error) = paint(&area, palette, buckets, chosen) {
            leptos::logging::warn!("the days could not be drawn: {error}");
        }
    }
    svg
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn paint(
    area: &Area<'_>,
    palette: Palette,
    buckets: &[Bucket],
    chosen: Option<&[bool]>,
) -> Result<(), Box<dyn std::error::Error>> {
    let top = buckets.iter().map(|b| b.events).max().unwrap_or(0).max(1);
    let many = buckets.len().max(1);
    let mut chart = ChartBuilder::on(area)
        .margin_top(6)
        .x_label_area_size(BELOW)
        .y_label_area_size(LEFT)
        .build_cartesian_2d(0.0..many as f64, 0..top)?;
    let label = ("Inter", 11).into_font().color(&palette.ink);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(palette.grid)
        .light_line_style(TRANSPARENT)
        .axis_style(palette.grid)
        .x_labels(many.min(8))
        .y_labels(4)
        .label_style(label)
        .x_label_formatter(&|at| {
            let bucket = buckets.get(*at as usize);
            bucket.filter(|_| at.fract() == 0.0).map_or(String::new(), |b| super::utc_day(b.since))
        })
        .y_label_formatter(&|n| text::count(*n))
        .draw()?;
    // What is there at all is seen.
    let least = (top / 32).max(1);
    chart.draw_series(buckets.iter().enumerate().filter(|(_, b)| b.events > 0).map(|(at, bucket)| {
        let on = chosen.is_none_or(|chosen| chosen.get(at) == Some(&true));
        let color = if on { palette.one } else { palette.three };
        let gap = if many > 60 { 0.08 } else { 0.14 };
        let at = at as f64;
        Rectangle::new([(at + gap, 0), (at + 1.0 - gap, bucket.events.max(least))], color.filled())
    }))?;
    Ok(())
}

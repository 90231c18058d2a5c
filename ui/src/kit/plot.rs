//! Plots as SVG, drawn in the page by plotters. Colours come from the theme's tokens; a plot carries a one-line summary
//! for those who can't see it, and stands beside the table of its data.

mod squares;

pub use squares::{Mark, squares};

use super::grid::watch_size;
use leptos::{html, prelude::*};
use plotters::prelude::*;

mod dots;
mod picture;
mod shares;
mod stacked;
pub use dots::dots;
pub use picture::{Legend, picture};
pub use shares::{Share, height as shares_height, shares};
pub use stacked::stacked;

/// The theme's colours as plotters wants them.
#[derive(Clone, Copy, PartialEq)]
pub struct Palette {
    pub ink: RGBColor,
    pub grid: RGBColor,
    pub one: RGBColor,
    pub two: RGBColor,
    pub three: RGBColor,
}

impl Palette {
    /// Reads the tokens of the theme in force.
    pub fn of_theme() -> Self {
        Self {
            ink: token("--ink-3"),
            grid: token("--plot-grid"),
            one: token("--plot-1"),
            two: token("--plot-2"),
            three: token("--plot-3"),
        }
    }
}

/// A colour of the theme by its name.
pub fn token(name: &str) -> RGBColor {
    let style =
        document().document_element().and_then(|root| window().get_computed_style(&root).ok().flatten());
    let text = style.and_then(|s| s.get_property_value(name).ok()).unwrap_or_default();
    let channel = |at: usize| text.trim().get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
    match (channel(1), channel(3), channel(5)) {
        (Some(r), Some(g), Some(b)) => RGBColor(r, g, b),
        // A token that is not a plain hex colour: the middle grey is seen in every theme.
        _ => RGBColor(128, 128, 128),
    }
}

/// One line of a chart over time: its name and its points (milliseconds since 1970, value).
pub struct Series {
    pub color: RGBColor,
    pub points: Vec<(i64, u64)>,
}

/// Vertical bars, one per label, with the value above each.
pub fn columns(size: (u32, u32), palette: Palette, bars: &[(String, u64)]) -> String {
    let mut svg = String::new();
    let top = bars.iter().map(|b| b.1).max().unwrap_or(0).max(1);
    // A bar is at most 56 pixels wide; what is left of its share is gap.
    let gap = (size.0 / bars.len().max(1) as u32).saturating_sub(56).div_ceil(2).max(4);
    draw(&mut svg, size, |area| {
        let mut chart = ChartBuilder::on(&area)
            .margin_top(20)
            .x_label_area_size(24)
            .build_cartesian_2d((0..(bars.len() as i32 - 1).max(0)).into_segmented(), 0..top)?;
        let text = |size: i32| ("Inter", size).into_font().color(&palette.ink);
        chart
            .configure_mesh()
            .disable_mesh()
            .disable_y_axis()
            .axis_style(palette.grid)
            .set_all_tick_mark_size(4)
            .x_labels(bars.len())
            .x_label_style(text(11))
            .x_label_formatter(&|segment| match segment {
                SegmentValue::CenterOf(i) => bars.get(*i as usize).map_or(String::new(), |b| b.0.clone()),
                _ => String::new(),
            })
            .draw()?;
        chart.draw_series(bars.iter().enumerate().map(|(i, (_, value))| {
            let (left, right) = (SegmentValue::Exact(i as i32), SegmentValue::Exact(i as i32 + 1));
            let mut bar = Rectangle::new([(left, 0), (right, *value)], palette.one.filled());
            bar.set_margin(0, 0, gap, gap);
            bar
        }))?;
        let centred = text(11).pos(plotters::style::text_anchor::Pos::new(
            plotters::style::text_anchor::HPos::Center,
            plotters::style::text_anchor::VPos::Bottom,
        ));
        chart.draw_series(bars.iter().enumerate().map(|(i, (_, value))| {
            EmptyElement::at((SegmentValue::CenterOf(i as i32), *value))
                + Text::new(super::text::count(*value), (0, -4), centred.clone())
        }))?;
        Ok(())
    });
    svg
}

/// Two bars side by side per day, over days (milliseconds since 1970, left value, right value).
pub fn pairs(size: (u32, u32), palette: Palette, days: &[(i64, u64, u64)]) -> String {
    let mut svg = String::new();
    let top = days.iter().map(|d| d.1.max(d.2)).max().unwrap_or(0).max(1);
    draw(&mut svg, size, |area| {
        let mut chart = ChartBuilder::on(&area)
            .margin_top(8)
            .x_label_area_size(22)
            .y_label_area_size(36)
            .build_cartesian_2d(0.0..days.len().max(1) as f64, 0..top + top / 10 + 1)?;
        let text = ("Inter", 11).into_font().color(&palette.ink);
        chart
            .configure_mesh()
            .disable_x_mesh()
            .bold_line_style(palette.grid)
            .light_line_style(TRANSPARENT)
            .axis_style(palette.grid)
            .x_labels(6)
            .y_labels(4)
            .label_style(text)
            .x_label_formatter(&|at| days.get(*at as usize).map_or(String::new(), |d| super::text::day(d.0)))
            .y_label_formatter(&|n| super::text::count(*n))
            .draw()?;
        for (at, (_, left, right)) in days.iter().enumerate() {
            let at = at as f64;
            let bar = |from: f64, to: f64, n: u64, color: RGBColor| {
                Rectangle::new([(at + from, 0), (at + to, n)], color.filled())
            };
            chart.draw_series([bar(0.12, 0.48, *left, palette.one), bar(0.52, 0.88, *right, palette.two)])?;
        }
        Ok(())
    });
    svg
}

/// Lines over time.
pub fn lines(size: (u32, u32), palette: Palette, series: &[Series]) -> String {
    let all = || series.iter().flat_map(|s| s.points.iter());
    let (first, last) = (all().map(|p| p.0).min().unwrap_or(0), all().map(|p| p.0).max().unwrap_or(1));
    let top = all().map(|p| p.1).max().unwrap_or(0).max(1);
    let mut svg = String::new();
    draw(&mut svg, size, |area| {
        let mut chart = ChartBuilder::on(&area)
            .margin_top(8)
            .margin_right(16)
            .x_label_area_size(22)
            .y_label_area_size(44)
            .build_cartesian_2d(first..last.max(first + 1), 0..top + top / 10 + 1)?;
        let text = ("Inter", 11).into_font().color(&palette.ink);
        chart
            .configure_mesh()
            .disable_x_mesh()
            .bold_line_style(palette.grid)
            .light_line_style(TRANSPARENT)
            .axis_style(palette.grid)
            .x_labels(4)
            .y_labels(4)
            .label_style(text)
            .x_label_formatter(&|ms| {
                if last - first > 2 * 86_400_000 { super::text::day(*ms) } else { super::text::clock(*ms) }
            })
            .y_label_formatter(&|n| super::text::count(*n))
            .draw()?;
        for Series { color, points } in series {
            chart.draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)))?;
            chart.draw_series(points.iter().map(|p| Circle::new(*p, 2, color.filled())))?;
        }
        Ok(())
    });
    svg
}

type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Draws into text. A plot that can't be drawn (a degenerate size) stays empty: its table has the same facts.
fn draw(
    svg: &mut String,
    size: (u32, u32),
    paint: impl FnOnce(DrawingArea<SVGBackend<'_>, plotters::coord::Shift>) -> Drawn,
) {
    let area = SVGBackend::with_string(svg, size).into_drawing_area();
    if let Err(error) = paint(area) {
        leptos::logging::warn!("a plot could not be drawn: {error}");
    }
}

/// Shows a plot, drawn anew for the width it is given. `summary` says in one line what it shows.
#[component]
pub fn Plot(
    /// Draws the plot for a size in pixels.
    paint: impl Fn((u32, u32)) -> String + Send + Sync + 'static,
    /// Pixels.
    height: u32,
    #[prop(into)] summary: String,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let (width, unused) = (RwSignal::new(0.0_f64), RwSignal::new(0.0_f64));
    watch_size(frame, width, unused);
    let svg = Memo::new(move |_| match width.get() as u32 {
        0..100 => String::new(),
        width => paint((width, height)),
    });
    view! {
        <div class="plot" node_ref=frame role="img" aria-label=summary style:height=format!("{height}px") inner_html=move || svg.get()></div>
    }
}

//! Bins as a few SVG paths, one per tone: the document holds as many elements for 50,000 marks as for five.

use super::{
    Lane, Shape, Tone,
    bins::{Bin, STEP, bins},
    span::Span,
};
use std::fmt::Write;

/// Height of one lane in pixels.
pub const LANE: f64 = 34.0;
/// The middle of a shape, from the top of its lane.
const MIDDLE: f64 = 12.0;
/// The bottom of the bars that tell how many marks a place stands for.
const BASE: f64 = 33.0;
/// The tallest of those bars.
const TALLEST: f64 = 12.0;

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drawing {
    /// By lane.
    pub bins: Vec<Vec<Bin>>,
    /// By tone: the path of its shapes.
    pub shapes: Vec<String>,
    /// The path of the bars under places that stand for several marks.
    pub bars: String,
}

/// Draws the part of the lanes that is in sight.
pub fn draw(lanes: &[Lane], tones: &[Tone], span: Span, width: f64) -> Drawing {
    let rank = |tone: u8| tones.get(usize::from(tone)).map_or(0, |tone| tone.rank);
    let mut drawing =
        Drawing { bins: Vec::new(), shapes: vec![String::new(); tones.len()], bars: String::new() };
    for (at, lane) in lanes.iter().enumerate() {
        let found = bins(&lane.at, &lane.tone, span, width, rank);
        let top = at as f64 * LANE;
        for bin in &found {
            let tone = usize::from(bin.tone).min(tones.len().saturating_sub(1));
            if let (Some(path), Some(Tone { shape, .. })) = (drawing.shapes.get_mut(tone), tones.get(tone)) {
                shape.write(path, bin.x, top + MIDDLE);
            }
            if bin.count() > 1 {
                bar(&mut drawing.bars, bin, top + BASE);
            }
        }
        drawing.bins.push(found);
    }
    drawing
}

/// Taller with each doubling: two marks and two thousand both are to be told from their neighbours.
fn bar(path: &mut String, bin: &Bin, base: f64) {
    let height = ((bin.count() as f64).log2() * 1.4 + 1.0).clamp(2.0, TALLEST);
    let width = STEP - 2.0;
    let (x, y) = (bin.x - width / 2.0, base - height);
    // Writing into a String can't fail.
    let _ = write!(path, "M{x:.1},{y:.1}h{width}v{height:.1}h-{width}z");
}

impl Shape {
    fn write(self, path: &mut String, x: f64, y: f64) {
        // Writing into a String can't fail.
        let _ = match self {
            Self::Triangle => write!(path, "M{x:.1},{:.1}l4.8,8.8h-9.6z", y - 5.0),
            Self::Diamond => write!(path, "M{x:.1},{:.1}l4.8,4.8 -4.8,4.8 -4.8,-4.8z", y - 4.8),
            Self::Circle | Self::Ring => round(path, x, y, 3.8),
            Self::Dot => round(path, x, y, 2.2),
        };
    }
}

fn round(path: &mut String, x: f64, y: f64, r: f64) -> std::fmt::Result {
    write!(path, "M{:.1},{y:.1}a{r},{r} 0 1,0 {d},0a{r},{r} 0 1,0 -{d},0z", x - r, d = r * 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TONES: &[Tone] = &[
        Tone { key: "plain", word: "Plain", shape: Shape::Dot, rank: 0 },
        Tone { key: "high", word: "High", shape: Shape::Triangle, rank: 2 },
    ];

    #[test]
    fn what_is_drawn_does_not_grow_with_the_marks() {
        let at: Vec<i64> = (0..50_000).map(|n| n * 1_000).collect();
        let tone = (0..50_000).map(|n| u8::from(n % 700 == 0)).collect();
        let lane = Lane { label: "Session".into(), at, tone };
        let drawing = draw(&[lane], TONES, Span { from: 0.0, len: 50_000_000.0 }, 900.0);
        assert!(drawing.bins[0].len() <= 102);
        assert!(drawing.shapes.iter().map(String::len).sum::<usize>() < 10_000);
        assert!(drawing.shapes[1].matches('M').count() > 50, "the gravest of each place is seen");
        assert_eq!(drawing.bars.matches('M').count(), drawing.bins[0].len());
    }

    #[test]
    fn an_unknown_tone_is_drawn_as_the_last() {
        let lane = Lane { label: "L".into(), at: vec![5_000], tone: vec![9] };
        let drawing = draw(&[lane], TONES, Span { from: 0.0, len: 10_000.0 }, 100.0);
        assert!(drawing.shapes[1].starts_with("M50.0,"), "{drawing:?}");
    }
}

//! The look in numbers: text stands out from its ground in every theme, and the levels of risk stay apart for people who
//! see colours differently. Reads the tokens that the page is dressed with.

use palette::{IntoColor, LinSrgb, Oklab, Srgb, color_difference::Wcag21RelativeContrast};
use std::collections::HashMap;

const TOKENS: &str = include_str!("../ui/styles/tokens.css");
const THEMES: [&str; 3] = ["light", "dark", "contrast"];

/// Plain hex colours of one theme, by token.
fn theme(name: &str) -> HashMap<String, Srgb<f32>> {
    let selector = format!("[data-theme=\"{name}\"]");
    let (_, rest) = TOKENS.split_once(&selector).expect("the theme is there");
    let (_, body) = rest.split_once('{').expect("its block opens");
    let (body, _) = body.split_once('}').expect("its block closes");
    let declared = body.split(';').filter_map(|line| line.rsplit("*/").next()?.trim().split_once(':'));
    let colour = |(token, value): (&str, &str)| {
        Some((token.trim().to_owned(), value.trim().parse::<Srgb<u8>>().ok()?.into_format()))
    };
    let found: HashMap<_, _> = declared.filter_map(colour).collect();
    assert!(found.len() > 20, "{name}: only {} colours were read", found.len());
    found
}

#[test]
fn text_stands_out_in_every_theme() {
    let on_surfaces = ["--ink", "--ink-2", "--ink-3", "--accent-text", "--high-text", "--none-text"];
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for ground in ["--bg", "--surface", "--hover"] {
        pairs.extend(on_surfaces.map(|text| (text, ground)));
    }
    pairs.extend([
        ("--accent-ink", "--accent"),
        ("--accent-text", "--accent-soft"),
        ("--high-text", "--high-soft"),
        ("--medium-text", "--medium-soft"),
        ("--none-text", "--none-soft"),
        ("--ink", "--medium-soft"),
        ("--surface", "--ink"),
        ("--past-text", "--past-soft"),
        ("--surface", "--past"),
    ]);
    for name in THEMES {
        let colours = theme(name);
        for (text, ground) in &pairs {
            let contrast = colours[*text].relative_contrast(colours[*ground]);
            assert!(contrast >= 4.5, "{name}: {text} on {ground} is {contrast:.2}:1, below 4.5:1");
        }
    }
}

#[test]
fn shapes_and_focus_stand_out_in_every_theme() {
    for name in THEMES {
        let colours = theme(name);
        for shape in ["--high", "--medium", "--low", "--none", "--focus", "--plot-1", "--pass", "--fail"] {
            let contrast = colours[shape].relative_contrast(colours["--surface"]);
            assert!(contrast >= 3.0, "{name}: {shape} is {contrast:.2}:1, below 3:1");
        }
    }
}

/// What people without one kind of cone see (Machado, Oliveira and Fernandes 2009, severity 1), on linear RGB.
const SIGHT: [(&str, [[f32; 3]; 3]); 4] = [
    ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protan",
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    ),
    (
        "deutan",
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    ),
    (
        "tritan",
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
    ),
];

fn seen(colour: Srgb<f32>, [r, g, b]: [[f32; 3]; 3]) -> Oklab {
    let lin: LinSrgb<f32> = colour.into_linear();
    let mix = |row: [f32; 3]| (row[0] * lin.red + row[1] * lin.green + row[2] * lin.blue).clamp(0.0, 1.0);
    LinSrgb::new(mix(r), mix(g), mix(b)).into_color()
}

#[test]
fn levels_of_risk_stay_apart_for_every_sight() {
    let levels = ["--high", "--medium", "--low", "--none"];
    for name in THEMES {
        let colours = theme(name);
        for (sight, matrix) in SIGHT {
            for (i, a) in levels.iter().enumerate() {
                for b in &levels[i + 1..] {
                    let (x, y) = (seen(colours[*a], matrix), seen(colours[*b], matrix));
                    let far = ((x.l - y.l).powi(2) + (x.a - y.a).powi(2) + (x.b - y.b).powi(2)).sqrt();
                    // About four times what is just noticed side by side; the shape and the word tell the rest.
                    assert!(far >= 0.08, "{name}, {sight}: {a} and {b} are only {far:.3} apart");
                }
            }
        }
    }
}

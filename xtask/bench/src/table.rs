//! A report as tables for a person.

mod log;
mod posture;

use crate::report::{Pages, Report, Sync};
use std::fmt::{Display, Formatter, Result};

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "\n{} build, {}, {} cores\n", self.build, self.system, self.cores)?;
        if self.build == "debug" {
            writeln!(f, "Numbers of a debug build mean nothing.\n")?;
        }
        writeln!(f, "A first sync, up to the snapshot that the pages open with")?;
        let titles =
            "devices|CPU ÷ floor|client|fetch|insert|wall ÷ floor|client|peak|peak with the log|file";
        line(f, 0, titles.split('|'))?;
        for sync in &self.sync {
            line(f, 0, sync_cells(sync))?;
        }
        for pages in &self.pages {
            pages_table(f, pages)?;
        }
        if let Some(growth) = &self.growth {
            writeln!(f, "\nGrowth from {} to {} devices", growth.from, growth.to)?;
            line(f, 32, ["", "rows", "whole answer"])?;
            for grown in &growth.shapes {
                line(f, 32, [grown.shape, &times(grown.rows), &times(grown.answer)])?;
            }
        }
        let start = &self.start;
        writeln!(
            f,
            "\nCold start with {} devices, no network: {} ms to the first page with all counts (p95 {} ms)",
            start.devices, start.core_ms.p50, start.core_ms.p95
        )?;
        writeln!(
            f,
            "Bare open and {} rows: {} ms; ratio {}\n",
            crate::shapes::PAGE,
            start.bare_ms.p50,
            times(start.ratio)
        )?;
        self.posture.fmt(f)?;
        self.log.fmt(f)
    }
}

fn sync_cells(sync: &Sync) -> [String; 10] {
    let seconds = |seconds: f64| format!("{seconds} s");
    let mib = |mib: f64| format!("{mib} MiB");
    [
        sync.devices.to_string(),
        times(sync.cpu_ratio),
        seconds(sync.client_cpu_s),
        seconds(sync.fetch_cpu_s),
        seconds(sync.insert_cpu_s),
        times(sync.wall_ratio),
        seconds(sync.client_wall_s),
        mib(sync.peak_mib),
        mib(sync.whole_peak_mib),
        format!("{} MiB", sync.file_bytes >> 20),
    ]
}

fn pages_table(f: &mut Formatter<'_>, pages: &Pages) -> Result {
    writeln!(
        f,
        "\nFirst pages of {} devices, milliseconds (median, p95) and ratios of medians",
        pages.devices
    )?;
    let titles = "|answer|p95|rows|counts|SQL rows|SQL counts|indexed SQL rows|answer ÷ SQL|rows ÷ SQL|rows ÷ indexed SQL";
    line(f, 32, titles.split('|'))?;
    for shape in &pages.shapes {
        line(
            f,
            32,
            [
                shape.shape,
                &shape.answer_ms.p50.to_string(),
                &shape.answer_ms.p95.to_string(),
                &shape.rows_ms.p50.to_string(),
                &shape.counts_ms.p50.to_string(),
                &shape.sql_rows_ms.p50.to_string(),
                &shape.sql_counts_ms.p50.to_string(),
                &shape.indexed_rows_ms.map_or("–".to_owned(), |times| times.p50.to_string()),
                &times(shape.answer_ratio),
                &times(shape.rows_ratio),
                &times(shape.indexed_rows_ratio),
            ],
        )?;
    }
    let (order, ratio) = (pages.new_order_ms, times(pages.new_order_ratio));
    writeln!(
        f,
        "An order not asked for lately: {} ms (p95 {} ms), {ratio} the SQL that sorts",
        order.p50, order.p95
    )
}

fn times(ratio: Option<f64>) -> String {
    ratio.map_or("–".to_owned(), |ratio| format!("{ratio} ×"))
}

/// The first cell is at least `first` wide and stands left, the others stand right.
fn line<S: AsRef<str>>(f: &mut Formatter<'_>, first: usize, cells: impl IntoIterator<Item = S>) -> Result {
    for (at, cell) in cells.into_iter().enumerate() {
        match at {
            0 => write!(f, "{:<1$}", cell.as_ref(), first.max(10))?,
            _ => write!(f, " {:>1$}", cell.as_ref(), 12)?,
        }
    }
    writeln!(f)
}

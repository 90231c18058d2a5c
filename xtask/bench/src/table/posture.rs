//! What was found of the posture lab, for a person.

use super::{line, times};
use crate::report::Posture;
use std::fmt::{Display, Formatter, Result};

impl Display for Posture {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let (lint, matrix) = (&self.lint, &self.matrix);
        writeln!(f, "\nLinting, milliseconds of CPU in a new process (median, p95)")?;
        line(f, 32, ["", "median", "p95"])?;
        for (what, took) in [
            ("the catalogue", lint.catalogue_ms),
            ("a first check, with it", lint.first_with_catalogue_ms),
            ("another check", lint.another_ms),
        ] {
            line(f, 32, [what, &took.p50.to_string(), &took.p95.to_string()])?;
        }
        writeln!(
            f,
            "\nQueries over {} states of up to {} bytes of JSON, seconds, and how many times faster than Python",
            matrix.devices, matrix.bytes_per_state
        )?;
        line(
            f,
            32,
            "|passing|Python|cache|faster|JSON lines|faster|Python alone|run alone|faster".split('|'),
        )?;
        for row in &matrix.rows {
            line(
                f,
                32,
                [
                    row.check,
                    &row.passes.to_string(),
                    &row.python_cpu_s.to_string(),
                    &row.cache_cpu_s.to_string(),
                    &times(row.faster_from_cache),
                    &row.lines_cpu_s.to_string(),
                    &times(row.faster_from_lines),
                    &row.python_alone_s.to_string(),
                    &row.alone_s.to_string(),
                    &times(row.faster_from_memory),
                ],
            )?;
        }
        let all = [matrix.faster_from_cache, matrix.faster_from_lines, matrix.faster_from_memory].map(times);
        writeln!(
            f,
            "All together: {} from the cache, {} from the same lines, {} alone",
            all[0], all[1], all[2]
        )?;
        writeln!(
            f,
            "Peak memory: {} MiB with {} states, {} MiB with {}\n",
            matrix.small_peak_mib,
            matrix.devices / 10,
            matrix.peak_mib,
            matrix.devices
        )
    }
}

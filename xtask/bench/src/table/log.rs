//! What was found of the log, for a person.

use super::{line, times};
use crate::report::Log;
use std::fmt::{Display, Formatter, Result};

impl Display for Log {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "\nThe log, {} events of {} bytes of JSON", self.events, self.json_bytes_per_event)?;
        writeln!(
            f,
            "CPU ÷ floor {}, the cache's part of it ÷ insert {} (client {} s, fetch {} s, insert {} s; wall {} s), peak {} MiB",
            times(self.cpu_ratio),
            times(self.put_ratio),
            self.client_cpu_s,
            self.fetch_cpu_s,
            self.insert_cpu_s,
            self.client_wall_s,
            self.peak_mib
        )?;
        writeln!(
            f,
            "{} MiB per million events, {} of them JSON, which is kept in {} of its size; the plain table takes {}\n",
            self.mib_per_million,
            self.raw_mib_per_million,
            times(self.kept_part),
            self.plain_mib_per_million
        )?;
        line(f, 28, "a first page, ms|rows|p50|p95|SQL p50|SQL p95|p95 ÷ SQL|count".split('|'))?;
        for shape in &self.shapes {
            let sql = |of: fn(crate::stats::Times) -> f64| {
                shape.sql_ms.map_or("–".to_owned(), |s| of(s).to_string())
            };
            line(
                f,
                28,
                [
                    shape.shape.as_str(),
                    &shape.rows.to_string(),
                    &shape.page_ms.p50.to_string(),
                    &shape.page_ms.p95.to_string(),
                    &sql(|s| s.p50),
                    &sql(|s| s.p95),
                    &times(shape.p95_ratio),
                    &shape.count_ms.to_string(),
                ],
            )?;
        }
        writeln!(f)
    }
}

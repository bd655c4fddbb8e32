//! `series.parquet`: one row per second and series, `t, series, labels, value`.

use std::io::Write;
use std::sync::Arc;

use parquet::column::writer::ColumnWriter;
use parquet::basic::Compression;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::metrics::recording::Recording;
use crate::plan::{Statistic, Test};
use crate::verdict::statistics::Merged;

const SCHEMA: &str = "
message series {
  REQUIRED DOUBLE t;
  REQUIRED BYTE_ARRAY series (STRING);
  REQUIRED BYTE_ARRAY labels (STRING);
  REQUIRED DOUBLE value;
}";

/// Rows of one group are held in memory.
const ROWS_A_GROUP: usize = 100_000;

/// What a distribution is written as, a row a slice each.
const STATISTICS: [(&str, Statistic); 6] = [
    ("p50", Statistic::P50),
    ("p95", Statistic::P95),
    ("p99", Statistic::P99),
    ("p999", Statistic::P999),
    ("max", Statistic::Max),
    ("count", Statistic::Count),
];

#[derive(Default)]
struct Rows {
    t: Vec<f64>,
    series: Vec<ByteArray>,
    labels: Vec<ByteArray>,
    value: Vec<f64>,
}

/// Series in order of their names, each in order of time. `t` is seconds from the start of the test, values are in base units.
/// `labels` is empty, or `executor=3` for an instance of a metric declared `by executor`.
pub fn write<W: Write + Send>(test: &Test, recording: &Recording, to: W) -> Result<()> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("scalec {}", env!("CARGO_PKG_VERSION")))
        .build();
    let mut writer = SerializedFileWriter::new(to, schema, Arc::new(properties))?;
    let mut rows = Rows::default();
    for (key, samples) in &recording.series {
        let labels = key.instance.as_ref().map(|instance| {
            let by = test.metrics.iter().find(|m| m.name == key.name).and_then(|m| m.by.as_deref()).unwrap_or("instance");
            format!("{by}={instance}")
        });
        let (series, labels) = (text(&key.name), text(labels.as_deref().unwrap_or_default()));
        for &(t, value) in samples {
            rows.push(t, &series, &labels, value, &mut writer)?;
        }
    }
    let none = text("");
    for (name, slices) in &recording.distributions {
        let merged: Vec<(f64, Merged)> = slices.iter().map(|s| (s.from, Merged::of([s]))).collect();
        for (statistic, which) in STATISTICS {
            let series = text(&format!("{name}.{statistic}"));
            for (t, merged) in &merged {
                if let Some(value) = merged.statistic(which) {
                    rows.push(*t, &series, &none, value, &mut writer)?;
                }
            }
        }
    }
    rows.flush(&mut writer)?;
    writer.close()?;
    Ok(())
}

fn text(text: &str) -> ByteArray {
    ByteArray::from(text.as_bytes().to_vec())
}

impl Rows {
    fn push<W: Write + Send>(
        &mut self,
        t: f64,
        series: &ByteArray,
        labels: &ByteArray,
        value: f64,
        writer: &mut SerializedFileWriter<W>,
    ) -> Result<()> {
        self.t.push(t);
        self.series.push(series.clone());
        self.labels.push(labels.clone());
        self.value.push(value);
        if self.t.len() >= ROWS_A_GROUP { self.flush(writer) } else { Ok(()) }
    }

    fn flush<W: Write + Send>(&mut self, writer: &mut SerializedFileWriter<W>) -> Result<()> {
        if self.t.is_empty() {
            return Ok(());
        }
        let mut group = writer.next_row_group()?;
        let mut column = 0;
        while let Some(mut next) = group.next_column()? {
            match (next.untyped(), column) {
                (ColumnWriter::DoubleColumnWriter(writer), 0) => writer.write_batch(&self.t, None, None)?,
                (ColumnWriter::ByteArrayColumnWriter(writer), 1) => writer.write_batch(&self.series, None, None)?,
                (ColumnWriter::ByteArrayColumnWriter(writer), 2) => writer.write_batch(&self.labels, None, None)?,
                (ColumnWriter::DoubleColumnWriter(writer), 3) => writer.write_batch(&self.value, None, None)?,
                _ => return Err(ParquetError::General(format!("column {column} is not what the schema says"))),
            };
            next.close()?;
            column += 1;
        }
        group.close()?;
        *self = Rows::default();
        Ok(())
    }
}

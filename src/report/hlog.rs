//! `latency.hlog`: an HdrHistogram V2 interval log that HdrHistogram's own readers take (nanoseconds; the column of maxima in milliseconds).

use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use hdrhistogram::Histogram;
use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::IntervalLogWriterBuilder;

use crate::metrics::recording::{DistributionSlice, Recording};

/// Decimal digits a value keeps; the recorder's own buckets are a fifth of a percent wide.
const DIGITS: u8 = 3;
/// Nanoseconds in the unit of the column of maxima, as HdrHistogram's own writer has it.
const NS_A_MS: f64 = 1e6;

/// One interval per slice of `latency` that has records, untagged: a reader that adds them up has the whole run.
pub fn write<W: Write>(recording: &Recording, run_id: &str, mut to: W) -> io::Result<()> {
    let started = started(recording.started_at_ns);
    let mut serializer = V2DeflateSerializer::new();
    let mut log = IntervalLogWriterBuilder::new()
        .add_comment(&format!("scalec run {run_id}: latency from the intended time to the acknowledgement, nanoseconds"))
        .with_start_time(started)
        .with_base_time(started)
        .with_max_value_divisor(NS_A_MS)
        .begin_log_with(&mut to, &mut serializer)?;
    let slices = recording.distributions.get("latency").map(Vec::as_slice).unwrap_or_default();
    for slice in slices.iter().filter(|s| !s.buckets.is_empty()) {
        let histogram = histogram(slice).map_err(io::Error::other)?;
        let length = Duration::from_secs_f64((slice.to - slice.from).max(0.0));
        log.write_histogram(&histogram, Duration::from_secs_f64(slice.from.max(0.0)), length, None)
            .map_err(|error| io::Error::other(format!("{error:?}")))?;
    }
    Ok(())
}

fn started(ns: i128) -> SystemTime {
    SystemTime::UNIX_EPOCH + u64::try_from(ns).map(Duration::from_nanos).unwrap_or_default()
}

/// With the exact maximum of the slice.
fn histogram(slice: &DistributionSlice) -> Result<Histogram<u64>, String> {
    let mut histogram = Histogram::<u64>::new(DIGITS).map_err(|e| e.to_string())?;
    let last = slice.buckets.len() - 1;
    for (i, &(value, count)) in slice.buckets.iter().enumerate() {
        let exact = i == last && slice.max > value;
        histogram.record_n(value, count - u64::from(exact)).map_err(|e| e.to_string())?;
        if exact {
            histogram.record(slice.max).map_err(|e| e.to_string())?;
        }
    }
    Ok(histogram)
}

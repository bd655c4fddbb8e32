//! Files to measure with.

/// Events, mixes and tests as people write them, again and again, to about this many lines; with one mistake in each block where wanted.
pub fn long_file(lines: usize, mistakes: bool) -> String {
    let mut text = String::from("target clicks = kafka {\n  brokers    = \"embedded\"\n  topic      = \"clicks\"\n  partitions = 4\n}\n\n");
    text += "pipeline stream {\n  reads    = clicks\n  group    = \"stream\"\n  capacity = 90_000/s\n}\n";
    let mut block = 0;
    while text.lines().count() < lines {
        // Ten or so lines a mistake.
        let rate = if mistakes { "MB/s" } else { "/s" };
        text += &format!(
            r#"
## Somebody looked at page {block}.
event viewed_{block} {{
  key = user

  field id   = uuid()
  field at   = now()
  field user = zipf(1..=100_000, 1.1)
  field page = choice {{ 60% "/home", 30% "/cart", 10% "/checkout" }}
}}

let usual_{block} = 1_000/s

test "number {block}" {{
  seed = {block}

  send viewed_{block} to clicks

  phase steady = hold usual_{block} for 10m
  phase burst  = ramp usual_{block} to 3_000/s over 1m
  phase calm   = hold 500{rate} for 10m
  phase drain  = pause for 1m

  expect latency.p99 < 250{unit} during steady
  expect stream.lag < 1_000   within 5m after burst
  expect errors.ratio < 0.1%  always
}}
"#,
            unit = if mistakes { "MB" } else { "ms" },
        );
        if mistakes {
            text += &format!("\nlet nowhere_{block} = nothing_{block} * 2\n");
        }
        block += 1;
    }
    text
}

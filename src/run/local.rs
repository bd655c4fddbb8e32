//! `--local`: the broker inside scalec instead of every Kafka cluster, so that any scenario can be tried on a laptop.

use crate::plan::{Kafka, PipelineId, PipelineInput, Plan, Security, TargetKind, Test, TextValue};

/// The literal that means the broker inside scalec.
pub const EMBEDDED: &str = "embedded";

pub fn localize(plan: &mut Plan) {
    for kafka in plan.tests.iter_mut().flat_map(|t| &mut t.targets).filter_map(|t| match &mut t.kind {
        TargetKind::Kafka(kafka) => Some(kafka),
        _ => None,
    }) {
        kafka.brokers = TextValue::Literal(EMBEDDED.into());
        kafka.security = Security {
            protocol: "plaintext".into(),
            mechanism: None,
            username: None,
            password: None,
            ca: None,
            certificate: None,
            key: None,
        };
        // Settings of the real cluster's client, addresses and credentials among them, mean nothing here; how records are laid out stays.
        kafka.client.retain(|(key, _)| key == "partitioner");
    }
}

/// Whether stand-ins take the place of this pipeline: everything it reads, directly or through other pipelines, comes from the broker inside.
pub fn is_stood_in(test: &Test, pipeline: PipelineId) -> bool {
    fn inside(test: &Test, pipeline: PipelineId, depth: usize) -> bool {
        let Some(p) = test.pipelines.get(pipeline) else { return false };
        depth < test.pipelines.len().max(1)
            && !p.reads.is_empty()
            && p.reads.iter().all(|input| match input {
                PipelineInput::Target(target) => {
                    matches!(test.targets.get(*target).map(|t| &t.kind), Some(TargetKind::Kafka(kafka)) if is_embedded(kafka))
                }
                PipelineInput::Pipeline(other) => inside(test, *other, depth + 1),
            })
    }
    inside(test, pipeline, 0)
}

pub fn is_embedded(kafka: &Kafka) -> bool {
    matches!(&kafka.brokers, TextValue::Literal(text) if text == EMBEDDED)
}

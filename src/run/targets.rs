//! The targets of a test as drivers: settings resolved, clusters looked at, the broker inside started where one is wanted.

use super::guard::{self, Consent};
use super::local::is_embedded;
use super::pipelines::Endpoint;
use super::prepare::not_here;
use super::values::{self, Environment};
use crate::drivers::Driver;
use crate::drivers::embedded::Embedded;
use crate::drivers::file;
use crate::drivers::kafka::admin::{self, Wanted};
use crate::drivers::kafka::config::{Acks, Secret, Security, Settings};
use crate::drivers::kafka::producer;
use crate::drivers::null::Null;
use crate::plan::{self, Target, TargetId, TargetKind, Test, TextValue};
use crate::units::Exact;
use num_traits::ToPrimitive;
use std::path::PathBuf;
use std::time::Duration;

/// All targets of one test, by `TargetId`.
pub struct Targets {
    pub drivers: Vec<Box<dyn Driver>>,
    /// Of Kafka targets.
    pub endpoints: Vec<Option<Endpoint>>,
    /// Of file targets: the path, and whether it is rotated.
    pub files: Vec<(TargetId, PathBuf, bool)>,
    /// What the user should know, though the run goes on.
    pub warnings: Vec<String>,
    /// Outlives drivers and stand-ins.
    pub embedded: Option<Embedded>,
}

/// Whether any phase sends to this target; what is only written by a pipeline is not sent to.
pub fn is_sent_to(test: &Test, target: TargetId) -> bool {
    let active = test.phases.iter().flat_map(|p| &p.sends).filter_map(|s| test.sends.get(*s));
    active.into_iter().any(|s| s.targets.contains(&target))
}

/// Reaches every target. The error is a whole message.
pub fn open(test: &Test, consent: &Consent, environment: &dyn Environment) -> Result<Targets, String> {
    let mut all = Targets { drivers: Vec::new(), endpoints: Vec::new(), files: Vec::new(), warnings: Vec::new(), embedded: None };
    for (id, target) in test.targets.iter().enumerate() {
        match &target.kind {
            TargetKind::Kafka(kafka) => all.kafka(target, kafka, consent, environment)?,
            // The file that a pipeline writes to is its own: it is not made anew.
            TargetKind::File { .. } if !is_sent_to(test, id) => {
                all.drivers.push(Box::new(Null));
                all.endpoints.push(None);
            }
            TargetKind::File { path, rotate, .. } => {
                let path = PathBuf::from(text(path, environment)?);
                all.files.push((id, path.clone(), rotate.is_some()));
                all.drivers.push(Box::new(file::File::new(file::Settings { path, rotate: *rotate, envelope: true })));
                all.endpoints.push(None);
            }
            TargetKind::Null => {
                all.drivers.push(Box::new(Null));
                all.endpoints.push(None);
            }
            TargetKind::Other { kind } => return Err(format!("target `{}` is of kind {kind}, which is not sent to yet", target.name)),
        }
    }
    Ok(all)
}

impl Targets {
    fn kafka(&mut self, target: &Target, kafka: &plan::Kafka, consent: &Consent, environment: &dyn Environment) -> Result<(), String> {
        let mut settings = settings(kafka, environment)?;
        let mut partitions = kafka.partitions as i32;
        if is_embedded(kafka) {
            let broker = match &mut self.embedded {
                Some(broker) => broker,
                none => none.insert(Embedded::start(1)?),
            };
            broker.create_topic(&settings.topic, kafka.partitions)?;
            settings.brokers = broker.bootstrap().to_string();
        } else {
            let wanted =
                Wanted { target: &target.name, brokers: &settings.brokers, topic: &settings.topic, partitions, create: kafka.create };
            // A tunnel on this machine can lead to a cluster on others: what the cluster says of itself counts.
            let may = |hosts: &[String], id: Option<&str>| {
                let named = format!("{},{}", settings.brokers, hosts.join(","));
                match guard::strangers(&named, consent).first() {
                    Some(stranger) if !id.is_some_and(|id| consent.allow.contains(id)) => Err(not_here(&target.name, stranger)),
                    _ => Ok(()),
                }
            };
            let found = admin::preflight(&settings.connection(), &wanted, &may)?;
            partitions = found.partitions;
            self.warnings.extend(found.warning);
        }
        self.endpoints.push(Some(Endpoint { config: settings.connection(), topic: (settings.topic.clone(), partitions) }));
        self.drivers.push(Box::new(producer::Kafka::new(settings)));
        Ok(())
    }
}

fn text(value: &TextValue, environment: &dyn Environment) -> Result<String, String> {
    values::resolve(value, environment).map(|r| r.reveal().to_string())
}

fn settings(kafka: &plan::Kafka, environment: &dyn Environment) -> Result<Settings, String> {
    let optional = |value: &Option<TextValue>| value.as_ref().map(|v| text(v, environment)).transpose();
    let s = &kafka.security;
    let duration = |seconds: Exact| Duration::from_secs_f64(seconds.to_f64().unwrap_or(0.0).max(0.0));
    let mut client = Vec::new();
    for (key, value) in &kafka.client {
        client.push((key.clone(), Secret(text(value, environment)?)));
    }
    Ok(Settings {
        brokers: text(&kafka.brokers, environment)?,
        topic: text(&kafka.topic, environment)?,
        acks: match kafka.acks {
            plan::Acks::None => Acks::None,
            plan::Acks::Leader => Acks::Leader,
            plan::Acks::All => Acks::All,
        },
        compression: kafka.compression.clone(),
        linger: kafka.linger.map(duration),
        batch: kafka.batch,
        idempotent: kafka.idempotent,
        security: Security {
            protocol: s.protocol.clone(),
            mechanism: s.mechanism.clone(),
            username: optional(&s.username)?,
            password: optional(&s.password)?.map(Secret),
            ca: optional(&s.ca)?,
            certificate: optional(&s.certificate)?,
            key: optional(&s.key)?,
        },
        client,
        max_record: Some(kafka.max_record),
        retry: kafka.retry.map(|(from, to)| (duration(from), duration(to))),
    })
}

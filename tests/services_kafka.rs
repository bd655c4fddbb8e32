//! The broker the other tests rely on, proven by itself: nothing of scalec takes part.
#![cfg(feature = "engine")]

mod support;

use support::kafka::Kafka;

#[test]
fn what_kcat_writes_is_read_back_whole() {
    let Some(kafka) = Kafka::start() else { return };
    let topic = kafka.fresh_topic("whole", 3);
    let records: Vec<(String, String)> = (0..100)
        .map(|k| (format!("key-{}", k % 7), format!("{{\"k\": {k}}}")))
        .collect();
    kafka.produce(
        &topic,
        &records
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect::<Vec<_>>(),
    );
    kafka.kcat_with_input(
        &[
            "-P",
            "-t",
            &topic,
            "-H",
            "scale-run=r1",
            "-H",
            "scale-seq=100",
        ],
        "last\n",
    );

    let read = kafka.read(&topic);
    assert_eq!(kafka.end_offsets(&topic).iter().sum::<u64>(), 101);
    let mut got: Vec<_> = read
        .iter()
        .filter_map(|r| Some((r.key.clone()?, r.payload.clone()?)))
        .collect();
    let mut sent = records;
    got.sort();
    sent.sort();
    assert_eq!(got, sent);
    let last = read
        .iter()
        .find(|r| r.payload.as_deref() == Some("last"))
        .expect("the record with headers");
    assert_eq!(last.key, None);
    assert_eq!(
        last.headers,
        [
            ("scale-run".to_owned(), "r1".to_owned()),
            ("scale-seq".to_owned(), "100".to_owned())
        ]
    );
}

#[test]
fn a_group_lags_by_what_it_has_not_consumed() {
    let Some(kafka) = Kafka::start() else { return };
    let topic = kafka.fresh_topic("lag", 1);
    kafka.produce(
        &topic,
        &[("a", "1"), ("a", "2"), ("a", "3"), ("a", "4"), ("a", "5")],
    );
    assert_eq!(
        kafka
            .consume_as_group("lag-group", &topic, 2)
            .lines()
            .collect::<Vec<_>>(),
        ["1", "2"]
    );
    assert_eq!(kafka.group_lag("lag-group", &topic), 3);
    kafka.set_group_offset("lag-group", &topic, 0, 4);
    assert_eq!(kafka.group_lag("lag-group", &topic), 1);
}

#[test]
fn a_cluster_outlives_a_killed_node() {
    let Some(kafka) = Kafka::start_cluster(3) else {
        return;
    };
    let topic = kafka.fresh_topic("killed", 3);
    kafka.produce(&topic, &[("a", "before")]);
    kafka.kill_broker(2);
    kafka.produce(
        &topic,
        &[("a", "without"), ("b", "without"), ("c", "without")],
    );
    kafka.restart();
    kafka.produce(&topic, &[("a", "after")]);
    assert_eq!(kafka.read(&topic).len(), 5);
}

#[test]
fn tls_and_every_mechanism_let_in_who_may() {
    let Some(kafka) = Kafka::start_sasl() else {
        return;
    };
    let topic = kafka.fresh_topic("secure", 1);
    let (user, password) = kafka.user("PLAIN");
    let (ca, user, password) = (
        format!("ssl.ca.location={}", kafka.ca().display()),
        format!("sasl.username={user}"),
        format!("sasl.password={password}"),
    );
    for listener in ["sasl_ssl", "sasl_plaintext"] {
        let protocol = format!("security.protocol={listener}");
        let settings = [
            "-X",
            &protocol,
            "-X",
            &ca,
            "-X",
            "sasl.mechanism=PLAIN",
            "-X",
            &user,
            "-X",
            &password,
        ];
        // The last `-b` counts.
        kafka.kcat_with_input(
            &[
                &["-b", kafka.listener(listener), "-P", "-t", &topic],
                &settings[..],
            ]
            .concat(),
            "in\n",
        );
    }
    kafka.kcat_with_input(
        &[
            "-b",
            kafka.listener("ssl"),
            "-P",
            "-t",
            &topic,
            "-X",
            "security.protocol=ssl",
            "-X",
            &ca,
        ],
        "in\n",
    );
    assert_eq!(kafka.read(&topic).len(), 3);
    // SCRAM with Kafka's own tool: the librdkafka in Debian's kcat is too old for Kafka 4 (see tests/services/kafka/README.md).
    for mechanism in ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] {
        assert!(
            kafka
                .tool_as(mechanism, "topics", &["--list"])
                .lines()
                .any(|line| line == topic),
            "{mechanism}"
        );
    }
}

//! The broker inside: librdkafka's mock cluster, in this process, on loopback.

use std::ffi::{CStr, CString, c_char};
use std::ptr;
use std::sync::Mutex;

use rdkafka_sys::bindings as ffi;

/// Bytes a partition keeps before it drops its eldest records without a word (librdkafka 2.12: 5 MiB, and we stay clear of the edge).
pub const PARTITION_KEEPS: u64 = 4 * 1024 * 1024;

/// A cluster that lives as long as this value.
pub struct Embedded {
    client: *mut ffi::rd_kafka_t,
    cluster: *mut ffi::rd_kafka_mock_cluster_t,
    bootstrap: String,
    topics: Mutex<Vec<(String, u32)>>,
}

// SAFETY: the mock cluster takes commands through a queue of its own thread; the handle is destroyed once.
unsafe impl Send for Embedded {}
unsafe impl Sync for Embedded {}

impl Embedded {
    pub fn start(brokers: u32) -> Result<Embedded, String> {
        let mut text = [0 as c_char; 512];
        // SAFETY: librdkafka calls with NUL-terminated strings and a buffer of the stated size; the configuration belongs to the client
        // once rd_kafka_new succeeds; the mock cluster belongs to the client.
        unsafe {
            let conf = ffi::rd_kafka_conf_new();
            let number = CString::new(brokers.max(1).to_string()).unwrap_or_default();
            let set = ffi::rd_kafka_conf_set(conf, c"test.mock.num.brokers".as_ptr(), number.as_ptr(), text.as_mut_ptr(), text.len());
            if set != ffi::rd_kafka_conf_res_t::RD_KAFKA_CONF_OK {
                ffi::rd_kafka_conf_destroy(conf);
                return Err(problem(&text));
            }
            ffi::rd_kafka_conf_set_log_cb(conf, Some(silent));
            let client = ffi::rd_kafka_new(ffi::rd_kafka_type_t::RD_KAFKA_PRODUCER, conf, text.as_mut_ptr(), text.len());
            if client.is_null() {
                ffi::rd_kafka_conf_destroy(conf);
                return Err(problem(&text));
            }
            let cluster = ffi::rd_kafka_handle_mock_cluster(client);
            if cluster.is_null() {
                ffi::rd_kafka_destroy(client);
                return Err(problem(&text));
            }
            // Or the first consumer of a group waits three seconds.
            ffi::rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 0);
            let bootstrap = CStr::from_ptr(ffi::rd_kafka_mock_cluster_bootstraps(cluster)).to_string_lossy().into_owned();
            Ok(Embedded { client, cluster, bootstrap, topics: Mutex::new(Vec::new()) })
        }
    }

    /// `host:port,…`, on loopback.
    pub fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    /// Idempotent for a topic that is there with as many partitions.
    pub fn create_topic(&self, name: &str, partitions: u32) -> Result<(), String> {
        let mut topics = self.topics.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match topics.iter().find(|t| t.0 == name) {
            Some((_, there)) if *there == partitions => return Ok(()),
            Some((_, there)) => {
                return Err(format!("topic \"{name}\" is wanted with {partitions} partitions and, by another target, with {there}: give both the same number"));
            }
            None => {}
        }
        let c = CString::new(name).map_err(|_| "a topic's name cannot hold a NUL character".to_string())?;
        // SAFETY: a live cluster and a NUL-terminated name.
        let code = unsafe { ffi::rd_kafka_mock_topic_create(self.cluster, c.as_ptr(), partitions as i32, 1) };
        if code != ffi::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
            // SAFETY: any code has a static text.
            let why = unsafe { CStr::from_ptr(ffi::rd_kafka_err2str(code)) }.to_string_lossy().into_owned();
            return Err(format!("the embedded broker cannot create topic \"{name}\" with {partitions} partitions: {why}"));
        }
        topics.push((name.to_string(), partitions));
        Ok(())
    }

    /// Takes a broker (from 1) off the net or back, for tests of failures.
    pub fn set_up(&self, broker: i32, up: bool) {
        // SAFETY: a live cluster; an unknown id is answered with an error.
        unsafe {
            if up {
                ffi::rd_kafka_mock_broker_set_up(self.cluster, broker);
            } else {
                ffi::rd_kafka_mock_broker_set_down(self.cluster, broker);
            }
        }
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.cluster = ptr::null_mut();
        // SAFETY: created in `start`, destroyed here only; takes the mock cluster with it.
        unsafe { ffi::rd_kafka_destroy(self.client) };
    }
}

unsafe extern "C" fn silent(_: *const ffi::rd_kafka_t, _: i32, _: *const c_char, _: *const c_char) {}

fn problem(text: &[c_char]) -> String {
    let bytes: Vec<u8> = text.iter().take_while(|c| **c != 0).map(|c| *c as u8).collect();
    format!("the embedded broker does not start: {}", String::from_utf8_lossy(&bytes))
}

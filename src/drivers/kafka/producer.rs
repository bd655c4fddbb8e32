//! Kafka's producer, on librdkafka's C interface: no allocation of ours per record, answers in batches from its event queue.

use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rdkafka_sys::bindings as ffi;
use rdkafka_sys::{rd_kafka_resp_err_t as Code, rd_kafka_vtype_t as Part};

use super::config::Settings;
use crate::drivers::{Completions, Driver, Health, Record, Submit, Token};

/// With no broker connected and nothing answered for this long, the target counts as gone: a run must end within 30 s.
const GONE: Duration = Duration::from_secs(15);

/// A first answer of the cluster is waited for so long.
const CONNECT: Duration = Duration::from_secs(5);

const HEADER: &CStr = c"scalec";

pub struct Kafka {
    settings: Settings,
    client: Option<Client>,
}

struct Client {
    raw: Arc<Raw>,
    shared: Arc<Shared>,
    poller: Mutex<Option<JoinHandle<()>>>,
}

/// The C objects. librdkafka's own are safe to use from any thread.
struct Raw {
    producer: *mut ffi::rd_kafka_t,
    topic: *mut ffi::rd_kafka_topic_t,
    queue: *mut ffi::rd_kafka_queue_t,
}

// SAFETY: librdkafka's handles are internally synchronized; they are destroyed once, when the last Arc goes.
unsafe impl Send for Raw {}
unsafe impl Sync for Raw {}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: created in `start`, destroyed here only, in librdkafka's order: queues and topics before their client.
        unsafe {
            ffi::rd_kafka_queue_destroy(self.queue);
            ffi::rd_kafka_topic_destroy(self.topic);
            ffi::rd_kafka_destroy(self.producer);
        }
    }
}

/// A counter on cache lines of its own: one is the pacer's, the other the poller's.
#[repr(align(128))]
struct Apart(AtomicU64);

struct Shared {
    stop: AtomicBool,
    taken: Apart,
    answered: Apart,
    health: Mutex<Connection>,
}

/// What is known of the way to the cluster.
struct Connection {
    fatal: Option<String>,
    /// What librdkafka said last.
    reason: Option<String>,
    connected: bool,
    /// Since when nothing was answered although no broker is connected and records wait.
    silent_since: Option<Instant>,
    answered: u64,
}

impl Shared {
    fn health(&self) -> std::sync::MutexGuard<'_, Connection> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unanswered(&self) -> u64 {
        // In this order: an answer never comes before its record was counted as taken.
        let answered = self.answered.0.load(Ordering::Acquire);
        self.taken.0.load(Ordering::Acquire).saturating_sub(answered)
    }
}

impl Kafka {
    pub fn new(settings: Settings) -> Kafka {
        Kafka { settings, client: None }
    }

    fn open(settings: &Settings) -> Result<Raw, String> {
        let topic = CString::new(settings.topic.as_str()).map_err(|_| "a topic's name cannot hold a NUL character".to_string())?;
        let mut text = [0 as c_char; 512];
        // SAFETY: plain calls of librdkafka with valid, NUL-terminated strings and a buffer of the stated size; the configuration
        // belongs to the client once rd_kafka_new succeeds, and to us (to be destroyed) before.
        unsafe {
            let conf = ffi::rd_kafka_conf_new();
            for (key, value) in settings.producer_properties() {
                let (Ok(k), Ok(v)) = (CString::new(key.as_str()), CString::new(value)) else {
                    ffi::rd_kafka_conf_destroy(conf);
                    return Err(format!("the client setting \"{key}\" holds a NUL character"));
                };
                let done = ffi::rd_kafka_conf_set(conf, k.as_ptr(), v.as_ptr(), text.as_mut_ptr(), text.len());
                if done != ffi::rd_kafka_conf_res_t::RD_KAFKA_CONF_OK {
                    ffi::rd_kafka_conf_destroy(conf);
                    return Err(format!("librdkafka refuses the client setting \"{key}\": {}", words(text.as_ptr())));
                }
            }
            let events = ffi::RD_KAFKA_EVENT_DR | ffi::RD_KAFKA_EVENT_ERROR | ffi::RD_KAFKA_EVENT_STATS;
            ffi::rd_kafka_conf_set_events(conf, events);
            ffi::rd_kafka_conf_set_log_cb(conf, Some(silent));
            let producer = ffi::rd_kafka_new(ffi::rd_kafka_type_t::RD_KAFKA_PRODUCER, conf, text.as_mut_ptr(), text.len());
            if producer.is_null() {
                ffi::rd_kafka_conf_destroy(conf);
                return Err(format!("librdkafka refuses the settings: {}", words(text.as_ptr())));
            }
            let handle = ffi::rd_kafka_topic_new(producer, topic.as_ptr(), ptr::null_mut());
            if handle.is_null() {
                ffi::rd_kafka_destroy(producer);
                return Err(format!("librdkafka refuses the topic \"{}\"", settings.topic));
            }
            Ok(Raw { producer, topic: handle, queue: ffi::rd_kafka_queue_get_main(producer) })
        }
    }
}

/// Makes connections and the topic's partitions known before the first record, or its latency would be that of a handshake. What cannot be
/// reached now shows as the run goes on: whether the cluster is there at all has been asked before.
fn connect(raw: &Raw) {
    let mut found: *const ffi::rd_kafka_metadata = ptr::null();
    // SAFETY: live handles; on success the answer is ours to destroy.
    unsafe {
        let code = ffi::rd_kafka_metadata(raw.producer, 0, raw.topic, &mut found, CONNECT.as_millis() as i32);
        if code != Code::RD_KAFKA_RESP_ERR_NO_ERROR || found.is_null() {
            return;
        }
        let several = (*found).broker_cnt > 1;
        ffi::rd_kafka_metadata_destroy(found);
        if several {
            // The others connect meanwhile; nothing tells when they have.
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

/// librdkafka's log goes nowhere: what matters comes as an error event, and a run's output is its own.
unsafe extern "C" fn silent(_: *const ffi::rd_kafka_t, _: i32, _: *const c_char, _: *const c_char) {}

/// # Safety
/// `text` is NUL-terminated or null.
unsafe fn words(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: by contract.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// What a code means, for counting: `message timed out`.
fn kind(code: Code) -> String {
    match code {
        Code::RD_KAFKA_RESP_ERR__MSG_TIMED_OUT => return "message timed out".into(),
        Code::RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE => return "record too large".into(),
        Code::RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC | Code::RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART => return "unknown topic".into(),
        _ => {}
    }
    // SAFETY: the function takes any code and returns a static text.
    let text = unsafe { words(ffi::rd_kafka_err2str(code)) };
    text.trim_start_matches("Local: ").trim_start_matches("Broker: ").to_lowercase()
}

impl Driver for Kafka {
    fn kind(&self) -> &'static str {
        "kafka"
    }

    fn start(&mut self, completions: Arc<dyn Completions>) -> Result<(), String> {
        let raw = Arc::new(Kafka::open(&self.settings)?);
        let shared = Arc::new(Shared {
            stop: AtomicBool::new(false),
            taken: Apart(AtomicU64::new(0)),
            answered: Apart(AtomicU64::new(0)),
            health: Mutex::new(Connection { fatal: None, reason: None, connected: false, silent_since: None, answered: 0 }),
        });
        let (r, s) = (Arc::clone(&raw), Arc::clone(&shared));
        let poller = std::thread::Builder::new()
            .name("kafka answers".into())
            .spawn(move || Poller { raw: r, shared: s, completions, acked: Vec::with_capacity(BATCH), failed: Vec::new() }.run())
            .map_err(|e| format!("cannot start a thread: {e}"))?;
        connect(&raw);
        self.client = Some(Client { raw, shared, poller: Mutex::new(Some(poller)) });
        Ok(())
    }

    fn submit(&self, record: &Record) -> Submit {
        let Some(client) = &self.client else { return Submit::Failed("not started".into()) };
        let part = |vtype, u| ffi::rd_kafka_vu_s { vtype, u };
        let mem = |bytes: &[u8]| ffi::rd_kafka_vu_s__bindgen_ty_1 {
            mem: ffi::rd_kafka_vu_s__bindgen_ty_1__bindgen_ty_1 { ptr: bytes.as_ptr() as *mut c_void, size: bytes.len() },
        };
        let header = ffi::rd_kafka_vu_s__bindgen_ty_1__bindgen_ty_2 {
            name: HEADER.as_ptr(),
            val: record.identity.as_ptr().cast(),
            size: record.identity.len() as isize,
        };
        let parts = [
            part(Part::RD_KAFKA_VTYPE_RKT, ffi::rd_kafka_vu_s__bindgen_ty_1 { rkt: client.raw.topic }),
            part(Part::RD_KAFKA_VTYPE_MSGFLAGS, ffi::rd_kafka_vu_s__bindgen_ty_1 { i: ffi::RD_KAFKA_MSG_F_COPY }),
            part(Part::RD_KAFKA_VTYPE_VALUE, mem(record.payload)),
            part(Part::RD_KAFKA_VTYPE_OPAQUE, ffi::rd_kafka_vu_s__bindgen_ty_1 { ptr: record.token.0 as usize as *mut c_void }),
            part(Part::RD_KAFKA_VTYPE_TIMESTAMP, ffi::rd_kafka_vu_s__bindgen_ty_1 { i64_: record.timestamp }),
            part(Part::RD_KAFKA_VTYPE_HEADER, ffi::rd_kafka_vu_s__bindgen_ty_1 { header }),
            part(Part::RD_KAFKA_VTYPE_KEY, mem(record.key.unwrap_or_default())),
        ];
        let count = if record.key.is_some() { parts.len() } else { parts.len() - 1 };
        // Before the record can be answered.
        client.shared.taken.0.fetch_add(1, Ordering::AcqRel);
        // SAFETY: the parts point at buffers that live through the call; MSG_F_COPY makes librdkafka copy the payload, and it copies keys
        // and headers always. The token travels as an integer and is never followed.
        let error = unsafe { ffi::rd_kafka_produceva(client.raw.producer, parts.as_ptr(), count) };
        if error.is_null() {
            return Submit::Queued;
        }
        client.shared.taken.0.fetch_sub(1, Ordering::AcqRel);
        // SAFETY: a non-null error is ours to read and to destroy.
        let code = unsafe {
            let code = ffi::rd_kafka_error_code(error);
            ffi::rd_kafka_error_destroy(error);
            code
        };
        match code {
            Code::RD_KAFKA_RESP_ERR__QUEUE_FULL => Submit::Full,
            code => Submit::Failed(kind(code)),
        }
    }

    fn make_room(&self) {
        std::thread::sleep(Duration::from_micros(50));
    }

    fn unanswered(&self) -> u64 {
        self.client.as_ref().map_or(0, |c| c.shared.unanswered())
    }

    fn health(&self) -> Health {
        let Some(client) = &self.client else { return Health::Ok };
        let waiting = client.shared.unanswered();
        let answered = client.shared.answered.0.load(Ordering::Acquire);
        let mut c = client.shared.health();
        if let Some(fatal) = &c.fatal {
            return Health::Broken(format!("topic \"{}\" at {}: {fatal}", self.settings.topic, self.settings.brokers));
        }
        if c.connected || waiting == 0 || answered != c.answered {
            c.answered = answered;
            c.silent_since = None;
            return Health::Ok;
        }
        let since = *c.silent_since.get_or_insert_with(Instant::now);
        if since.elapsed() < GONE {
            return Health::Ok;
        }
        let reason = c.reason.as_deref().map(|r| format!(" ({r})")).unwrap_or_default();
        Health::Broken(format!(
            "no broker of {} can be reached any more{reason}; {waiting} records wait for an answer. Check that the brokers run and can be reached from here",
            self.settings.brokers
        ))
    }

    fn finish(&self, limit: Duration) {
        let Some(client) = &self.client else { return };
        let deadline = Instant::now() + limit;
        while client.shared.unanswered() > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            // A target that is gone is not waited for to the end.
            if left.is_zero() || self.health() != Health::Ok {
                break;
            }
            // Sends what lingers at once; the poller takes the answers.
            // SAFETY: a plain call on a live client.
            unsafe { ffi::rd_kafka_flush(client.raw.producer, left.min(Duration::from_millis(100)).as_millis() as i32) };
        }
        client.stop();
    }
}

impl Client {
    /// When it returns, no more answers are passed on.
    fn stop(&self) {
        self.shared.stop.store(true, Ordering::Release);
        let poller = self.poller.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(poller) = poller {
            let _ = poller.join();
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.stop();
        if self.shared.unanswered() > 0 {
            // Or destroying the client would wait for them.
            // SAFETY: a plain call on a live client.
            unsafe { ffi::rd_kafka_purge(self.raw.producer, ffi::RD_KAFKA_PURGE_F_QUEUE | ffi::RD_KAFKA_PURGE_F_INFLIGHT) };
        }
    }
}

const BATCH: usize = 1_024;

/// Takes librdkafka's events and passes answers on.
struct Poller {
    raw: Arc<Raw>,
    shared: Arc<Shared>,
    completions: Arc<dyn Completions>,
    acked: Vec<Token>,
    failed: Vec<(Code, Token)>,
}

impl Poller {
    fn run(mut self) {
        while !self.shared.stop.load(Ordering::Acquire) {
            // SAFETY: a live queue; a non-null event is ours until destroyed.
            unsafe {
                let event = ffi::rd_kafka_queue_poll(self.raw.queue, 50);
                if event.is_null() {
                    continue;
                }
                match ffi::rd_kafka_event_type(event) {
                    ffi::RD_KAFKA_EVENT_DR => self.answers(event),
                    ffi::RD_KAFKA_EVENT_ERROR => self.error(event),
                    ffi::RD_KAFKA_EVENT_STATS => self.statistics(event),
                    _ => {}
                }
                ffi::rd_kafka_event_destroy(event);
            }
        }
    }

    /// # Safety
    /// `event` is a live delivery report.
    unsafe fn answers(&mut self, event: *mut ffi::rd_kafka_event_t) {
        loop {
            // SAFETY: messages are valid until the event is destroyed.
            let message = unsafe { ffi::rd_kafka_event_message_next(event) };
            if !message.is_null() {
                // SAFETY: as above; `_private` is the token that `submit` put there.
                let (code, token) = unsafe { ((*message).err, Token((*message)._private as usize as u64)) };
                if code == Code::RD_KAFKA_RESP_ERR_NO_ERROR {
                    self.acked.push(token);
                } else {
                    self.failed.push((code, token));
                }
            }
            if self.acked.len() >= BATCH || message.is_null() {
                if !self.acked.is_empty() {
                    self.completions.acked(&self.acked);
                    self.shared.answered.0.fetch_add(self.acked.len() as u64, Ordering::AcqRel);
                    self.acked.clear();
                }
                self.pass_failures();
            }
            if message.is_null() {
                return;
            }
        }
    }

    fn pass_failures(&mut self) {
        while let Some(&(code, _)) = self.failed.first() {
            let of_code: Vec<Token> = self.failed.iter().filter(|f| f.0 == code).map(|f| f.1).collect();
            self.failed.retain(|f| f.0 != code);
            self.completions.failed(&kind(code), &of_code);
            self.shared.answered.0.fetch_add(of_code.len() as u64, Ordering::AcqRel);
        }
    }

    /// # Safety
    /// `event` is a live error event.
    unsafe fn error(&self, event: *mut ffi::rd_kafka_event_t) {
        // SAFETY: by contract.
        let (code, text) = unsafe { (ffi::rd_kafka_event_error(event), words(ffi::rd_kafka_event_error_string(event))) };
        let mut connection = self.shared.health();
        match code {
            Code::RD_KAFKA_RESP_ERR__FATAL => {
                let mut buffer = [0 as c_char; 512];
                // SAFETY: a live client and a buffer of the stated size.
                let why = unsafe {
                    ffi::rd_kafka_fatal_error(self.raw.producer, buffer.as_mut_ptr(), buffer.len());
                    words(buffer.as_ptr())
                };
                connection.fatal = Some(if why.is_empty() { text } else { why });
            }
            Code::RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN => connection.connected = false,
            _ => connection.reason = Some(text),
        }
    }

    /// Once a second: is any broker connected?
    ///
    /// # Safety
    /// `event` is a live statistics event.
    unsafe fn statistics(&self, event: *mut ffi::rd_kafka_event_t) {
        // SAFETY: by contract; the text lives as long as the event.
        let text = unsafe {
            let text = ffi::rd_kafka_event_stats(event);
            if text.is_null() {
                return;
            }
            CStr::from_ptr(text)
        };
        // A look at the text is enough, and far cheaper than reading a document that grows with brokers times partitions.
        self.shared.health().connected = text.to_string_lossy().contains("\"state\":\"UP\"");
    }
}

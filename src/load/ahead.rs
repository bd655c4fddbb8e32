//! Records generated before their time, in order and boundedly: by the pacer itself while it waits, or by helpers where one core cannot generate them all.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::gate::Window;
use super::payload::Scratch;
use super::schedule::Item;
use super::{Shared, token};
use crate::drivers::Record;

/// Records that the pacer generates ahead by itself, and records in a helper's block.
const AHEAD: usize = 64;

/// Blocks in the hands of helpers, for each of them: one to work on, one to come, one to be sent from.
const BLOCKS: usize = 3;

/// A record ready to go.
#[derive(Default)]
pub struct Prepared {
    pub item: Option<Item>,
    /// Nanoseconds from the start of the test, really.
    pub intended: u64,
    pub scratch: Scratch,
    identity: Vec<u8>,
    /// The intended time, milliseconds since 1970.
    unix_ms: i64,
}

impl Prepared {
    pub fn fill(&mut self, shared: &Shared, item: Item, intended: u64) {
        let unix = shared.clock.unix_origin + i128::from(intended);
        shared.encoder.encode(shared.schedule.event(&item), item.number, unix, &mut self.scratch);
        self.item = Some(item);
        self.intended = intended;
        self.unix_ms = (unix as u64 / 1_000_000) as i64;
        self.identity.clear();
        self.identity.extend_from_slice(&shared.identity_prefix);
        digits(item.number, &mut self.identity);
        self.identity.push(b':');
        digits(unix as u64, &mut self.identity);
    }

    pub fn record(&self, intended: u64, at: u64) -> Record<'_> {
        Record {
            key: self.scratch.has_key.then_some(self.scratch.key.as_slice()),
            payload: &self.scratch.payload,
            identity: &self.identity,
            timestamp: self.unix_ms,
            token: token::pack(intended, at),
        }
    }
}

/// Threads that generate for one pacer.
pub struct Helpers {
    tasks: Option<Sender<Block>>,
    done: Receiver<Block>,
    threads: Vec<JoinHandle<()>>,
    /// Buffers to be used again.
    spare: Vec<Vec<Prepared>>,
}

/// Consecutive records of a pacer.
struct Block {
    number: u64,
    items: Vec<(Item, u64)>,
    records: Vec<Prepared>,
}

impl Helpers {
    pub fn start(shared: &Arc<Shared>, count: usize) -> std::io::Result<Helpers> {
        let (tasks, work) = bounded::<Block>(count * BLOCKS);
        let (finished, done) = bounded::<Block>(count * BLOCKS);
        let mut threads = Vec::with_capacity(count);
        for i in 0..count {
            let (work, finished, shared) = (work.clone(), finished.clone(), Arc::clone(shared));
            let run = move || {
                for mut block in work {
                    block.records.resize_with(block.items.len(), Prepared::default);
                    for (record, (item, intended)) in block.records.iter_mut().zip(&block.items) {
                        record.fill(&shared, *item, *intended);
                    }
                    if finished.send(block).is_err() {
                        return;
                    }
                }
            };
            threads.push(std::thread::Builder::new().name(format!("generator {i}")).spawn(run)?);
        }
        Ok(Helpers { tasks: Some(tasks), done, threads, spare: Vec::new() })
    }

    fn most(&self) -> usize {
        self.threads.len() * BLOCKS
    }
}

impl Drop for Helpers {
    fn drop(&mut self) {
        self.tasks = None;
        // What is in their hands has room in the channel: they end by themselves.
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// The records of one phase that go to one target, the next of them ready.
pub struct Ahead<'a, I> {
    shared: &'a Shared,
    items: I,
    window: Window,
    more: bool,
    way: Way<'a>,
}

enum Way<'a> {
    Alone { ring: Vec<Prepared>, head: usize, ready: usize },
    Helped { helpers: &'a mut Helpers, next: u64, first: u64, flight: VecDeque<Option<Vec<Prepared>>>, at: usize },
}

impl<'a, I: Iterator<Item = Item>> Ahead<'a, I> {
    pub fn new(shared: &'a Shared, items: I, window: Window, helpers: Option<&'a mut Helpers>) -> Ahead<'a, I> {
        let way = match helpers {
            None => Way::Alone { ring: (0..AHEAD).map(|_| Prepared::default()).collect(), head: 0, ready: 0 },
            Some(helpers) => Way::Helped { helpers, next: 0, first: 0, flight: VecDeque::new(), at: 0 },
        };
        Ahead { shared, items, window, more: true, way }
    }

    /// Does a little work for later; false where there is none to do.
    #[inline]
    pub fn work(&mut self) -> bool {
        if !self.more {
            return false;
        }
        match &mut self.way {
            Way::Alone { ring, head, ready } => {
                if *ready == AHEAD {
                    return false;
                }
                match self.items.next() {
                    Some(item) => {
                        let intended = self.window.place(item.due);
                        ring[(*head + *ready) % AHEAD].fill(self.shared, item, intended);
                        *ready += 1;
                        true
                    }
                    None => {
                        self.more = false;
                        false
                    }
                }
            }
            Way::Helped { helpers, next, flight, .. } => {
                if flight.len() >= helpers.most() {
                    return false;
                }
                let window = self.window;
                let items: Vec<(Item, u64)> = self.items.by_ref().take(AHEAD).map(|item| (item, window.place(item.due))).collect();
                self.more = items.len() == AHEAD;
                if items.is_empty() {
                    return false;
                }
                let block = Block { number: *next, items, records: helpers.spare.pop().unwrap_or_default() };
                *next += 1;
                flight.push_back(None);
                helpers.tasks.as_ref().is_some_and(|tasks| tasks.send(block).is_ok())
            }
        }
    }

    /// The next record, waited for where it is in the making; `None` where there is none left (or the run was stopped while waiting).
    #[inline]
    pub fn front(&mut self) -> Option<&Prepared> {
        match &self.way {
            Way::Alone { ready: 0, .. } => {
                self.work();
            }
            Way::Alone { .. } => {}
            Way::Helped { .. } => {
                while self.work() {}
                self.receive();
            }
        }
        self.peek()
    }

    fn peek(&self) -> Option<&Prepared> {
        match &self.way {
            Way::Alone { ready: 0, .. } => None,
            Way::Alone { ring, head, .. } => ring.get(*head),
            Way::Helped { flight, at, .. } => flight.front()?.as_ref()?.get(*at),
        }
    }

    /// Takes in what helpers have finished, until the eldest block is there.
    fn receive(&mut self) {
        let Way::Helped { helpers, first, flight, .. } = &mut self.way else { return };
        while let Some(None) = flight.front() {
            match helpers.done.recv_timeout(Duration::from_millis(20)) {
                Ok(block) => {
                    if let Some(slot) = flight.get_mut((block.number - *first) as usize) {
                        *slot = Some(block.records);
                    }
                }
                Err(_) if self.shared.stopped() => return,
                Err(_) => {}
            }
        }
    }

    pub fn pop(&mut self) {
        match &mut self.way {
            Way::Alone { head, ready, .. } => {
                *head = (*head + 1) % AHEAD;
                *ready = ready.saturating_sub(1);
            }
            Way::Helped { helpers, first, flight, at, .. } => {
                *at += 1;
                if flight.front().is_some_and(|b| b.as_ref().is_some_and(|b| *at >= b.len()))
                    && let Some(Some(records)) = flight.pop_front()
                {
                    helpers.spare.push(records);
                    *first += 1;
                    *at = 0;
                }
            }
        }
    }

    /// What was not taken, in order, with intended times; calls back until told to end.
    pub fn rest(mut self, mut with: impl FnMut(Item, u64) -> bool) {
        loop {
            self.drain();
            let Some((item, intended)) = self.peek().and_then(|p| Some((p.item?, p.intended))) else { break };
            if !with(item, intended) {
                return;
            }
            self.pop();
        }
        let window = self.window;
        for item in self.items.by_ref() {
            if !with(item, window.place(item.due)) {
                return;
            }
        }
    }

    /// Like `receive`, after a stop: helpers finish what they have.
    fn drain(&mut self) {
        let Way::Helped { helpers, first, flight, .. } = &mut self.way else { return };
        while let Some(None) = flight.front() {
            let Ok(block) = helpers.done.recv_timeout(Duration::from_secs(5)) else { return };
            if let Some(slot) = flight.get_mut((block.number - *first) as usize) {
                *slot = Some(block.records);
            }
        }
    }
}

impl<I> Drop for Ahead<'_, I> {
    fn drop(&mut self) {
        // The next phase must not get this one's blocks.
        if let Way::Helped { helpers, flight, .. } = &mut self.way {
            for _ in flight.iter().filter(|b| b.is_none()) {
                let _ = helpers.done.recv_timeout(Duration::from_secs(5));
            }
        }
    }
}

/// Appends a number in decimal, two digits at a time: it stands in every record's identity twice.
fn digits(mut number: u64, out: &mut Vec<u8>) {
    let mut buffer = [0u8; 20];
    let mut at = buffer.len();
    // Eight digits at a time fit 32 bits, where division is cheap.
    while number >= 100_000_000 {
        let mut low = (number % 100_000_000) as u32;
        number /= 100_000_000;
        for _ in 0..4 {
            at -= 2;
            buffer[at..at + 2].copy_from_slice(&PAIRS[(low % 100) as usize]);
            low /= 100;
        }
    }
    let mut rest = number as u32;
    while rest >= 10 {
        at -= 2;
        buffer[at..at + 2].copy_from_slice(&PAIRS[(rest % 100) as usize]);
        rest /= 100;
    }
    if rest > 0 || at == buffer.len() {
        at -= 1;
        buffer[at] = b'0' + rest as u8;
    }
    out.extend_from_slice(&buffer[at..]);
}

const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut n = 0;
    while n < 100 {
        pairs[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    pairs
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_decimal() {
        let powers = (0..20).map(|e| 10u64.pow(e)).flat_map(|p| [p - 1, p, p + 1, p.saturating_mul(7)]);
        for n in powers.chain([1_234_567_890_123_456_789, u64::MAX]) {
            let mut out = b"x".to_vec();
            digits(n, &mut out);
            assert_eq!(out, format!("x{n}").into_bytes());
        }
    }
}

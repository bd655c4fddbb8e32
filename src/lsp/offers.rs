//! What was offered last, for the one thing that somebody looks at closer: its words are sent only then.

#[derive(Debug, Default)]
pub struct Offers {
    number: u64,
    /// What is said of each, in the order of the list.
    words: Vec<Words>,
}

/// Detail and documentation.
#[derive(Clone, Debug, Default)]
pub struct Words {
    pub detail: String,
    pub doc: String,
}

impl Offers {
    /// Gives the number that the list can be asked by.
    pub fn keep(&mut self, words: Vec<Words>) -> u64 {
        self.number += 1;
        self.words = words;
        self.number
    }
    /// Of one thing of a list, where that is still known.
    pub fn words(&self, number: u64, index: usize) -> Option<&Words> {
        self.words.get(index).filter(|_| number == self.number)
    }
}

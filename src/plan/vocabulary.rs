//! What `name()`, `email()`, `word()` and `text(…)` are made of. The domains are those reserved for examples (RFC 2606).

/// One of the list, by a random word.
#[inline]
pub fn pick<'a>(list: &[&'a str], word: u64) -> &'a str {
    let at = ((word as u128 * list.len() as u128) >> 64) as usize;
    list.get(at).copied().unwrap_or("")
}

pub const FIRST_NAMES: &[&str] = &[
    "Ada", "Alan", "Aisha", "Amara", "Anna", "Arjun", "Astrid", "Ben", "Bruno", "Carla", "Chen", "Clara", "Daniel",
    "Diego", "Dora", "Elena", "Elif", "Emil", "Emma", "Erik", "Fatima", "Felix", "Fiona", "Gabriel", "Grace", "Hana",
    "Hassan", "Helen", "Henry", "Hugo", "Ida", "Igor", "Ines", "Ivan", "Jack", "Jana", "Jonas", "Julia", "Kai",
    "Karim", "Kate", "Kofi", "Laila", "Lars", "Laura", "Leo", "Lin", "Louis", "Lucia", "Maja", "Marco", "Maria",
    "Max", "Maya", "Mei", "Milan", "Nadia", "Nina", "Noah", "Nora", "Olga", "Omar", "Oscar", "Paula", "Pedro",
    "Petra", "Priya", "Rafael", "Rosa", "Ruth", "Samir", "Sara", "Sofia", "Sven", "Tara", "Theo", "Tomas", "Vera",
    "Victor", "Wei", "Yara", "Yuki", "Zoe",
];

pub const LAST_NAMES: &[&str] = &[
    "Abbott", "Ahmed", "Almeida", "Andersen", "Baker", "Bauer", "Becker", "Bianchi", "Brown", "Carter", "Castro",
    "Chen", "Clark", "Costa", "Cruz", "Diaz", "Dubois", "Evans", "Fischer", "Fontaine", "Garcia", "Gomez", "Green",
    "Gupta", "Haas", "Hansen", "Hill", "Ito", "Ivanov", "Jansen", "Johnson", "Jones", "Kaya", "Keller", "Khan", "Kim",
    "Klein", "Kowalski", "Lee", "Lewis", "Lopez", "Martin", "Mensah", "Meyer", "Miller", "Moore", "Moreau", "Mueller",
    "Nakamura", "Nguyen", "Novak", "Okafor", "Olsen", "Park", "Patel", "Pereira", "Petrov", "Popov", "Ramos", "Reed",
    "Ricci", "Rossi", "Roy", "Russo", "Santos", "Sato", "Schmidt", "Silva", "Singh", "Smith", "Suzuki", "Tanaka",
    "Taylor", "Thomas", "Torres", "Tran", "Vogel", "Wagner", "Walker", "Wang", "Weber", "White", "Wilson", "Wolf",
    "Wong", "Wright", "Yilmaz", "Young", "Zhang",
];

pub const DOMAINS: &[&str] = &[
    "example.com", "example.org", "example.net",
];

pub const WORDS: &[&str] = &[
    "able", "account", "after", "again", "agree", "airport", "answer", "apple", "arrive", "basket", "battery",
    "beach", "begin", "better", "bicycle", "board", "bottle", "branch", "bread", "bridge", "bright", "bring",
    "camera", "candle", "carry", "castle", "change", "chapter", "choose", "circle", "city", "clear", "cloud",
    "coffee", "color", "common", "corner", "cotton", "country", "cover", "create", "crystal", "dance", "daily",
    "decide", "deliver", "desert", "dinner", "distance", "doctor", "double", "dream", "driver", "early", "earth",
    "east", "easy", "engine", "enough", "enter", "equal", "evening", "event", "every", "family", "farmer", "father",
    "feather", "field", "finger", "finish", "flower", "follow", "forest", "forward", "fresh", "friend", "garden",
    "gather", "gentle", "glass", "golden", "grape", "green", "ground", "guitar", "happy", "harbor", "harvest",
    "heavy", "history", "honest", "hotel", "house", "human", "hundred", "island", "jacket", "journey", "kitchen",
    "ladder", "language", "large", "laugh", "learn", "letter", "library", "light", "listen", "little", "machine",
    "market", "matter", "meadow", "memory", "metal", "middle", "minute", "mirror", "modern", "moment", "money",
    "morning", "mother", "mountain", "music", "narrow", "nature", "north", "notice", "number", "object", "ocean",
    "office", "open", "orange", "order", "other", "paper", "parent", "party", "pencil", "people", "picture", "planet",
    "plenty", "pocket", "point", "powder", "pretty", "price", "question", "quick", "quiet", "radio", "rather",
    "ready", "reason", "record", "remember", "return", "river", "road", "rocket", "round", "sample", "school",
    "science", "season", "second", "secret", "seven", "shadow", "shirt", "silver", "simple", "sister", "sketch",
    "smooth", "soft", "south", "spirit", "spring", "square", "station", "stone", "story", "street", "strong",
    "student", "sugar", "summer", "sunday", "supply", "table", "teacher", "ticket", "travel", "valley", "village",
    "violet", "visit", "voice", "walnut", "water", "weather", "window", "winter", "wonder", "yellow", "young",
];

/// The characters of `text(…)`, five bits each: every letter, the blank, and five of the letters once more.
pub const LETTERS: &str = "etaoinshrdlucmfwypvbgkjqxz eaoin";

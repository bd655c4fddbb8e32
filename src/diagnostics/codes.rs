//! The catalogue of codes. A code is never reused; its page is `docs/errors/<CODE>.md`.

use super::Severity;

/// One code of the catalogue, such as `E0702`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static str);

impl Code {
    pub fn as_str(self) -> &'static str {
        self.0
    }
    pub fn severity(self) -> Severity {
        match self.0.as_bytes().first() {
            Some(b'E') => Severity::Error,
            Some(b'H') => Severity::Hint,
            _ => Severity::Warning,
        }
    }
    /// What it is about: the group that its first two digits name.
    pub fn group(self) -> &'static str {
        match self.0.get(1..3) {
            Some("01") => "syntax",
            Some("02") => "names",
            Some("03") => "units",
            Some("04") => "events",
            Some("05") => "timeline",
            Some("06") => "expectations",
            Some("07") => "targets",
            Some("08") => "sizing",
            _ => "safety",
        }
    }
    /// The code with this name, if the catalogue has it.
    pub fn parse(name: &str) -> Option<Code> {
        ALL.iter().copied().find(|c| c.0 == name)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

pub const E0101: Code = Code("E0101");
pub const E0102: Code = Code("E0102");
pub const E0103: Code = Code("E0103");
pub const E0104: Code = Code("E0104");
pub const E0105: Code = Code("E0105");
pub const E0106: Code = Code("E0106");
pub const E0107: Code = Code("E0107");
pub const E0201: Code = Code("E0201");
pub const E0202: Code = Code("E0202");
pub const E0203: Code = Code("E0203");
pub const E0204: Code = Code("E0204");
pub const E0205: Code = Code("E0205");
pub const E0206: Code = Code("E0206");
pub const E0207: Code = Code("E0207");
pub const E0208: Code = Code("E0208");
pub const E0209: Code = Code("E0209");
pub const E0210: Code = Code("E0210");
pub const E0211: Code = Code("E0211");
pub const E0212: Code = Code("E0212");
pub const E0213: Code = Code("E0213");
pub const E0301: Code = Code("E0301");
pub const E0302: Code = Code("E0302");
pub const E0303: Code = Code("E0303");
pub const E0304: Code = Code("E0304");
pub const E0305: Code = Code("E0305");
pub const E0306: Code = Code("E0306");
pub const E0307: Code = Code("E0307");
pub const E0308: Code = Code("E0308");
pub const E0309: Code = Code("E0309");
pub const E0310: Code = Code("E0310");
pub const E0311: Code = Code("E0311");
pub const E0312: Code = Code("E0312");
pub const E0401: Code = Code("E0401");
pub const E0402: Code = Code("E0402");
pub const E0403: Code = Code("E0403");
pub const E0404: Code = Code("E0404");
pub const E0405: Code = Code("E0405");
pub const E0406: Code = Code("E0406");
pub const E0407: Code = Code("E0407");
pub const E0501: Code = Code("E0501");
pub const E0502: Code = Code("E0502");
pub const E0503: Code = Code("E0503");
pub const E0504: Code = Code("E0504");
pub const E0505: Code = Code("E0505");
pub const E0506: Code = Code("E0506");
pub const E0507: Code = Code("E0507");
pub const E0601: Code = Code("E0601");
pub const E0602: Code = Code("E0602");
pub const E0603: Code = Code("E0603");
pub const E0604: Code = Code("E0604");
pub const E0605: Code = Code("E0605");
pub const E0606: Code = Code("E0606");
pub const E0701: Code = Code("E0701");
pub const E0702: Code = Code("E0702");
pub const E0703: Code = Code("E0703");
pub const E0704: Code = Code("E0704");
pub const E0801: Code = Code("E0801");
pub const E0802: Code = Code("E0802");
pub const E0803: Code = Code("E0803");
pub const E0804: Code = Code("E0804");
pub const E0805: Code = Code("E0805");
pub const E0806: Code = Code("E0806");
pub const E0901: Code = Code("E0901");
pub const W0110: Code = Code("W0110");
pub const W0220: Code = Code("W0220");
pub const W0221: Code = Code("W0221");
pub const W0320: Code = Code("W0320");
pub const W0410: Code = Code("W0410");
pub const W0411: Code = Code("W0411");
pub const W0412: Code = Code("W0412");
pub const W0413: Code = Code("W0413");
pub const W0510: Code = Code("W0510");
pub const W0511: Code = Code("W0511");
pub const W0512: Code = Code("W0512");
pub const W0513: Code = Code("W0513");
pub const W0514: Code = Code("W0514");
pub const W0610: Code = Code("W0610");
pub const W0611: Code = Code("W0611");
pub const W0612: Code = Code("W0612");
pub const W0613: Code = Code("W0613");
pub const W0614: Code = Code("W0614");
pub const W0615: Code = Code("W0615");
pub const W0616: Code = Code("W0616");
pub const W0617: Code = Code("W0617");
pub const W0710: Code = Code("W0710");
pub const W0711: Code = Code("W0711");
pub const W0712: Code = Code("W0712");
pub const W0713: Code = Code("W0713");
pub const W0810: Code = Code("W0810");
pub const W0811: Code = Code("W0811");
pub const W0812: Code = Code("W0812");
pub const W0813: Code = Code("W0813");
pub const W0814: Code = Code("W0814");
pub const W0815: Code = Code("W0815");
pub const W0910: Code = Code("W0910");
pub const W0911: Code = Code("W0911");
pub const W0912: Code = Code("W0912");
pub const W0913: Code = Code("W0913");

/// Every code, in order of their letters and numbers.
pub const ALL: &[Code] = &[
    E0101, E0102, E0103, E0104, E0105, E0106, E0107, E0201, E0202, E0203, E0204, E0205, E0206, E0207, E0208, E0209, E0210, E0211, E0212, E0213, E0301, E0302, E0303, E0304, E0305, E0306, E0307, E0308, E0309, E0310, E0311, E0312, E0401, E0402, E0403, E0404, E0405, E0406, E0407, E0501, E0502, E0503, E0504, E0505, E0506, E0507, E0601, E0602, E0603, E0604, E0605, E0606, E0701, E0702, E0703, E0704, E0801, E0802, E0803, E0804, E0805, E0806, E0901, W0110, W0220, W0221, W0320, W0410, W0411, W0412, W0413, W0510, W0511, W0512, W0513, W0514, W0610, W0611, W0612, W0613, W0614, W0615, W0616, W0617, W0710, W0711, W0712, W0713, W0810, W0811, W0812, W0813, W0814, W0815, W0910, W0911, W0912, W0913,
];

//! What people set in their editor, below `scalec.`. `docs/lsp.md` has the list.
//!
//! What a client sends or answers is all that is set now. What is not in it counts as at the start (`initializationOptions`): some clients say it there
//! and nowhere else, and answer later questions with nothing. What is not said there either is on.

use serde_json::Value;

/// Names as people write them are those of the fields, in camelCase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub hints: Hints,
    /// `scalec.codeLens.enable`
    pub lenses: bool,
}

/// `scalec.inlayHints.…`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hints {
    pub phases: bool,
    pub values: bool,
    pub rest: bool,
    pub prices: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { hints: Hints { phases: true, values: true, rest: true, prices: true }, lenses: true }
    }
}

impl Settings {
    /// With what is said; what is not said, or is no boolean, is as in these. `scalec` around it is allowed.
    pub fn with(mut self, said: &Value) -> Settings {
        let said = said.get("scalec").unwrap_or(said);
        let set = |place: &mut bool, group: &str, name: &str| {
            let nested = said.get(group).and_then(|group| group.get(name));
            // Some clients send keys as they stand in a settings file.
            let flat = said.get(format!("{group}.{name}"));
            if let Some(value) = nested.or(flat).and_then(Value::as_bool) {
                *place = value;
            }
        };
        set(&mut self.hints.phases, "inlayHints", "phases");
        set(&mut self.hints.values, "inlayHints", "values");
        set(&mut self.hints.rest, "inlayHints", "rest");
        set(&mut self.hints.prices, "inlayHints", "prices");
        set(&mut self.lenses, "codeLens", "enable");
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_said_is_as_before() {
        let on = Settings::default();
        let some = on.with(&json!({"scalec": {"inlayHints": {"rest": false, "phases": "no"}, "codeLens": {"enable": false}}}));
        let hints = Hints { phases: true, values: true, rest: false, prices: true };
        assert_eq!(some, Settings { hints, lenses: false });
        assert_eq!(some.with(&json!({"inlayHints": {"rest": true}, "codeLens.enable": true})), on);
        for nonsense in [json!(null), json!([1]), json!({}), json!({"scalec": 3}), json!({"scalec": {}}), json!({"inlayHints": []})] {
            assert_eq!((on.with(&nonsense), some.with(&nonsense)), (on, some));
        }
    }
}

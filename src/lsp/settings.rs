//! What people set in their editor, below `scalec.`. `docs/lsp.md` has the list.

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
    /// Takes in what is said; what is not said, or is no boolean, stays as it is. `scalec` around it is allowed.
    pub fn read(&mut self, said: &Value) {
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_said_stays() {
        let mut settings = Settings::default();
        settings.read(&json!({"scalec": {"inlayHints": {"rest": false, "phases": "no"}, "codeLens": {"enable": false}}}));
        let hints = Hints { phases: true, values: true, rest: false, prices: true };
        assert_eq!(settings, Settings { hints, lenses: false });
        settings.read(&json!({"inlayHints": {"rest": true}, "codeLens.enable": true}));
        assert_eq!(settings, Settings::default());
        for nonsense in [json!(null), json!([1]), json!({"scalec": 3}), json!({"inlayHints": []})] {
            settings.read(&nonsense);
        }
        assert_eq!(settings, Settings::default());
    }
}

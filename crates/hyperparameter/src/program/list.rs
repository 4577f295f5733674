//! The parameters in `--help`: those that the program and every crate linked into it declare.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Command;

use crate::__private::{Site, sites};

/// The command, whose long help lists the parameters; so do its subcommands. `defines` are the arguments that set some.
#[must_use]
pub fn with_parameters(mut command: Command, defines: &[&'static str]) -> Command {
    for id in defines {
        if command.get_arguments().any(|arg| arg.get_id() == *id) {
            command = command.mut_arg(id, super::complete::with_keys);
        }
    }
    command = command.mut_subcommands(|inner| with_parameters(inner, defines));
    let list = listed(&command, &by_key());
    let Some(list) = list else { return command };
    let before =
        |text: Option<&clap::builder::StyledStr>| text.map_or_else(String::new, |text| format!("{}\n\n", text.ansi()));
    let long = before(command.get_after_long_help().or(command.get_after_help())) + &list;
    let short = before(command.get_after_help()) + "Parameters are listed by --help.";
    command.after_help(short).after_long_help(long)
}

/// Sites in the order of their keys; of one key in the order of the files and lines.
pub(super) fn by_key() -> BTreeMap<&'static str, Vec<&'static Site>> {
    let mut keys: BTreeMap<&str, Vec<&Site>> = BTreeMap::new();
    for site in sites() {
        keys.entry(site.key).or_default().push(site);
    }
    for sites in keys.values_mut() {
        sites.sort_unstable_by_key(|site| (site.file, site.line, site.column));
    }
    keys
}

/// The list; `None` where there is nothing to list.
pub(super) fn listed(command: &Command, keys: &BTreeMap<&'static str, Vec<&'static Site>>) -> Option<String> {
    if keys.is_empty() {
        return None;
    }
    let styles = command.get_styles();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let mut out = format!("{header}Parameters:{header:#}");
    for (key, sites) in keys {
        for said in grouped(sites) {
            let _ = write!(out, "\n  {literal}{key}{literal:#}");
            if !said.type_text.is_empty() {
                let _ = write!(out, ": {}", said.type_text);
            }
            match said.default_text {
                "" => out.push_str(" (required)"),
                default => {
                    let _ = write!(out, " = {default}");
                }
            }
            for line in said.help.lines().map(str::trim).filter(|line| !line.is_empty()) {
                let _ = write!(out, "\n          {line}");
            }
            let _ = write!(out, "\n          [{}]", said.places());
        }
    }
    Some(out)
}

/// What is said of a key in the same words, wherever that is.
pub(super) struct Said {
    pub(super) type_text: &'static str,
    pub(super) default_text: &'static str,
    pub(super) help: &'static str,
    places: Vec<(&'static str, u32)>,
}

impl Said {
    /// The places; of many the first.
    pub(super) fn places(&self) -> String {
        const SHOWN: usize = 3;
        let shown: Vec<String> = self.places.iter().take(SHOWN).map(|(file, line)| format!("{file}:{line}")).collect();
        let more = self.places.len().saturating_sub(SHOWN);
        if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
    }
}

/// The sites of a key: what several say alike is one.
pub(super) fn grouped(sites: &[&'static Site]) -> Vec<Said> {
    let mut groups: Vec<Said> = Vec::new();
    for site in sites {
        let same = |said: &&mut Said| (said.type_text, said.default_text) == (site.type_text, site.default_text);
        match groups.iter_mut().find(same) {
            Some(said) => {
                said.places.push((site.file, site.line));
                if said.help.is_empty() {
                    said.help = site.help;
                }
            }
            None => groups.push(Said {
                type_text: site.type_text,
                default_text: site.default_text,
                help: site.help,
                places: vec![(site.file, site.line)],
            }),
        }
    }
    groups
}

//! Reading files, and finding those that a file includes (A.2). The only room that touches a disk.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::quoted;
use crate::suggest;

/// The bytes of a file, of standard input for `-`; at most one more than `most`.
pub(super) fn read(path: &str, most: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let most = most as u64 + 1;
    let outcome = if path == "-" {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    match outcome {
        Ok(_) => Ok(bytes),
        Err(error) => Err(unreadable(Path::new(path), &error)),
    }
}

/// Why a file cannot be read, with the name that was probably meant.
fn unreadable(path: &Path, error: &std::io::Error) -> String {
    if path.is_dir() {
        return "it is a folder; name a file in it".to_owned();
    }
    let mut why = error.to_string();
    if error.kind() == std::io::ErrorKind::NotFound {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match std::fs::read_dir(folder) {
            Ok(entries) => {
                let names: Vec<String> =
                    entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).take(LOOKED_AT).collect();
                if let Some(near) = suggest::nearest(&name, names.iter().map(String::as_str), 1).first() {
                    why = format!("{why}; did you mean {}?", quoted(near));
                }
            }
            Err(_) => why = format!("{why}: there is no folder {}", quoted(&folder.to_string_lossy())),
        }
    }
    why
}

/// Of a folder with more files no others are looked at for a near name.
const LOOKED_AT: usize = 10_000;

/// By which a file is known to be the same, however it was named.
pub(super) fn identity(path: &str) -> String {
    std::fs::canonicalize(path).map_or_else(|_| path.to_owned(), |path| path.to_string_lossy().into_owned())
}

/// The files that an `include` of a file means: one, or for a pattern those that match, in order of their names.
pub(super) fn included(from: &str, pattern: &str) -> Vec<String> {
    let folder = Path::new(from).parent().map(Path::to_path_buf).unwrap_or_default();
    let mut found = vec![folder];
    for part in Path::new(pattern).components() {
        let name = part.as_os_str().to_string_lossy().into_owned();
        if !name.contains(['*', '?']) {
            for path in &mut found {
                // An absolute pattern takes the place of the folder.
                path.push(part);
            }
            continue;
        }
        found = found.iter().flat_map(|folder| matching(folder, &name)).collect();
    }
    found.into_iter().map(|path| path.to_string_lossy().into_owned()).collect()
}

fn matching(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = std::fs::read_dir(here) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        // As in a shell: a hidden file is named by its dot.
        .filter(|name| (!name.starts_with('.') || pattern.starts_with('.')) && matches(pattern, name))
        .collect();
    names.sort();
    names.into_iter().map(|name| folder.join(name)).collect()
}

/// Whether a name fits a pattern of `*` (any characters) and `?` (one).
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // Where the last star was, and how far the name had come: on a miss the star takes one more.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || Some(c) == name.get(n) => {
                p += 1;
                n += 1;
            }
            _ => match &mut star {
                Some((at, from)) => {
                    *from += 1;
                    n = *from;
                    p = *at + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|c| *c == '*'))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_any_characters_and_a_question_mark_is_one() {
        for (pattern, name, fits) in [
            ("*.toml", "a.toml", true),
            ("*.toml", ".toml", true),
            ("*.toml", "a.toml.bak", false),
            ("m?del-*.*", "model-a.b.yaml", true),
            ("m?del", "mdel", false),
            ("**", "", true),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b", "xxaxxbxx", false),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }
}

//! Reading files, and finding those that a file includes (A.2). The only room that touches a disk.

use std::io::Read;
use std::path::{Path, PathBuf};

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
        Err(error) => Err(error.to_string()),
    }
}

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

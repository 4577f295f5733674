//! Rule A4: whatever a file holds, loading it never panics, and of one megabyte never takes more than 64. Counted by an
//! allocator of this test's own.
#![cfg(feature = "config")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use hyperparameter::ErrorKind;
use hyperparameter::config::{Config, Format};

struct Counting;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    let now = NOW.get() + bytes;
    NOW.set(now);
    MOST.set(MOST.get().max(now));
}

// SAFETY: everything is handed on to the system's allocator; the counts are plain cells without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: promised by the caller.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: promised by the caller.
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // What grows may have to move, and is there twice for a moment; what shrinks stays.
        let (old, new) = (layout.size() as isize, size as isize);
        count(if new > old { new } else { 0 });
        count(if new > old { -old } else { new - old });
        // SAFETY: promised by the caller.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MB: usize = 1 << 20;
const FORMATS: [Format; 3] = [Format::Toml, Format::Json, Format::Yaml];

/// What loading this took at most, in megabytes, the text itself included; a fault is an error of the right kind.
fn megabytes(format: Format, bytes: &[u8]) -> (f64, Option<hyperparameter::Error>) {
    let before = NOW.get();
    MOST.set(before);
    let outcome = Config::builder().reader("input", format, bytes).load();
    let (took, error) = (MOST.get() - before, outcome.err());
    if let Some(error) = &error {
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(error.to_string().len() < 4_000, "a screen at most: {} bytes", error.to_string().len());
    }
    (took as f64 / MB as f64, error)
}

/// A xorshift generator: the same inputs in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

fn check(what: &str, format: Format, bytes: &[u8]) {
    let (took, error) = megabytes(format, bytes);
    let said = error.map_or_else(String::new, |error| error.to_string().chars().take(200).collect());
    assert!(took <= 64.0, "{what} as {format}: {took:.1} MB; {said}");
}

/// `unit` again and again between `start` and `end`, a megabyte of it.
fn filled(start: &str, unit: &str, end: &str) -> String {
    let times = (MB - start.len() - end.len()) / unit.len();
    format!("{start}{}{end}", unit.repeat(times))
}

/// `make` of 0, 1, 2 and so on, a megabyte of it.
fn counted(start: &str, make: impl Fn(usize) -> String, end: &str) -> String {
    let mut text = start.to_owned();
    for at in 0.. {
        let next = make(at);
        if text.len() + next.len() + end.len() > MB {
            break;
        }
        text.push_str(&next);
    }
    text + end
}

#[test]
fn a_megabyte_of_whatever_is_hardest_takes_at_most_64() {
    let json = [
        filled("", "[", ""),
        filled("", "{\"a\":", ""),
        filled("{\"a\":[", "0,", "0]}"),
        filled("{\"a\":[", "[],", "[]]}"),
        filled("{\"a\":[", "{},", "{}]}"),
        filled("{\"a\":[", "\"\",", "\"\"]}"),
        filled("{\"a\":[", "1e5,", "0]}"),
        filled("{\"a\":[", "{\"b\":0},", "0]}"),
        counted("{", |at| format!("\"{at}\":0,"), "\"\":0}"),
        counted("{", |at| format!("\"{at:x}\":{{}},"), "\"z\":0}"),
        counted("{", |at| format!("\"{at:x}.a.a.a.a.a\":0,"), "\"z\":0}"),
        counted("{", |at| format!("\"{at:x}\":{{\"a\":[]}},"), "\"z\":0}"),
        filled("{\"", "a", "\":1}"),
        filled("{\"", "a.", "a\":1}"),
        filled("{\"a\":\"", "\\n", "\"}"),
        filled("{\"a\":\"", "${a}", "\"}"),
        filled("{\"b\":1,\"a\":\"", "${b}", "\"}"),
        filled("{\"b\":1,\"a\":[", "\"${b}\",", "0]}"),
        filled("{\"a\":", "9", "}"),
        filled("", "/*", ""),
        filled("", "//\n", "{}"),
    ];
    let toml = [
        filled("a = ", "[", ""),
        filled("a = [", "0,", "]"),
        filled("a = [", "[],", "]"),
        filled("a = [", "{},", "]"),
        filled("a = [", "'',", "]"),
        filled("a = [", "\n", "]"),
        filled("a = [", "#\n", "]"),
        filled("", "[[a]]\n", ""),
        filled("", "[[a.b.c]]\nd=1\n", ""),
        filled("", "a.", "b = 1"),
        counted("", |at| format!("{at:x}=0\n"), ""),
        counted("", |at| format!("[{at:x}]\n"), ""),
        counted("", |at| format!("[{at:x}.a.a.a.a.a]\n"), ""),
        counted("a={", |at| format!("{at:x}=0,"), "z=0}"),
        counted("a={", |at| format!("{at:x}.a.a.a=0,"), "z=0}"),
        filled("a = \"\"\"", "\\n", "\"\"\""),
        filled("a = ", "9", ""),
        filled("", "[", ""),
        filled("", "\n", ""),
    ];
    let yaml = [
        filled("a: ", "[", ""),
        filled("a: ", "- ", ""),
        filled("a: [", "0,", "]"),
        filled("a: [", "[],", "]"),
        filled("a: [", "{},", "]"),
        filled("a: [", ",", "]"),
        filled("a: {", ",", "}"),
        filled("a:\n", "- 0\n", ""),
        filled("a:\n", "-\n", ""),
        filled("a: &b 1\nc: [", "*b,", "]"),
        filled("a: &b [1,2,3,4,5,6,7,8]\nc: [", "*b,", "]"),
        counted("a: [", |at| format!("&x{at:x} 1,"), "*x0]"),
        counted("a: [", |at| format!("&x{at:x} 1,*x{at:x},"), "]"),
        counted("", |at| format!("{at:x}: 0\n"), ""),
        counted("", |at| format!("k{at:x}:\n  b: 0\n"), ""),
        counted("a: {", |at| format!("{at:x}: 0,"), "}"),
        counted("a: {", |at| format!("k{at:x},"), "}"),
        filled("", "? ", ""),
        filled("", "? a\n", ""),
        filled("a: |\n", "  b\n", ""),
        filled("a: >\n", "  b\n\n", ""),
        filled("a: ", "b ", ""),
        filled("", "a", ": 1"),
        filled("", "!!str ", "a"),
        filled("a: \"", "\\n", "\""),
        filled("a: ", "9", ""),
        filled("", "---\n", ""),
        filled("", "%YAML 1.2\n", ""),
        filled("", " ", "a: 1"),
    ];
    for (format, texts) in [(Format::Json, &json[..]), (Format::Toml, &toml[..]), (Format::Yaml, &yaml[..])] {
        for text in texts {
            check(&format!("{:.40}…", text.replace('\n', "⏎")), format, text.as_bytes());
        }
    }
}

#[test]
fn a_megabyte_of_random_bytes_or_words_takes_at_most_64() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let words: [&[&str]; 3] = [
        &[
            "a", "b", "=", ".", "[", "]", "[[", "]]", "{", "}", ",", "\n", " ", "'", "\"", "\"\"\"", "#", "1", "-",
            "_", "e", "inf", "true",
        ],
        &[
            "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"b\":", "1", "-", ".", "e5", "null", "true", " ", "\n",
            "\\", "//", "/*", "*/",
        ],
        &[
            "a", "b", ":", ": ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "&a ", "*a", "!!str ", "|", ">", "'", "\"",
            "#", "? ", "---", "1",
        ],
    ];
    for (format, words) in FORMATS.into_iter().zip(words) {
        for _ in 0..2 {
            let bytes: Vec<u8> = (0..MB).map(|_| random.next() as u8).collect();
            check("random bytes", format, &bytes);
            let printable: Vec<u8> = (0..MB).map(|_| b' ' + (random.next() % 95) as u8).collect();
            check("random characters", format, &printable);
            let mut text = String::with_capacity(MB);
            while text.len() < MB - 8 {
                text.push_str(words[random.below(words.len())]);
            }
            check("random words", format, text.as_bytes());
        }
    }
}

#[test]
fn a_megabyte_of_a_good_file_takes_at_most_64_and_so_does_what_mutations_make_of_it() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let good = [
        counted("", |at| format!("[group{at}.sec]\nlr = 1e-3\nname = 'x y'\nsizes = [1, 2, 3]\non.off = true\n"), ""),
        counted(
            "{",
            |at| format!("\"g{at}\": {{\"lr\": 1e-3, \"name\": \"x y\", \"sizes\": [1, 2, 3], \"on\": true}},\n"),
            "\"z\": 0}",
        ),
        counted("", |at| format!("g{at}:\n  lr: 1e-3\n  name: x y\n  sizes: [1, 2, 3]\n  on: true\n"), ""),
    ];
    for (format, good) in FORMATS.into_iter().zip(good) {
        let (took, error) = megabytes(format, good.as_bytes());
        assert!(error.is_none(), "{}", error.unwrap());
        assert!(took <= 64.0, "{format}: {took:.1} MB");
        for _ in 0..4 {
            let mut bytes = good.clone().into_bytes();
            for _ in 0..1 + random.below(8) {
                let at = random.below(bytes.len());
                match random.below(4) {
                    0 => bytes[at] = random.next() as u8,
                    1 => bytes.truncate(at),
                    2 => drop(bytes.drain(at..(at + random.below(64)).min(bytes.len()))),
                    _ => bytes.insert(at, b"[]{}\"':,=.\n#&*-"[random.below(15)]),
                }
                if bytes.is_empty() {
                    break;
                }
            }
            check("a mutation", format, &bytes);
        }
    }
}

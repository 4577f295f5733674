//! Near names: what somebody who wrote an unknown name may have meant.

use std::collections::BTreeSet;

/// How much of a name is compared: its last bytes and segments, for the last segment names the parameter.
const BYTES: usize = 128;
const SEGMENTS: usize = 8;

/// How many pairs of characters are compared in one search. A million usual names take a third of it; whoever has more
/// names that are all alike waits a second, and finds the later ones only if their segments are the same.
const WORK: usize = 1 << 28;

/// One character more, less, or another one.
const EDIT: u32 = 4;
/// Two neighbouring characters, or two neighbouring segments, in the wrong order.
const SWAP: u32 = 3;
/// Letters of the wrong case.
const CASE: u32 = 1;
/// Words joined by another separator, or by none: `batch-size`, `batchSize`, `batch.size`.
const SEPARATOR: u32 = 2;
/// The name has a segment that was not written.
const MISSING: u32 = 3;
/// A segment was written that the name does not have.
const EXTRA: u32 = 4;
/// A segment was written in the place of another one.
const WRONG: u32 = 5;
/// The last segment, which names the parameter, is the missing or the extra one. One of these is far but may still be
/// meant (`optimizer` for `optimizer.lr`); both together are another parameter.
const LEAF: u32 = 1_000;
const UNRELATED: u32 = 2 * LEAF;

/// The names nearest to `word`, at most `most`, the nearest first; of equally near ones the alphabet decides.
///
/// Names are compared segment by segment: a missing, extra or wrong namespace, two segments in the wrong order or a
/// letter of the wrong case cost little, an unlike last segment is another parameter. `word` itself is no suggestion.
///
/// ```
/// use hyperparameter::suggest::nearest;
///
/// let names = ["model.size", "optimizer.lr", "optimizer.wd"];
/// assert_eq!(nearest("optimzer.lr", names, 3), ["optimizer.lr"]);
/// assert_eq!(nearest("lr", names, 3), ["optimizer.lr"]);
/// assert!(nearest("dropout", names, 3).is_empty());
/// ```
#[must_use]
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let mut search = Search::new(word);
    let mut best = BTreeSet::new();
    let mut limit = UNRELATED - 1;
    for name in names {
        if let Some(cost) = search.cost(name, limit) {
            best.insert((cost, name));
            if best.len() > most {
                best.pop_last();
                limit = best.last().map_or(0, |&(cost, _)| cost);
            }
        }
    }
    best.into_iter().map(|(_, name)| name).collect()
}

/// A segment, with what tells cheaply that another one is not near.
#[derive(Clone, Copy)]
struct Segment<'a> {
    text: &'a str,
    /// Which letters and digits are in it.
    letters: u64,
    chars: usize,
}

impl<'a> Segment<'a> {
    const EMPTY: Self = Self { text: "", letters: 0, chars: 0 };

    fn new(text: &'a str) -> Self {
        let mut letters = 0;
        let mut chars = 0;
        for b in text.bytes() {
            letters |= LETTER[usize::from(b)];
            chars += usize::from(!matches!(b, 0x80..=0xbf));
        }
        Self { text, letters, chars }
    }
}

/// One bit for each ASCII letter, of either case, and for each digit; other bytes have none.
const LETTER: [u64; 256] = {
    let mut bits = [0; 256];
    let mut b = 0;
    while b < 26 {
        bits[b'a' as usize + b] = 1 << b;
        bits[b'A' as usize + b] = 1 << b;
        b += 1;
    }
    b = 0;
    while b < 10 {
        bits[b'0' as usize + b] = 1 << (26 + b);
        b += 1;
    }
    bits
};

/// The end of a name that is compared.
fn end(name: &str) -> &str {
    let cut = (name.len().saturating_sub(BYTES)..=name.len()).find(|&at| name.is_char_boundary(at));
    cut.and_then(|at| name.get(at..)).unwrap_or(name)
}

/// The segments, the last one first.
fn split(name: &str) -> impl Iterator<Item = Segment<'_>> {
    end(name).rsplit('.').take(SEGMENTS).map(Segment::new)
}

fn letters(segments: &[Segment<'_>]) -> u64 {
    segments.iter().fold(0, |letters, segment| letters | segment.letters)
}

/// The characters without case and without what joins words.
fn bare(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| !matches!(c, '.' | '_' | '-' | '/' | ':')).map(fold)
}

fn fold(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) }
}

/// One search: the word, taken apart once, and room that is used again for each name.
struct Search<'w> {
    word: &'w str,
    segments: Vec<Segment<'w>>,
    chars: Vec<Vec<char>>,
    letters: u64,
    /// For each pair of a segment of the word and one of the name, what it costs to take one for the other.
    near: Vec<Option<u32>>,
    rows: Rows,
}

impl<'w> Search<'w> {
    fn new(word: &'w str) -> Self {
        let segments: Vec<_> = split(word).collect();
        let chars = segments.iter().map(|segment| segment.text.chars().map(fold).collect()).collect();
        let letters = letters(&segments);
        Self { word, segments, chars, letters, near: Vec::new(), rows: Rows::new(WORK) }
    }

    /// How far the name is from the word; `None` where it is farther than `limit`.
    fn cost(&mut self, name: &str, limit: u32) -> Option<u32> {
        if name == self.word {
            return None;
        }
        let mut segments = [Segment::EMPTY; SEGMENTS];
        let mut count = 0;
        for (place, segment) in segments.iter_mut().zip(split(name)) {
            *place = segment;
            count += 1;
        }
        let segments = segments.get(..count)?;
        let by_segments = self.by_segments(segments, limit);
        let same_letters = letters(segments) == self.letters;
        let by_separators = (same_letters && bare(end(name)).eq(bare(end(self.word)))).then_some(SEPARATOR);
        by_segments.into_iter().chain(by_separators).min()
    }

    fn by_segments(&mut self, name: &[Segment<'_>], limit: u32) -> Option<u32> {
        let (rows, columns) = (self.segments.len(), name.len());
        self.near.clear();
        let mut known = 0;
        // What the way from the word to the name costs at least: most names end here.
        let mut least = MISSING * columns.saturating_sub(rows) as u32;
        for (segment, chars) in self.segments.iter().zip(&self.chars) {
            let mut nearest = None;
            for other in name {
                let near = self.rows.near(segment, chars, other);
                nearest = near.into_iter().chain(nearest).min();
                self.near.push(near);
            }
            known += usize::from(nearest.is_some());
            least += nearest.map_or(EXTRA, |cost| cost.min(EXTRA));
            if least > limit {
                return None;
            }
        }
        // At least half of what was written must be in the name, or it is another name.
        if known == 0 || known * 2 < rows {
            return None;
        }
        let near = |row: usize, column: usize| self.near.get(row * columns + column).copied().flatten();

        // The cheapest way from the word to the name, as for two strings, with segments for characters: the cost, and
        // how many segments of the word it takes to be extra or wrong.
        let mut table = [[(u32::MAX, 0_u32); SEGMENTS + 1]; SEGMENTS + 1];
        for row in 0..=rows {
            for column in 0..=columns {
                let leaf = |at: usize| if at == 1 { LEAF } else { 0 };
                let mut best = if row == 0 && column == 0 { (0, 0) } else { (u32::MAX, 0) };
                let mut way = |from: (u32, u32), cost: u32, unknown: u32| {
                    best = best.min((from.0.saturating_add(cost), from.1 + unknown));
                };
                if row > 0 {
                    way(table[row - 1][column], EXTRA + leaf(row), 1);
                }
                if column > 0 {
                    way(table[row][column - 1], MISSING + leaf(column), 0);
                }
                if row > 0 && column > 0 {
                    let from = table[row - 1][column - 1];
                    if let Some(cost) = near(row - 1, column - 1) {
                        way(from, cost, 0);
                    } else if row > 1 && column > 1 {
                        way(from, WRONG, 1);
                    }
                }
                if row > 1 && column > 1 {
                    if let (Some(one), Some(other)) = (near(row - 1, column - 2), near(row - 2, column - 1)) {
                        way(table[row - 2][column - 2], SWAP + one + other, 0);
                    }
                }
                table[row][column] = best;
            }
        }
        let (cost, unknown) = table[rows][columns];
        (cost <= limit && unknown as usize * 2 <= rows).then_some(cost)
    }
}

/// Room for the comparison of two segments.
struct Rows {
    /// How many pairs of characters may still be compared.
    work: usize,
    other: Vec<char>,
    before: Vec<u32>,
    last: Vec<u32>,
    this: Vec<u32>,
}

impl Rows {
    const fn new(work: usize) -> Self {
        Self { work, other: Vec::new(), before: Vec::new(), last: Vec::new(), this: Vec::new() }
    }

    /// What it costs to take one segment for the other; `None` where nobody would.
    fn near(&mut self, word: &Segment<'_>, word_chars: &[char], name: &Segment<'_>) -> Option<u32> {
        // One slip in three characters, and never more than four; of two characters, only their order.
        let longer = word.chars.max(name.chars);
        let edits = if longer < 3 { 0 } else { (longer / 3).min(4) };
        // One edit changes the length by one at most, and takes at most one letter away and brings one in.
        if word.chars.abs_diff(name.chars) > edits || (word.letters ^ name.letters).count_ones() as usize > 2 * edits {
            return None;
        }
        if word.text == name.text {
            return Some(0);
        }
        if word.text.eq_ignore_ascii_case(name.text) {
            return Some(CASE);
        }
        let limit = (EDIT * edits as u32).max(SWAP);
        self.work = self.work.checked_sub(word.chars * (2 * edits + 1))?;
        self.other.clear();
        self.other.extend(name.text.chars().map(fold));
        self.distance(word_chars, limit, edits.max(1)).map(|distance| distance.max(CASE))
    }

    /// The edit distance with swaps of neighbours (Damerau's, each place edited once) to `self.other`, if it is within
    /// `limit`. Only pairs of places at most `band` apart are looked at: others cost more than the limit.
    fn distance(&mut self, word: &[char], limit: u32, band: usize) -> Option<u32> {
        const FAR: u32 = u32::MAX / 2;
        let columns = self.other.len();
        for row in [&mut self.before, &mut self.last, &mut self.this] {
            row.clear();
            row.resize(columns + 1, FAR);
        }
        for (column, cost) in self.last.iter_mut().enumerate().take(band + 1) {
            *cost = column as u32 * EDIT;
        }
        let mut nearest_before = 0;
        for (row, &c) in word.iter().enumerate() {
            self.this.fill(FAR);
            let (from, to) = ((row + 1).saturating_sub(band), (row + 1 + band).min(columns));
            let mut nearest = FAR;
            for column in from..=to {
                let mut cost = self.last[column] + EDIT;
                if column > 0 {
                    let other = self.other[column - 1];
                    cost = cost.min(self.this[column - 1] + EDIT);
                    cost = cost.min(self.last[column - 1] + if other == c { 0 } else { EDIT });
                    if column > 1 && row > 0 && other == word[row - 1] && self.other[column - 2] == c {
                        cost = cost.min(self.before[column - 2] + SWAP);
                    }
                }
                self.this[column] = cost;
                nearest = nearest.min(cost);
            }
            // A swap steps over one row, so two rows must be too far before all that follow are.
            if nearest.min(nearest_before) > limit {
                return None;
            }
            nearest_before = nearest;
            std::mem::swap(&mut self.before, &mut self.last);
            std::mem::swap(&mut self.last, &mut self.this);
        }
        self.last.get(columns).copied().filter(|&cost| cost <= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 9] = [
        "optimizer.lr",
        "optimizer.weight_decay",
        "model.lr",
        "model.encoder.layers",
        "model.encoder.dropout",
        "train.batch_size",
        "train.Epochs",
        "données.taille",
        "a.b.c.d.seed",
    ];

    #[test]
    fn a_slip_finds_the_name() {
        for (word, name) in [
            ("optimzer.weight_decay", "optimizer.weight_decay"),
            ("optimizer.wieght_deacy", "optimizer.weight_decay"),
            ("weight_decay", "optimizer.weight_decay"),
            ("model.optimizer.weight_decay", "optimizer.weight_decay"),
            ("optimisation.weight_decay", "optimizer.weight_decay"),
            ("weight_decay.optimizer", "optimizer.weight_decay"),
            ("OPTIMIZER.WEIGHT_DECAY", "optimizer.weight_decay"),
            ("optimizer_weight_decay", "optimizer.weight_decay"),
            ("encoder.model.layers", "model.encoder.layers"),
            ("model.layers", "model.encoder.layers"),
            ("train.batch-size", "train.batch_size"),
            ("train.batchSize", "train.batch_size"),
            ("train.epochs", "train.Epochs"),
            ("epochs", "train.Epochs"),
            ("DONNÉES.taile", "données.taille"),
            ("seed", "a.b.c.d.seed"),
        ] {
            assert_eq!(nearest(word, NAMES, 3).first(), Some(&name), "{word}");
        }
    }

    #[test]
    fn the_nearer_name_comes_first_and_the_alphabet_decides() {
        assert_eq!(nearest("lr", NAMES, 9), ["model.lr", "optimizer.lr"]);
        assert_eq!(nearest("optimizr.lr", NAMES, 9), ["optimizer.lr", "model.lr"]);
        assert_eq!(nearest("optimizr.lr", NAMES.iter().rev().copied(), 1), ["optimizer.lr"]);
        assert_eq!(nearest("rl", NAMES, 9), ["model.lr", "optimizer.lr"]);
        assert_eq!(nearest("optimizer", NAMES, 9), ["optimizer.lr", "optimizer.weight_decay"]);
        assert!(nearest("lr", NAMES, 0).is_empty());
    }

    #[test]
    fn an_unrelated_name_is_no_suggestion() {
        for word in
            ["", ".", "x", "momentum", "model.learning_rate", "optimizer.lb", "x.y.lr", "model.encoder.heads", "wd"]
        {
            assert_eq!(nearest(word, NAMES, 9), Vec::<&str>::new(), "{word}");
        }
        assert!(nearest("optimizer.lr", ["optimizer.lr"], 9).is_empty());
    }

    #[test]
    fn the_best_are_found_wherever_they_stand() {
        let names: Vec<String> = (0..3_000)
            .map(|i| format!("{}.layer{}.{}", ["encoder", "decoder"][i % 2], i % 7, ["weight", "bias"][i % 3 / 2]))
            .collect();
        let names = || names.iter().map(String::as_str);
        for word in ["encoder.layer3.wieght", "layer.bias", "encodr.layer3", "weight"] {
            let every = nearest(word, names(), usize::MAX);
            for most in [1, 3, 10] {
                let best = nearest(word, names(), most);
                assert_eq!(best, every.iter().copied().take(most).collect::<Vec<_>>(), "{word}");
                assert_eq!(best, nearest(word, names().collect::<Vec<_>>().into_iter().rev(), most), "{word}");
            }
        }
    }

    #[test]
    fn a_repeated_name_is_one_suggestion() {
        assert_eq!(nearest("lr", ["model.lr"; 5], 3), ["model.lr"]);
    }

    #[test]
    fn the_band_loses_no_distance_within_the_limit() {
        // Every pair of words of up to four letters out of two, and some longer ones, against the table without a band.
        let mut words: Vec<Vec<char>> = vec![Vec::new()];
        for len in 0..5 {
            let longer =
                words.iter().filter(|w| w.len() == len).flat_map(|w| ['a', 'b'].map(|c| [&w[..], &[c]].concat()));
            let longer: Vec<_> = longer.collect();
            words.extend(longer);
        }
        let mut rows = Rows::new(0);
        for one in &words {
            for other in &words {
                rows.other.clone_from(other);
                let exact = rows.distance(one, u32::MAX / 4, 100).unwrap();
                for edits in 1..4 {
                    let limit = EDIT * edits as u32;
                    let banded = rows.distance(one, limit, edits);
                    assert_eq!(banded, (exact <= limit).then_some(exact), "{one:?} {other:?} {edits}");
                }
            }
        }
    }

    #[test]
    fn a_search_without_work_left_still_finds_equal_segments() {
        let mut search = Search::new("optimizr.lr");
        search.rows.work = 0;
        for (name, cost) in [("model.lr", WRONG), ("Optimizr.lr", CASE), ("optimizer.lr", WRONG)] {
            assert_eq!(search.cost(name, UNRELATED), Some(cost));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_word_and_names_can_be_compared(word in "[.a-cA_É\u{1f600}]{0,40}", names in proptest::collection::vec("[.a-cA_é]{0,40}", 0..9)) {
            let found = nearest(&word, names.iter().map(String::as_str), 3);
            assert!(found.len() <= 3 && found.iter().all(|&name| name != word));
        }
    }

    #[test]
    fn long_words_and_names_are_cut() {
        let word = format!("{}.optimzer.lr", "x".repeat(65_000));
        assert_eq!(nearest(&word, ["optimizer.lr"], 3), ["optimizer.lr"]);
        let deep = "a.".repeat(30_000) + "seed";
        assert_eq!(nearest("a.sede", [deep.as_str()], 3), [deep.as_str()]);
        let wide = "é".repeat(30_000);
        assert!(nearest(&wide, [deep.as_str()], 3).is_empty());
    }
}

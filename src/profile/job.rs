//! The profile, made in slices.

use super::alert::{self, Facts};
use super::association::{self, Association, Codes, LEVELS, Pair, Prepared, Ranked};
use super::date::{DateProfile, as_numbers};
use super::duplicates::Hashes;
use super::missing::{self, Missing};
use super::number::{NumberProfile, Sorted};
use super::power::{Parts, Power, halves};
use super::target::Answer;
use super::texts::TextProfile;
use super::{ColumnProfile, Figures, Options, Profile};
use crate::base::{Advance, Job, Problem, Progress};
use crate::num::moments::Moments;
use crate::table::{Column, Data, Kind, Table};
use std::borrow::Cow;
use std::sync::Arc;

/// Visits of a row in a slice: about ten milliseconds natively, a few times that on a slow machine.
const SLICE: u64 = 2_000_000;
/// Visits that a column and a pair cost for each row, as measured; columns sort, pairs pass over.
const COLUMN: u64 = 40;
const PAIR: u64 = 2;

/// A profile in progress.
pub struct ProfileJob {
    table: Arc<Table>,
    options: Options,
    target: Option<usize>,
    answer: Answer,
    learn: Vec<bool>,
    hashes: Hashes,
    /// Which rows lack each column.
    gaps: Vec<Vec<u64>>,
    /// What pairs need of each column.
    stored: Vec<Stored>,
    facts: Vec<Facts>,
    /// The columns that take part in pairs, and the next pair among them.
    paired: Vec<usize>,
    next: (usize, usize),
    state: State,
    progress: Progress,
    profile: Profile,
}

#[derive(Clone, Copy)]
enum State {
    Columns(usize),
    Missing,
    Duplicates,
    Pairs,
    Alerts,
}

/// What pairs need of a column.
enum Stored {
    /// Ranks, moments, and the numbers of dates.
    Numbers(Vec<u32>, Moments, Option<Vec<f64>>),
    Codes(Codes),
    /// Takes no part, and why.
    Nothing(&'static str),
}

impl ProfileJob {
    /// Starts a profile.
    ///
    /// # Errors
    /// Where the target is no column of the table.
    pub fn new(table: Arc<Table>, options: Options) -> Result<Self, Problem> {
        let target = match &options.target {
            None => None,
            Some(name) => Some(table.position(name).ok_or_else(|| super::view::no_column(name))?),
        };
        let answer = target.map_or(Answer::None, |place| Answer::of(&table.columns()[place], options.task, options.positive.as_deref()));
        let columns = table.columns();
        let rows = table.rows();
        let profile = Profile {
            rows,
            target: target.and_then(|place| answer.profile(&columns[place])),
            undetailed: columns.len().saturating_sub(options.detailed),
            ..Profile::default()
        };
        let pairs = columns.len().min(options.paired + 1) as u64;
        let total = (columns.len() as u64 * COLUMN + pairs * pairs.saturating_sub(1) / 2 * PAIR + 20) * (rows as u64 + 1);
        Ok(Self {
            learn: if target.is_some() { halves(rows, options.seed) } else { Vec::new() },
            hashes: Hashes::new(rows),
            gaps: Vec::new(),
            stored: Vec::new(),
            facts: Vec::new(),
            paired: Vec::new(),
            next: (0, 1),
            state: State::Columns(0),
            progress: Progress { done: 0, total },
            profile,
            target,
            answer,
            options,
            table,
        })
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn column(&mut self, place: usize) {
        let table = Arc::clone(&self.table);
        let column = &table.columns()[place];
        let detail = place < self.options.detailed;
        let pairs = place < self.options.paired || Some(place) == self.target;
        let (of, parts, facts, stored) = match &column.data {
            Data::Number(values) => {
                let sorted = Sorted::of(values);
                let figures = NumberProfile::of(&sorted, self.answer_for(place), detail);
                let facts = Facts::of_numbers(&sorted.values);
                let (parts, stored) = self.ranked(&sorted, values.len(), pairs, None);
                (Figures::Number(Box::new(figures)), parts, facts, stored)
            }
            Data::Date(moments) => {
                let numbers = as_numbers(moments);
                let sorted = Sorted::of(&numbers);
                let in_order: Vec<i64> = sorted.rows.iter().map(|&row| moments[row as usize]).collect();
                let figures = DateProfile::of(&in_order);
                let (parts, stored) = self.ranked(&sorted, moments.len(), pairs, Some(numbers));
                (Figures::Date(Box::new(figures)), parts, Facts::default(), stored)
            }
            Data::Strings(strings) => {
                let figures = TextProfile::of(strings, self.answer_for(place), detail);
                let stored = match Codes::new(strings, LEVELS) {
                    _ if column.kind == Kind::Text => Stored::Nothing("free_text"),
                    Some((codes, _)) if codes.levels == 0 => Stored::Nothing("no_rows"),
                    Some((codes, _)) if codes.levels == 1 => Stored::Nothing("constant"),
                    Some((codes, _)) => Stored::Codes(codes),
                    None => Stored::Nothing("many_levels"),
                };
                let facts = Facts::of_texts(strings, column.kind);
                (Figures::Texts(Box::new(figures)), Parts::of_texts(strings), facts, stored)
            }
        };
        let missing = column.missing();
        let predicts = self.target.is_some_and(|target| target != place) && !matches!(self.answer, Answer::None);
        let power = predicts.then(|| Power::of(&parts, &self.answer, &self.learn));
        self.facts.push(facts.with_gaps(column, &self.answer));
        self.hashes.add(column);
        self.gaps.push(missing::bits(column));
        self.stored.push(if pairs { stored } else { Stored::Nothing("beyond_cap") });
        let count = column.len() - missing;
        self.profile.columns.push(ColumnProfile { name: column.name.clone(), kind: column.kind, count, missing, of, power });
    }

    /// The target by parts of a column; not of the target's own parts.
    fn answer_for(&self, place: usize) -> &Answer {
        if Some(place) == self.target { &Answer::None } else { &self.answer }
    }

    fn ranked(&self, sorted: &Sorted, rows: usize, pairs: bool, dates: Option<Vec<f64>>) -> (Parts, Stored) {
        let ranks = sorted.double_ranks(rows);
        let parts = Parts::of_numbers(&ranks, sorted.values.len());
        let moments = Moments::of(&sorted.values);
        let stored = match (sorted.values.first(), sorted.values.last()) {
            _ if !pairs => Stored::Nothing("beyond_cap"),
            (None, _) | (_, None) => Stored::Nothing("no_rows"),
            (Some(first), Some(last)) if first == last => Stored::Nothing("constant"),
            _ => Stored::Numbers(ranks, moments, dates),
        };
        (parts, stored)
    }

    fn prepared(&self, place: usize) -> Option<Prepared<'_>> {
        match (&self.stored[place], &self.table.columns()[place]) {
            (Stored::Codes(codes), _) => Some(Prepared::Codes(codes)),
            (Stored::Numbers(ranks, moments, dates), Column { data, .. }) => {
                let values: &[f64] = match (dates, data) {
                    (Some(dates), _) => dates,
                    (None, Data::Number(values)) => values,
                    _ => return None,
                };
                Some(Prepared::Numbers(Ranked { values: Cow::Borrowed(values), ranks: Cow::Borrowed(ranks), moments: *moments }))
            }
            (Stored::Nothing(_), _) => None,
        }
    }

    fn start_pairs(&mut self) {
        let is_paired = |stored: &Stored| !matches!(stored, Stored::Nothing(_));
        self.paired = (0..self.stored.len()).filter(|&place| is_paired(&self.stored[place])).collect();
        let reason = |stored: &Stored| match stored {
            Stored::Nothing(reason) => Some((*reason).to_owned()),
            _ => None,
        };
        let left_out = self.stored.iter().enumerate().filter_map(|(place, stored)| Some((place, reason(stored)?))).collect();
        self.profile.association = Association { columns: self.paired.clone(), pairs: Vec::new(), left_out };
    }

    /// One pair; false where there is none left.
    fn pair(&mut self) -> bool {
        let (first, second) = self.next;
        let (Some(&a), Some(&b)) = (self.paired.get(first), self.paired.get(second)) else { return false };
        if let (Some(left), Some(right)) = (self.prepared(a), self.prepared(b)) {
            let (n, of) = association::measure(&left, &right);
            self.profile.association.pairs.push(Pair { a, b, n, of });
        }
        self.next = if second + 1 < self.paired.len() { (first, second + 1) } else { (first + 1, first + 2) };
        true
    }

    /// One step of work, and what it cost for each row; nothing where all is done.
    fn step(&mut self) -> Option<u64> {
        match self.state {
            State::Columns(place) if place < self.table.columns().len() => {
                self.column(place);
                self.state = State::Columns(place + 1);
                Some(COLUMN)
            }
            State::Columns(_) => {
                self.state = State::Missing;
                Some(0)
            }
            State::Missing => {
                self.profile.missing = Missing::of(&std::mem::take(&mut self.gaps), self.table.rows(), &self.answer, self.target);
                self.state = State::Duplicates;
                Some(10)
            }
            State::Duplicates => {
                self.profile.duplicates = std::mem::take(&mut self.hashes).count(&self.table);
                self.start_pairs();
                self.state = State::Pairs;
                Some(10)
            }
            State::Pairs => {
                if self.pair() {
                    return Some(PAIR);
                }
                self.state = State::Alerts;
                Some(0)
            }
            State::Alerts => None,
        }
    }
}

impl Job for ProfileJob {
    type Output = Profile;

    fn advance(&mut self) -> Result<Advance<Profile>, Problem> {
        let mut visits = 0;
        while visits < SLICE {
            let Some(cost) = self.step() else {
                self.profile.alerts = alert::of(&self.profile, &self.facts, self.target);
                return Ok(Advance::Done(std::mem::take(&mut self.profile)));
            };
            visits += cost * (self.table.rows() as u64 + 1);
        }
        self.progress.done = (self.progress.done + visits).min(self.progress.total);
        Ok(Advance::More(self.progress.clone()))
    }
}

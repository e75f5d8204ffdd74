//! The rows that may be looked at: their profile, one or two columns of them closely, and the rows themselves.
//!
//! Sealed rows are left out of all of it, so that nothing that is chosen here rests on them.

use super::cells::Cells;
use super::session::Session;
use super::work::{Answer, Begun};
use crate::base::{Problem, digest};
use crate::profile::{Options, PairJob, ProfileJob, closer};
use crate::recipe::{Recipe, digest_of};
use crate::table::Table;
use std::sync::Arc;

/// The profile of the rows that may be looked at: a [`crate::profile::Profile`].
///
/// # Errors
/// See [`Session::held`].
pub fn profile(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    let seen = Seen::of(session, recipe)?;
    let key = digest_of(&("profile", &seen.digest, &seen.options, seen.sealing()));
    if let Some(known) = session.known(&key) {
        return Ok(Begun::Now(Answer { value: known, body: Vec::new() }));
    }
    let table = if seen.sealed.is_empty() { seen.table.clone() } else { Arc::new(seen.table.take(&seen.open())) };
    Begun::job(ProfileJob::new(table, seen.options)?, move |profile, session| {
        let answer = Answer::json(&profile);
        session.know(key, answer.value.clone());
        Ok(answer)
    })
}

/// One column closely: a [`crate::profile::ColumnProfile`].
///
/// # Errors
/// See [`Session::held`]; a column that is not there.
pub fn column(session: &mut Session, recipe: &Recipe, name: &str) -> Result<Begun, Problem> {
    let seen = Seen::of(session, recipe)?;
    Begun::json(&closer(&seen.columns(&[name]), name, &seen.options)?)
}

/// Two columns closely: a [`crate::profile::PairView`].
///
/// # Errors
/// See [`Session::held`]; a column that is not there.
pub fn pair(session: &mut Session, recipe: &Recipe, a: &str, b: &str) -> Result<Begun, Problem> {
    let seen = Seen::of(session, recipe)?;
    Begun::plain_job(PairJob::new(seen.columns(&[a, b]), a, b, seen.options)?)
}

/// Some of the rows that may be looked at, as texts: [`Cells`]. `first` counts these rows alone.
///
/// # Errors
/// See [`Session::held`].
pub fn rows(session: &mut Session, recipe: &Recipe, first: usize, count: usize) -> Result<Begun, Problem> {
    let seen = Seen::of(session, recipe)?;
    let last = first.saturating_add(count).min(seen.table.rows() - seen.sealed.len());
    let rows: Vec<usize> = (first.min(last)..last).map(|place| seen.row(place)).collect();
    Begun::json(&Cells { first, ..Cells::at(&seen.table, &rows) })
}

/// The table of a recipe and which of its rows may be looked at.
pub(super) struct Seen {
    pub table: Arc<Table>,
    pub digest: String,
    /// The positions of the sealed rows, ascending.
    sealed: Vec<usize>,
    pub options: Options,
}

impl Seen {
    pub fn of(session: &mut Session, recipe: &Recipe) -> Result<Self, Problem> {
        let held = session.held(recipe)?;
        let (table, digest) = (held.table.clone(), held.digest.clone());
        // A goal that cannot be met yet seals nothing.
        let setup = recipe.goal.target.is_some().then(|| held.setup(recipe).ok()).flatten();
        let options = Options {
            target: recipe.goal.target.clone().filter(|name| table.column(name).is_some()),
            task: setup.as_ref().map(|setup| setup.task).or(recipe.goal.task),
            positive: recipe.goal.positive.clone(),
            seed: recipe.seed,
            ..Options::default()
        };
        let mut sealed: Vec<usize> = setup.iter().flat_map(|setup| setup.held_out.iter().map(|&row| setup.source[row])).collect();
        sealed.sort_unstable();
        Ok(Self { table, digest, sealed, options })
    }

    /// The digest of which rows are sealed: roles and most steps leave it as it is.
    pub fn sealing(&self) -> String {
        digest(&self.sealed.iter().flat_map(|&row| (row as u64).to_le_bytes()).collect::<Vec<u8>>())
    }

    /// The positions of the rows that may be looked at.
    fn open(&self) -> Vec<usize> {
        let mut sealed = self.sealed.iter().copied().peekable();
        (0..self.table.rows()).filter(|row| sealed.next_if_eq(row).is_none()).collect()
    }

    /// The position in the table of one of the rows that may be looked at.
    fn row(&self, place: usize) -> usize {
        // The k-th sealed row has as many open ones before it as its position less k.
        let (mut low, mut high) = (0, self.sealed.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.sealed[middle] - middle <= place { low = middle + 1 } else { high = middle }
        }
        place + low
    }

    /// The rows that may be looked at of these columns and the target.
    pub fn columns(&self, names: &[&str]) -> Table {
        let mut wanted: Vec<&str> = Vec::new();
        for name in names.iter().copied().chain(self.options.target.as_deref()) {
            if !wanted.contains(&name) {
                wanted.push(name);
            }
        }
        let rows = self.open();
        let columns = wanted.iter().filter_map(|name| self.table.column(name)).map(|column| column.take(&rows)).collect();
        Table::with_origins(columns, rows.iter().map(|&row| self.table.origins()[row]).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_rows_are_counted_past_the_sealed_ones() {
        let column = crate::table::Column::number("x", (0..10).map(f64::from).collect());
        for sealed in [vec![], vec![0], vec![9], vec![0, 1, 2], vec![1, 4, 5, 9], vec![7, 8, 9], (0..10).collect()] {
            let table = Arc::new(Table::new(vec![column.clone()]));
            let seen = Seen { table, digest: String::new(), sealed, options: Options::default() };
            let open = seen.open();
            assert_eq!(open.len() + seen.sealed.len(), 10);
            assert_eq!((0..open.len()).map(|place| seen.row(place)).collect::<Vec<_>>(), open, "{:?}", seen.sealed);
            assert_eq!(seen.columns(&["x", "gone", "x"]).columns()[0].numbers().map(<[f64]>::len), Some(open.len()));
        }
    }
}

//! The search over models and preparation in one set of folds: a race in which the worse half goes out after each round.

use super::Course;
use super::rivals::{GAPS, OWN, Rival, alone, rivals, sampling};
use super::team::{Assembly, MOST_PREDICTIONS, Member, Team};
use crate::base::{Params, Problem, Progress, Stage};
use crate::judge::Setup;
use crate::judge::compare::{difference, usual_zone};
use crate::learn;
use crate::metric::{self, Metric};
use crate::num::distribution::t_ppf;
use crate::recipe::{Recipe, Tune};
use crate::report::Entry;
use crate::run::nested::{Chosen, Search};
use crate::run::study::{Study, Turn};
use crate::run::task::{Live, Task};
use crate::run::tune::{Groups, TuneStudy, Tuned};
use crate::tune::{self, Trial};
use std::sync::Arc;

/// Tasks of a runner are numbered from so many times its place on.
const BLOCK: u64 = 1 << 24;
/// Within a round, trials that fall behind on the first folds are not tried on the others.
const PRUNER: &str = "successive_halving";
/// As many as this go on to the end.
const FINALISTS: usize = 2;

/// What the race came to, so far.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The best first.
    pub entries: Vec<Entry>,
    /// Rounds that were run to their end.
    pub rounds: usize,
}

/// A model in the race.
struct Runner {
    rival: Rival,
    search: Result<TuneStudy, Problem>,
    /// What it came to when it last stood.
    tuned: Option<Tuned>,
    /// Rounds that it was in.
    rounds: usize,
    runs: bool,
}

impl Runner {
    fn best(&self) -> Option<&Trial> {
        let tuned = self.tuned.as_ref()?;
        tune::best(&tuned.trials, tuned.higher_is_better)
    }
}

/// The race as a study.
pub struct Heat {
    setup: Arc<Setup>,
    recipe: Recipe,
    metric: &'static Metric,
    /// Rows predicted over rows learned from.
    ratio: f64,
    runners: Vec<Runner>,
    round: usize,
    most_rounds: usize,
    closed: bool,
    news: bool,
    /// What comes after the last round, and whether that is over.
    assembly: Option<Assembly>,
    assembled: bool,
    team: Option<Team>,
}

/// What all others are compared with.
struct Lead {
    score: f64,
    reports: Vec<Option<f64>>,
}

impl Heat {
    /// A race by a metric in the folds of a setup.
    ///
    /// # Errors
    /// A metric that is not there; no model that can do the task.
    pub fn new(setup: Arc<Setup>, table: &str, recipe: &Recipe, metric: &str, course: &Course) -> Result<Self, Problem> {
        let metric = metric::find(metric).ok_or_else(|| Problem::new(Stage::Tune, "goal.no_metric").with("metric", metric))?;
        let predictions = setup.folds.iter().map(|fold| fold.test.len()).sum::<usize>() * setup.plan_output().columns().len();
        let total = |test: bool| setup.folds.iter().map(|fold| if test { fold.test.len() } else { fold.train.len() }).sum::<usize>() as f64;
        let ratio = total(true) / total(false);
        let runner = |rival: Rival| {
            let mut own = alone(recipe, &rival);
            let fields = learn::find(&rival.candidate.model).map(|kind| (kind.fields)()).unwrap_or_default();
            let space = tune::suggest(&fields, &rival.candidate.params);
            let metric = metric.id.to_owned();
            let pruner = PRUNER.to_owned();
            own.tune = Some(Tune { candidate: 0, params: sampling(), space, trials: 1, metric, pruner, ..Tune::default() });
            let mut search = TuneStudy::of(setup.clone(), table.to_owned(), &own, &[], Groups::default());
            if let Ok(search) = &mut search
                && can_join(&rival)
                && predictions <= MOST_PREDICTIONS
            {
                search.keep_best();
            }
            let runs = search.is_ok();
            Runner { rival, search, tuned: None, rounds: 1, runs }
        };
        let runners: Vec<Runner> = rivals(recipe, setup.task, &course.models).into_iter().map(runner).collect();
        if runners.is_empty() {
            return Err(Problem::new(Stage::Tune, "race.nobody"));
        }
        // What every model refuses is not a model's fault.
        if let Some(Err(problem)) = runners.first().map(|first| &first.search)
            && runners.iter().all(|runner| runner.search.is_err())
        {
            return Err(problem.clone());
        }
        let (recipe, most_rounds) = (recipe.clone(), course.rounds.max(1));
        let (closed, news, assembled) = (false, false, false);
        Ok(Self { setup, recipe, metric, ratio, runners, round: 1, most_rounds, closed, news, assembly: None, assembled, team: None })
    }

    /// Rounds that are behind it.
    pub fn rounds(&self) -> usize {
        self.round
    }

    /// Whether the end came before its time.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// The places of the runners with a score, the best first; of equal ones the first.
    fn ranking(&self) -> Vec<usize> {
        let score = |place: &usize| self.runners[*place].best().and_then(Trial::score);
        let mut places: Vec<usize> = (0..self.runners.len()).filter(|place| score(place).is_some()).collect();
        let sign = if self.metric.higher_is_better { -1.0 } else { 1.0 };
        let key = |place: &usize| sign * score(place).unwrap_or(f64::INFINITY);
        places.sort_by(|a, b| key(a).total_cmp(&key(b)).then(a.cmp(b)));
        places
    }

    /// Begins the next round with the better half of those that were in this one. False where the race is over.
    fn next_round(&mut self) -> Result<bool, Problem> {
        if self.closed || self.round >= self.most_rounds {
            return Ok(false);
        }
        let standing: Vec<usize> = self.ranking().into_iter().filter(|&place| self.runners[place].rounds == self.round).collect();
        let most = standing.len().div_ceil(2).max(FINALISTS);
        for place in standing.into_iter().take(most) {
            let runner = &mut self.runners[place];
            if let Ok(search) = &mut runner.search {
                search.extend(tune::ROUND)?;
                (runner.runs, runner.rounds) = (true, runner.rounds + 1);
            }
        }
        self.round += 1;
        Ok(self.runners.iter().any(|runner| runner.runs))
    }

    /// After the end a first trial that is not done is not waited for, once some model has a score.
    fn wait_for_nobody(&mut self) {
        if self.runners.iter().any(|runner| runner.best().is_some()) {
            self.runners.iter_mut().filter(|runner| runner.tuned.is_none()).for_each(|runner| runner.runs = false);
        }
    }

    /// How everybody stands.
    pub fn standing(&self) -> Standing {
        let ranking = self.ranking();
        let lead = match &self.team {
            Some(team) => Some(Lead { score: team.score, reports: team.reports.clone() }),
            None => ranking.first().and_then(|&place| {
                let best = self.runners[place].best()?;
                Some(Lead { score: best.score()?, reports: best.reports.clone() })
            }),
        };
        // The first leads where no mean is before it.
        let others = ranking.iter().enumerate().map(|(at, &place)| (place, lead.as_ref().filter(|_| at > 0 || self.team.is_some())));
        let failed = (0..self.runners.len()).filter(|place| !ranking.contains(place) && !self.runners[*place].runs);
        let entries = others.chain(failed.map(|place| (place, None))).map(|(place, lead)| self.entry(place, lead));
        let team = self.team.as_ref().and_then(|team| self.entry_of(team));
        Standing { entries: team.into_iter().chain(entries).collect(), rounds: self.round }
    }

    /// The mean of the best as an entry.
    fn entry_of(&self, team: &Team) -> Option<Entry> {
        let folds: Vec<f64> = team.reports.iter().copied().flatten().collect();
        Some(Entry {
            variant: OWN.to_owned(),
            prepare: self.recipe.prepare.clone(),
            candidate: self.voting(team)?,
            tune: Tune::default(),
            trials: 0,
            score: Some(team.score),
            interval: interval(&folds, self.ratio, self.metric.range),
            behind: None,
            rounds: self.round,
            problem: None,
        })
    }

    fn voting(&self, team: &Team) -> Option<learn::Candidate> {
        let member = |(place, count): &(usize, usize)| {
            let runner = &self.runners[*place];
            let mut recipe = runner.search.as_ref().ok()?.recipe_of(runner.best()?).ok()?;
            let candidate = recipe.models.pop()?;
            Some(learn::Estimator { model: candidate.model, params: candidate.params, weight: *count as f64 })
        };
        team.members.iter().map(member).collect::<Option<Vec<_>>>().map(|members| learn::voting(&members))
    }

    /// The models that can be put together; what they said is not kept elsewhere from here on.
    fn pool(&mut self) -> Vec<Member> {
        let member = |(place, runner): (usize, &mut Runner)| {
            let score = runner.best().and_then(Trial::score);
            let said = runner.search.as_mut().ok()?.take_best_said();
            Some(Member { place, score: score?, said: said? })
        };
        self.runners.iter_mut().enumerate().filter_map(member).collect()
    }

    /// A step of what comes after the last round: whether there is more.
    fn assemble(&mut self) -> bool {
        if self.assembled {
            return false;
        }
        if self.assembly.is_none() {
            let best = self.ranking().first().and_then(|&place| self.runners[place].best()?.score());
            let pool = self.pool();
            self.assembly = Some(Assembly::new(self.setup.clone(), self.recipe.clone(), self.metric, pool, best));
        }
        if self.assembly.as_mut().is_some_and(Assembly::advance) {
            return true;
        }
        self.end_assembly();
        false
    }

    /// The best mean that was found is taken.
    fn end_assembly(&mut self) {
        self.team = self.assembly.take().and_then(Assembly::found);
        self.assembled = true;
    }

    fn entry(&self, place: usize, lead: Option<&Lead>) -> Entry {
        let runner = &self.runners[place];
        let own = runner.best();
        let tuned = runner.tuned.as_ref();
        let params = tuned.and_then(|tuned| tuned.params.clone()).unwrap_or_else(|| runner.rival.candidate.params.clone());
        let folds: Vec<f64> = own.iter().flat_map(|trial| trial.reports.iter().copied().flatten()).collect();
        let behind = lead.zip(own).and_then(|(lead, own)| {
            let both: Vec<(f64, f64)> = lead.reports.iter().zip(&own.reports).filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
            difference(&both, self.ratio, usual_zone(self.metric, lead.score), self.metric.higher_is_better).ok()
        });
        let problem = match &runner.search {
            Err(problem) => Some(problem.clone()),
            Ok(_) => tuned.filter(|_| own.is_none()).map(crate::run::nested::failure),
        };
        Entry {
            variant: runner.rival.variant.to_owned(),
            prepare: runner.rival.prepare.clone(),
            candidate: learn::Candidate { params, ..runner.rival.candidate.clone() },
            tune: tuned.map(|tuned| tuned.tune.clone()).unwrap_or_default(),
            trials: tuned.map_or(0, |tuned| tuned.trials.len()),
            score: own.and_then(Trial::score),
            interval: interval(&folds, self.ratio, self.metric.range),
            behind,
            rounds: runner.rounds,
            problem,
        }
    }
}

/// Whether a model can be a part of a mean: it has the study's own preparation, and its probabilities are those of the model
/// itself.
fn can_join(rival: &Rival) -> bool {
    rival.candidate.calibration.is_none() && rival.variant != GAPS
}

/// The 95 % interval of the mean of scores on folds, its variance widened for the rows that folds share (Nadeau and Bengio
/// 2003), within the range of the metric; nothing for fewer than two.
fn interval(scores: &[f64], ratio: f64, (least, most): (f64, f64)) -> Option<[f64; 2]> {
    let n = scores.len() as f64;
    if scores.len() < 2 || !ratio.is_finite() {
        return None;
    }
    let mean = crate::num::sum::sum(scores) / n;
    let squares: Vec<f64> = scores.iter().map(|x| (x - mean) * (x - mean)).collect();
    let half = t_ppf(0.975, n - 1.0) * (crate::num::sum::sum(&squares) / (n - 1.0) * (1.0 / n + ratio)).sqrt();
    let within = |end: f64| {
        if end < least {
            least
        } else if end > most {
            most
        } else {
            end
        }
    };
    Some([within(mean - half), within(mean + half)])
}

impl Study for Heat {
    type Outcome = Standing;

    fn tasks(&mut self) -> Vec<Task> {
        let mut all = Vec::new();
        for (place, runner) in self.runners.iter_mut().enumerate().filter(|(_, runner)| runner.runs) {
            if let Ok(search) = &mut runner.search {
                all.extend(search.tasks().into_iter().map(|task| Task { index: place as u64 * BLOCK + task.index, ..task }));
            }
        }
        all
    }

    fn accept(&mut self, index: u64, result: Result<&[u8], Problem>) {
        if let Some(Ok(search)) = self.runners.get_mut((index / BLOCK) as usize).map(|runner| &mut runner.search) {
            search.accept(index % BLOCK, result);
        }
    }

    fn wants(&self, index: u64) -> bool {
        let runner = self.runners.get((index / BLOCK) as usize).filter(|runner| runner.runs);
        runner.is_some_and(|runner| runner.search.as_ref().is_ok_and(|search| search.wants(index % BLOCK)))
    }

    fn hear(&mut self, index: u64, progress: &Progress) {
        if let Some(Ok(search)) = self.runners.get_mut((index / BLOCK) as usize).map(|runner| &mut runner.search) {
            search.hear(index % BLOCK, progress);
        }
    }

    fn progress(&self) -> Progress {
        let running: Vec<&Runner> = self.runners.iter().filter(|runner| runner.rounds == self.round).collect();
        let share = |runner: &&Runner| match (&runner.search, runner.runs) {
            (Ok(search), true) => search.progress().share(),
            _ => 1.0,
        };
        let within = running.iter().map(share).sum::<f64>() / running.len().max(1) as f64;
        let done = (self.round as f64 - 1.0 + within) / self.most_rounds as f64;
        Progress { done: (1000.0 * done) as u64, total: 1000 }
    }

    fn live(&mut self) -> Option<Live> {
        std::mem::take(&mut self.news).then(|| Live::Entries(self.standing().entries))
    }

    /// Time is up: everybody ends with what is there.
    fn close(&mut self) {
        if self.assembly.is_some() {
            // All rounds are run.
            return self.end_assembly();
        }
        self.closed = true;
        for runner in self.runners.iter_mut().filter(|runner| runner.runs) {
            if let Ok(search) = &mut runner.search {
                search.close();
            }
        }
        self.wait_for_nobody();
    }

    fn is_working(&self) -> bool {
        let works = |runner: &Runner| runner.search.as_ref().is_ok_and(Study::is_working);
        self.runners.iter().all(|runner| !runner.runs) || self.runners.iter().any(|runner| runner.runs && works(runner))
    }

    fn turn(&mut self) -> Result<Turn<Standing>, Problem> {
        let mut waits = false;
        for runner in self.runners.iter_mut().filter(|runner| runner.runs) {
            let Ok(search) = &mut runner.search else { continue };
            if !search.is_working() {
                waits = true;
                continue;
            }
            if let Turn::Done(tuned) = search.turn()? {
                (runner.tuned, runner.runs) = (Some(tuned), false);
                self.news = true;
                if self.closed {
                    self.wait_for_nobody();
                }
            }
            return Ok(Turn::Working);
        }
        if waits {
            return Ok(Turn::Waiting);
        }
        if self.next_round()? || self.assemble() {
            return Ok(Turn::Working);
        }
        Ok(Turn::Done(self.standing()))
    }
}

impl Search for Heat {
    fn chosen(&self, standing: &Standing) -> Result<Chosen, Problem> {
        let trials = standing.entries.iter().map(|entry| entry.trials).sum();
        if let (Some(_), Some(entry)) = (&self.team, standing.entries.first()) {
            let models = vec![entry.candidate.clone()];
            let recipe = Recipe { prepare: entry.prepare.clone(), models, chosen: 0, tune: None, ..self.recipe.clone() };
            let values = Params::from_iter([("model".to_owned(), entry.name().into())]);
            return Ok(Chosen { recipe, inner: entry.score, trials, values });
        }
        let best = self.ranking().first().copied();
        let (Some(place), Some(entry)) = (best, standing.entries.first()) else {
            let problem = standing.entries.iter().find_map(|entry| entry.problem.clone());
            return Err(problem.unwrap_or_else(|| Problem::new(Stage::Tune, "tune.no_score")));
        };
        let runner = &self.runners[place];
        let (Ok(search), Some(trial)) = (&runner.search, runner.best()) else {
            return Err(Problem::new(Stage::Tune, "tune.no_score"));
        };
        let recipe = search.recipe_of(trial)?;
        // The model itself is the first thing that was chosen.
        let model = std::iter::once(("model".to_owned(), entry.name().into()));
        let values = model.chain(trial.values.clone()).collect();
        Ok(Chosen { recipe, inner: trial.score(), trials, values })
    }
}

//! The pool: workers that do whole tasks. Which worker does what changes nothing but the time.

use super::link::{Code, Link};
use super::studio::now;
use atelier::base::{Problem, Progress};
use atelier::run::{Ask, Live, Pace, Task, Tell};
use leptos::prelude::{TimeoutHandle, set_timeout_with_handle};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

/// How long a task that is looked at rests after an epoch in slow motion.
const REST: Duration = Duration::from_millis(480);

/// How often a task whose worker died is given to another before it counts as failed.
const TRIES: u32 = 3;

/// What becomes of a task.
pub enum News {
    /// It goes on.
    Progress(Progress, Option<Live>),
    /// It is done, with its answer, and when it began and ended, in milliseconds of the page.
    Done(Vec<u8>, [f64; 2]),
    /// It cannot be done.
    Failed(Problem),
}

type Hear = Rc<dyn Fn(u64, News)>;

struct Order {
    batch: u64,
    task: Task,
    body: Rc<Vec<u8>>,
    hear: Hear,
    tries: u32,
}

struct Member {
    link: Link,
    /// The digest of the table that it holds.
    holds: Option<String>,
    busy: Option<Rc<Order>>,
    /// How it goes on, as far as is known here.
    pace: Pace,
}

impl Member {
    /// Whether it is at the task that is looked at.
    fn is_watched(&self) -> bool {
        self.busy.as_ref().is_some_and(|order| order.task.plane.is_some())
    }

    fn tell(&mut self, pace: Pace) {
        if self.pace != pace {
            self.pace = pace;
            self.link.ask(Ask::Pace(pace), &[], |_, _| {});
        }
    }
}

/// Workers and what waits for them.
#[derive(Clone)]
pub struct Pool(Rc<Inner>);

struct Inner {
    code: Rc<Code>,
    size: Cell<usize>,
    members: RefCell<BTreeMap<u64, Member>>,
    next: Cell<u64>,
    queue: RefCell<VecDeque<Rc<Order>>>,
    table: RefCell<Option<(String, Rc<Vec<u8>>)>>,
    paused: Cell<bool>,
    slow: Cell<bool>,
    /// Ends the rest after an epoch in slow motion.
    rest: RefCell<Option<TimeoutHandle>>,
}

impl Pool {
    /// A pool of at most `size` workers, started when they are first needed.
    pub fn new(code: Rc<Code>, size: usize) -> Self {
        Self(Rc::new(Inner {
            code,
            size: Cell::new(size.max(1)),
            members: RefCell::default(),
            next: Cell::new(1),
            queue: RefCell::default(),
            table: RefCell::default(),
            paused: Cell::new(false),
            slow: Cell::new(false),
            rest: RefCell::default(),
        }))
    }

    /// Sets how many workers there are at most; those above the number end when idle.
    pub fn resize(&self, size: usize) {
        self.0.size.set(size.max(1));
        self.end_idle();
    }

    /// Gives the packed table that tasks of this digest need. Workers get it with their first such task.
    pub fn hold(&self, digest: String, table: Vec<u8>) {
        *self.0.table.borrow_mut() = Some((digest, Rc::new(table)));
    }

    /// Whether the table of a digest is at hand.
    pub fn holds(&self, digest: &str) -> bool {
        self.0.table.borrow().as_ref().is_some_and(|(held, _)| held == digest)
    }

    /// Queues tasks; `hear` is told of each by its index. Gives the number of the batch, by which it can be cancelled.
    pub fn run(&self, tasks: Vec<Task>, body: Vec<u8>, hear: impl Fn(u64, News) + 'static) -> u64 {
        let batch = self.number();
        let (body, hear): (_, Hear) = (Rc::new(body), Rc::new(hear));
        for task in tasks {
            self.0.queue.borrow_mut().push_back(Rc::new(Order { batch, task, body: body.clone(), hear: hear.clone(), tries: 0 }));
        }
        self.dispatch();
        batch
    }

    /// Takes back a batch: what waits is dropped, what runs is ended with its worker. Nothing more is heard of it.
    pub fn cancel(&self, batch: u64) {
        self.take_back(|order| order.batch == batch);
    }

    /// Takes back some tasks of some batches.
    pub fn drop_tasks(&self, batches: &[u64], tasks: &[u64]) {
        self.take_back(|order| batches.contains(&order.batch) && tasks.contains(&order.task.index));
    }

    fn take_back(&self, is_meant: impl Fn(&Order) -> bool) {
        self.0.queue.borrow_mut().retain(|order| !is_meant(order));
        let is_busy = |member: &Member| member.busy.as_ref().is_some_and(|order| is_meant(order));
        let ended: Vec<u64> = self.0.members.borrow().iter().filter(|(_, member)| is_busy(member)).map(|(id, _)| *id).collect();
        for id in ended {
            let member = self.0.members.borrow_mut().remove(&id);
            if let Some(member) = member {
                member.link.end();
            }
        }
        self.dispatch();
    }

    /// Stops the work after its slice, or lets it go on.
    pub fn pause(&self, paused: bool) {
        self.0.paused.set(paused);
        self.set_paces();
    }

    /// Whether the task that is looked at rests after every epoch. The others wait for it, so that nothing else moves.
    pub fn slow(&self, slow: bool) {
        self.0.slow.set(slow);
        self.set_paces();
    }

    /// Lets the task that is looked at go on for one epoch, where all is paused.
    pub fn step(&self) {
        self.0.members.borrow_mut().values_mut().filter(|member| member.is_watched()).for_each(|member| member.tell(Pace::Step));
    }

    fn set_paces(&self) {
        let mut members = self.0.members.borrow_mut();
        let is_slow = self.0.slow.get() && members.values().any(Member::is_watched);
        for member in members.values_mut() {
            let pace = match (self.0.paused.get(), is_slow) {
                (false, false) => Pace::Go,
                (false, true) if member.is_watched() => Pace::Step,
                _ => Pace::Hold,
            };
            // A step ends by itself.
            if !(member.pace == Pace::Step && pace == Pace::Hold) {
                member.tell(pace);
            }
        }
    }

    /// A worker has come to the end of an epoch: where that was a step, it holds itself now, and in slow motion the next step
    /// comes after a rest.
    fn stepped(&self, id: u64) {
        match self.0.members.borrow_mut().get_mut(&id) {
            Some(member) if member.pace == Pace::Step => member.pace = Pace::Hold,
            _ => return,
        }
        if self.0.slow.get() {
            let pool = Rc::downgrade(&self.0);
            let wake = move || {
                if let Some(pool) = pool.upgrade() {
                    Pool(pool).set_paces();
                }
            };
            // One rest at a time, whatever was pressed meanwhile.
            if let Some(before) = self.0.rest.replace(set_timeout_with_handle(wake, REST).ok()) {
                before.clear();
            }
        }
    }

    fn number(&self) -> u64 {
        self.0.next.replace(self.0.next.get() + 1)
    }

    fn end_idle(&self) {
        let mut members = self.0.members.borrow_mut();
        while members.len() > self.0.size.get() {
            let Some(id) = members.iter().find(|(_, member)| member.busy.is_none()).map(|(id, _)| *id) else { break };
            if let Some(member) = members.remove(&id) {
                member.link.end();
            }
        }
    }

    fn dispatch(&self) {
        loop {
            let Some(order) = self.0.queue.borrow().front().cloned() else { break };
            let idle = self.0.members.borrow().iter().find(|(_, member)| member.busy.is_none()).map(|(id, _)| *id);
            let id = match idle {
                Some(id) => id,
                None if self.0.members.borrow().len() < self.0.size.get() => match self.start() {
                    Some(id) => id,
                    None => break,
                },
                None => break,
            };
            self.0.queue.borrow_mut().pop_front();
            self.give(id, order);
        }
        self.set_paces();
    }

    fn start(&self) -> Option<u64> {
        let id = self.number();
        let pool = Rc::downgrade(&self.0);
        let on_death = move || {
            if let Some(pool) = pool.upgrade() {
                Pool(pool).lost(id);
            }
        };
        let link = Link::start(&self.0.code, on_death).ok()?;
        let mut member = Member { link, holds: None, busy: None, pace: Pace::Go };
        if self.0.paused.get() {
            member.tell(Pace::Hold);
        }
        self.0.members.borrow_mut().insert(id, member);
        Some(id)
    }

    fn give(&self, id: u64, order: Rc<Order>) {
        let mut members = self.0.members.borrow_mut();
        let Some(member) = members.get_mut(&id) else { return };
        if member.holds.as_ref() != Some(&order.task.table)
            && let Some((digest, table)) = self.0.table.borrow().as_ref().filter(|(digest, _)| *digest == order.task.table)
        {
            member.link.ask(Ask::Hold, table, |_, _| {});
            member.holds = Some(digest.clone());
        }
        let pool = Rc::downgrade(&self.0);
        let (heard, began) = (order.clone(), now());
        member.link.ask(Ask::Task(Box::new(order.task.clone())), &order.body, move |tell, body| {
            let index = heard.task.index;
            let end = |news: News| {
                let Some(pool) = pool.upgrade().map(Pool) else { return };
                if let Some(member) = pool.0.members.borrow_mut().get_mut(&id) {
                    member.busy = None;
                    // A step that met no epoch any more must not be made with the next task.
                    if member.pace == Pace::Step {
                        member.tell(Pace::Hold);
                    }
                }
                (heard.hear)(index, news);
                pool.end_idle();
                pool.dispatch();
            };
            match tell {
                Tell::Progress(progress, live) => {
                    if let (Some(Live::Epochs(..)), Some(pool)) = (&live, pool.upgrade()) {
                        Pool(pool).stepped(id);
                    }
                    (heard.hear)(index, News::Progress(progress, live));
                }
                Tell::Drop(_) => {}
                Tell::Done(_) | Tell::Tasks(_) => end(News::Done(body, [began, now()])),
                // A dead worker's tasks are given out again by `lost`.
                Tell::Failed(problem) if problem.message.id == "run.worker_died" || problem.message.id == "run.cancelled" => {}
                Tell::Failed(problem) => end(News::Failed(problem)),
            }
        });
        member.busy = Some(order);
    }

    /// A worker is gone: its task runs again from the start, so that the result is the same.
    fn lost(&self, id: u64) {
        let member = self.0.members.borrow_mut().remove(&id);
        let Some(member) = member else { return };
        member.link.end();
        if let Some(order) = member.busy {
            if order.tries + 1 < TRIES {
                let again = Order {
                    batch: order.batch,
                    task: order.task.clone(),
                    body: order.body.clone(),
                    hear: order.hear.clone(),
                    tries: order.tries + 1,
                };
                self.0.queue.borrow_mut().push_front(Rc::new(again));
            } else {
                (order.hear)(order.task.index, News::Failed(Problem::new(atelier::base::Stage::Learn, "run.worker_died")));
            }
        }
        self.dispatch();
    }
}

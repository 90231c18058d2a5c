//! Asking the core from a page: a query asks again when what it is made of goes stale, an action runs when told. The last
//! good answer stays on screen while a newer one is on its way or has failed.

use crate::host;
use contract::{Command, Event, Failure, Topic, sync::SyncState};
use leptos::{prelude::*, task::spawn_local};

/// What the core pushes, as signals: a counter per topic and the state of the sync.
#[derive(Clone, Copy)]
pub struct Pushes {
    session: RwSignal<u64>,
    snapshot: RwSignal<u64>,
    activity: RwSignal<u64>,
    views: RwSignal<u64>,
    checks: RwSignal<u64>,
    versions: RwSignal<u64>,
    states: RwSignal<u64>,
    detections: RwSignal<u64>,
    triage: RwSignal<u64>,
    cases: RwSignal<u64>,
    /// Where the sync stands.
    pub sync: RwSignal<SyncState>,
}

impl Pushes {
    /// Listens to the core for as long as the page lives.
    pub fn listen() -> Self {
        let this = Self {
            session: RwSignal::new(0),
            snapshot: RwSignal::new(0),
            activity: RwSignal::new(0),
            views: RwSignal::new(0),
            checks: RwSignal::new(0),
            versions: RwSignal::new(0),
            states: RwSignal::new(0),
            detections: RwSignal::new(0),
            triage: RwSignal::new(0),
            cases: RwSignal::new(0),
            sync: RwSignal::new(SyncState::idle()),
        };
        host::on_event(move |event| match event {
            Event::Stale(topics) => this.stale(&topics),
            Event::Sync(state) => this.sync.set(state),
        });
        this
    }

    /// Makes everyone who reads these topics ask again.
    pub fn stale(&self, topics: &[Topic]) {
        for topic in topics {
            self.counter(*topic).update(|n| *n += 1);
        }
    }

    /// Subscribes to the topics.
    pub fn track(&self, topics: &[Topic]) {
        for topic in topics {
            self.counter(*topic).track();
        }
    }

    fn counter(&self, topic: Topic) -> RwSignal<u64> {
        match topic {
            Topic::Session => self.session,
            Topic::Snapshot => self.snapshot,
            Topic::Activity => self.activity,
            Topic::Views => self.views,
            Topic::Checks => self.checks,
            Topic::Versions => self.versions,
            Topic::States => self.states,
            Topic::Detections => self.detections,
            Topic::Triage => self.triage,
            Topic::Cases => self.cases,
        }
    }
}

/// The answer to a command, kept up to date.
pub struct Query<T: Send + Sync + 'static> {
    /// The last good answer.
    pub value: RwSignal<Option<T>>,
    /// Why the last question had no answer; cleared by the next good one.
    pub failure: RwSignal<Option<Failure>>,
    again: RwSignal<u64>,
}

impl<T: Send + Sync + 'static> Clone for Query<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for Query<T> {}

impl<T: Send + Sync + 'static> Query<T> {
    /// Asks once more.
    pub fn retry(&self) {
        self.again.update(|n| *n += 1);
    }
}

/// Keeps the answer to `command`; `None` asks nothing and forgets the answer.
pub fn use_query<C>(command: impl Fn() -> Option<C> + Send + Sync + 'static) -> Query<C::Reply>
where
    C: Command + Clone + PartialEq + Sync,
    C::Reply: Sync,
{
    let pushes = expect_context::<Pushes>();
    let query = Query { value: RwSignal::new(None), failure: RwSignal::new(None), again: RwSignal::new(0) };
    let command = Memo::new(move |_| command());
    let asked = StoredValue::new(0_u64);
    Effect::new(move |_| {
        pushes.track(C::READS);
        query.again.track();
        asked.update_value(|n| *n += 1);
        let turn = asked.get_value();
        let Some(command) = command.get() else {
            query.value.set(None);
            query.failure.set(None);
            return;
        };
        spawn_local(async move {
            let reply = host::call(command).await;
            // A later question overtook this one, or the page is gone.
            if asked.try_get_value() != Some(turn) {
                return;
            }
            match reply {
                Ok(value) => {
                    // Only a change is told: most answers follow a good one.
                    if query.failure.read_untracked().is_some() {
                        query.failure.set(None);
                    }
                    query.value.set(Some(value));
                }
                Err(failure) => query.failure.set(Some(failure)),
            }
        });
    });
    query
}

/// Runs a command; `then` sees how it went. What the command makes stale is asked again by whoever shows it.
pub fn act<C: Command>(pushes: Pushes, command: C, then: impl FnOnce(Result<C::Reply, Failure>) + 'static) {
    spawn_local(async move {
        let reply = host::call(command).await;
        if reply.is_ok() {
            pushes.stale(C::STALES);
        }
        then(reply);
    });
}

//! What an analyst decides: a verdict, whose it is, until when it can wait. All of it is kept here and not in the org, so each
//! is done at once, said in a message, and taken back from there.

use crate::{
    host,
    kit::text,
    query::Pushes,
    state::{
        as_of::AsOf,
        toasts::Toasts,
    },
};
use contract::{
    Command, Failure,
    triage::{AssessDetections, Assessed, Detection, GetPersonRisk, SetTriage, TriageRow},
};
use domain::{Assessment, Timestamp, UserId};
use leptos::{prelude::*, task::spawn_local};

/// A date that is long over: nobody is put off any more.
const OVER: Timestamp = Timestamp(0);

/// One detection of a person, and what was decided about it so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    pub uuid: String,
    pub before: Option<Assessed>,
}

impl From<&Detection> for Judged {
    fn from(detection: &Detection) -> Self {
        Self { uuid: detection.uuid.clone(), before: detection.assessment.clone() }
    }
}

/// Decides from anywhere on the page.
#[derive(Clone, Copy)]
pub struct Decide {
    pushes: Pushes,
    toasts: Toasts,
    as_of: AsOf,
}

/// What puts a decision back to how it was.
type Restore = Vec<AssessDetections>;

impl Decide {
    /// From a component of this page.
    pub fn here() -> Self {
        Self { pushes: expect_context(), toasts: expect_context(), as_of: expect_context() }
    }

    /// Whether nothing can be decided: what is on screen is the past.
    pub fn is_off(&self) -> bool {
        self.as_of.get().is_some()
    }

    /// Whether something can be decided; says why where nothing can.
    pub fn may(&self) -> bool {
        let may = self.as_of.get_untracked().is_none();
        if !may {
            self.toasts.say("A past snapshot is on screen. Go back to now to decide anything.");
        }
        may
    }

    async fn run<C: Command>(self, command: C) -> Result<C::Reply, Failure> {
        let reply = host::call(command).await;
        if reply.is_ok() {
            self.pushes.stale(C::STALES);
        }
        reply
    }

    /// Gives a verdict on detections of one person, or takes it back.
    pub fn judge(self, user: UserId, what: Vec<Judged>, verdict: Option<Assessment>, note: Option<String>) {
        if !self.may() || what.is_empty() {
            return;
        }
        spawn_local(async move {
            let count = what.len() as u64;
            match self.judge_one(user, what, verdict, note).await {
                Ok(restore) => self.told(count, 1, verdict, restore),
                Err(failure) => self.toasts.say(failure.to_string()),
            }
        });
    }

    async fn judge_one(
        self,
        user: UserId,
        what: Vec<Judged>,
        assessment: Option<Assessment>,
        note: Option<String>,
    ) -> Result<Restore, Failure> {
        let detections = what.iter().map(|judged| judged.uuid.clone()).collect();
        self.run(AssessDetections { user: user.clone(), detections, assessment, note }).await?;
        Ok(restore(&user, what))
    }

    /// Gives one verdict on everything that waits for one, of several people.
    pub fn judge_people(self, people: Vec<UserId>, verdict: Assessment, note: Option<String>) {
        if !self.may() {
            return;
        }
        spawn_local(async move {
            let (mut back, mut count, mut persons) = (Restore::new(), 0, 0);
            for user in people {
                let asked = host::call(GetPersonRisk { as_of: None, user: user.clone() }).await;
                let judged = match asked {
                    Ok(person) => {
                        let open = person.detections.iter().filter(|d| d.assessment.is_none());
                        let open: Vec<Judged> = open.map(Judged::from).collect();
                        if open.is_empty() {
                            continue;
                        }
                        count += open.len() as u64;
                        self.judge_one(user, open, Some(verdict), note.clone()).await
                    }
                    Err(failure) => Err(failure),
                };
                match judged {
                    Ok(restore) => back.extend(restore),
                    // What was decided before this one stays decided, and can be taken back.
                    Err(failure) => {
                        self.toasts.say(failure.to_string());
                        break;
                    }
                }
                persons += 1;
            }
            self.told(count, persons, Some(verdict), back);
        });
    }

    fn told(self, count: u64, people: u64, verdict: Option<Assessment>, back: Restore) {
        let what = text::plural(count, "detection", "detections");
        let of = if people > 1 { format!(" of {}", text::plural(people, "person", "people")) } else { String::new() };
        let said = match verdict {
            _ if count == 0 => return self.toasts.say("Nothing waits for a verdict there."),
            Some(verdict) => format!("{what}{of}: {}.", verdict.label().to_lowercase()),
            None => format!("{what}{of}: the verdict is taken back."),
        };
        self.toasts.offer(said, "Undo", move || {
            let back = back.clone();
            spawn_local(async move {
                for command in back {
                    if let Err(failure) = self.run(command).await {
                        return self.toasts.say(failure.to_string());
                    }
                }
            });
        });
    }

    /// Gives people to somebody; an empty name is nobody.
    pub fn assign(self, people: Vec<TriageRow>, to: String) {
        let to = to.trim().to_owned();
        let said = match to.as_str() {
            "" => format!("{}: assigned to nobody.", named(&people)),
            to => format!("{}: assigned to {to}.", named(&people)),
        };
        let back = people.iter().map(|row| SetTriage {
            assignee: Some(row.assignee.clone().unwrap_or_default()),
            ..of(vec![row.user.clone()])
        });
        let back = back.collect();
        let users = people.into_iter().map(|row| row.user).collect();
        self.set(SetTriage { assignee: Some(to), ..of(users) }, said, back);
    }

    /// Puts people off; `None` ends that.
    pub fn snooze(self, people: Vec<TriageRow>, until: Option<Timestamp>) {
        let said = match until {
            Some(until) => format!("{}: put off until {}.", named(&people), text::day(until.0)),
            None => format!("{}: back in the queue.", named(&people)),
        };
        let back = people.iter().map(|row| SetTriage {
            snooze_until: Some(row.snoozed_until.unwrap_or(OVER)),
            ..of(vec![row.user.clone()])
        });
        let back = back.collect();
        let users = people.into_iter().map(|row| row.user).collect();
        self.set(SetTriage { snooze_until: Some(until.unwrap_or(OVER)), ..of(users) }, said, back);
    }

    /// Notes something about a person. A note stays: it is what somebody knew at the time.
    pub fn note(self, user: UserId, text: String) {
        self.set(SetTriage { note: Some(text), ..of(vec![user]) }, "Noted.".to_owned(), Vec::new());
    }

    fn set(self, command: SetTriage, said: String, back: Vec<SetTriage>) {
        if !self.may() || command.users.is_empty() {
            return;
        }
        spawn_local(async move {
            if let Err(failure) = self.run(command).await {
                return self.toasts.say(failure.to_string());
            }
            if back.is_empty() {
                return self.toasts.say(said);
            }
            self.toasts.offer(said, "Undo", move || {
                let back = back.clone();
                spawn_local(async move {
                    for command in back {
                        if let Err(failure) = self.run(command).await {
                            return self.toasts.say(failure.to_string());
                        }
                    }
                });
            });
        });
    }
}

fn of(users: Vec<UserId>) -> SetTriage {
    SetTriage { users, assignee: None, snooze_until: None, note: None }
}

fn named(people: &[TriageRow]) -> String {
    match people {
        [one] => one.name.clone(),
        several => text::plural(several.len() as u64, "person", "people"),
    }
}

/// Commands that give each detection the verdict it had: one command for those that had the same.
fn restore(user: &UserId, what: Vec<Judged>) -> Restore {
    let mut back = Restore::new();
    for Judged { uuid, before } in what {
        let (assessment, note) = before.map_or((None, None), |b| (Some(b.assessment), b.note));
        match back.iter_mut().find(|command| command.assessment == assessment && command.note == note) {
            Some(command) => command.detections.push(uuid),
            None => {
                back.push(AssessDetections { user: user.clone(), detections: vec![uuid], assessment, note });
            }
        }
    }
    back
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_detection_gets_the_verdict_back_that_it_had() {
        let had = |assessment, note: &str| {
            Some(Assessed { assessment, note: Some(note.into()), by: "a".into(), at: Timestamp(1) })
        };
        let judged = |uuid: &str, before| Judged { uuid: uuid.into(), before };
        let what = vec![
            judged("1", None),
            judged("2", had(Assessment::Unsure, "n")),
            judged("3", None),
            judged("4", had(Assessment::Unsure, "other")),
        ];
        let back = restore(&"00u1".into(), what);
        let told: Vec<_> = back.iter().map(|c| (c.detections.join(","), c.assessment)).collect();
        let unsure = Some(Assessment::Unsure);
        assert_eq!(told, [("1,3".into(), None), ("2".into(), unsure), ("4".into(), unsure)]);
        // No command may name nobody: that would mean everything that waits.
        assert!(back.iter().all(|command| !command.detections.is_empty()));
    }
}

//! How each question is answered from the facts.

use super::{Answer, ManagedFacts, Question, SetUp, Step};
use crate::{ManagedStatus, Timestamp};

/// What a sign-in's debug data says when a phone showed a hint that is not the org's.
const INVALID_HINT: &str = "INVALID_MANAGEMENT_HINT";
const RESET: &str = "device.platform.secret_key.reset";

impl Question {
    fn answered(self, answer: Answer, because: impl Into<String>) -> Step {
        let settle = (answer != Answer::Yes).then(|| self.settle().into());
        Step { question: self, answer, because: because.into(), at: None, event: None, settle }
    }

    fn settle(self) -> &'static str {
        match self {
            Self::Registered => "Let the user add an account in Okta Verify on this device.",
            Self::SignedInSince => {
                "Let the user sign in to an app with Okta FastPass on this device: only then is the proof looked at."
            }
            Self::Configured => {
                "Look in the Admin Console under Security → Device integrations → Endpoint management: no API lists it."
            }
            Self::HintAccepted => {
                "Compare the hint in the management system’s app configuration of Okta Verify with the org’s secret key, then sign in again."
            }
            Self::SecretStands => {
                "Put the new secret key into the app configuration of every phone, then let them sign in."
            }
            Self::IssuerKnown => {
                "Look in the Admin Console under Security → Device integrations → Certificate authority."
            }
            Self::CertificateStands => {
                "Look at the certificate on the device: its issuer, its dates, and the store it is in. No API tells them."
            }
            Self::OneRecord => "Deactivate and delete the record that is no longer used.",
            Self::NotRecreated => {
                "Proof belongs to the record: let the user sign in with this one, and delete the older record."
            }
            Self::NotOnlyOthers => {
                "Deliver the proof to this user’s profile too: management belongs to the pair of user and device."
            }
        }
    }
}

impl Step {
    fn seen(self, at: Timestamp, event: &str) -> Self {
        Self { at: Some(at), event: Some(event.into()), ..self }
    }
    fn at(self, at: Option<Timestamp>) -> Self {
        Self { at, ..self }
    }
}

impl ManagedFacts {
    pub(super) fn registered(&self) -> Step {
        let (answer, because) = match self.registered {
            Some(true) => (Answer::Yes, "The Devices API says that it is registered."),
            Some(false) => (Answer::No, "The Devices API says that it is not registered."),
            None => (Answer::Unknown, "The org did not report it."),
        };
        Question::Registered.answered(answer, because).at(self.updated)
    }

    /// The set-up events of this platform; whether one that names none is, can't be told.
    fn set_up_of(&self, which: impl Fn(&SetUp) -> bool) -> Option<&SetUp> {
        self.set_up
            .iter()
            .find(|event| event.platform == self.platform && event.platform.is_some() && which(event))
    }

    pub(super) fn signed_in_since(&self) -> Step {
        let question = Question::SignedInSince;
        let change = self.set_up_of(|event| !event.event_type.ends_with(".delete")).map(|event| event.at);
        let change = change.max(self.linked);
        match (&self.sign_in, change) {
            (Some(sign_in), Some(change)) if sign_in.at <= change => question
                .answered(
                    Answer::No,
                    "Its last known sign-in is from before the last change of the set-up or of the link.",
                )
                .seen(sign_in.at, &sign_in.event),
            (Some(sign_in), _) => question
                .answered(Answer::Yes, "Okta Verify on this device took part in a sign-in.")
                .seen(sign_in.at, &sign_in.event),
            (None, Some(change)) if self.log_begins.is_some_and(|begins| begins <= change) => question
                .answered(Answer::No, "The log has no sign-in with Okta Verify on this device since.")
                .at(Some(change)),
            (None, _) if self.log_begins.is_some() => question
                .answered(Answer::Unknown, "No sign-in is known, but the log is known only from here on.")
                .at(self.log_begins),
            (None, _) => question.answered(Answer::Unknown, "The log has not been read yet."),
        }
    }

    pub(super) fn configured(&self) -> Step {
        let question = Question::Configured;
        match self.set_up_of(|_| true) {
            Some(event) if event.event_type.ends_with(".delete") => question
                .answered(Answer::No, "The set-up of this platform was deleted.")
                .seen(event.at, &event.event),
            Some(event) => question
                .answered(Answer::Yes, "The set-up of this platform was changed and not deleted since.")
                .seen(event.at, &event.event),
            None if self.managed_elsewhere > 0 => {
                let because =
                    format!("{} other devices of this platform are managed.", self.managed_elsewhere);
                question.answered(Answer::Yes, because)
            }
            None => question.answered(
                Answer::Unknown,
                "No event tells of a set-up of this platform, and no other device of it is managed.",
            ),
        }
    }

    pub(super) fn hint_accepted(&self) -> Step {
        let question = Question::HintAccepted;
        let Some(sign_in) = &self.sign_in else {
            return question.answered(Answer::Unknown, "No sign-in with it is known.");
        };
        let step = match sign_in.result.as_deref() {
            Some(INVALID_HINT) => {
                question.answered(Answer::No, format!("Its last sign-in says {INVALID_HINT}."))
            }
            Some(other) => question.answered(Answer::Yes, format!("Its last sign-in says {other}.")),
            None => question.answered(Answer::Unknown, "Its last sign-in says nothing of a hint."),
        };
        step.seen(sign_in.at, &sign_in.event)
    }

    pub(super) fn secret_stands(&self) -> Step {
        let question = Question::SecretStands;
        let reset = self.set_up_of(|event| *event.event_type == *RESET);
        let unnamed =
            self.set_up.iter().find(|event| *event.event_type == *RESET && event.platform.is_none());
        match (reset, &self.sign_in) {
            (Some(reset), Some(sign_in)) if reset.at > sign_in.at => question
                .answered(Answer::No, "The secret key was reset after its last known sign-in.")
                .seen(reset.at, &reset.event),
            (Some(reset), None) => question
                .answered(Answer::Unknown, "The secret key was reset, and no sign-in since is known.")
                .seen(reset.at, &reset.event),
            (_, Some(sign_in)) if unnamed.is_some_and(|reset| reset.at > sign_in.at) => {
                let step = question.answered(
                    Answer::Unknown,
                    "A secret key was reset since; the event does not say of which platform.",
                );
                unnamed.map_or(step.clone(), |reset| step.seen(reset.at, &reset.event))
            }
            (_, Some(sign_in)) => question
                .answered(Answer::Yes, "The log knows of no reset after its last sign-in.")
                .seen(sign_in.at, &sign_in.event),
            (None, None) => question.answered(Answer::Unknown, "No sign-in with it is known."),
        }
    }

    pub(super) fn issuer_known(&self) -> Step {
        let question = Question::IssuerKnown;
        let told =
            |event: &SetUp| [".add", ".update", ".renew"].iter().any(|end| event.event_type.ends_with(end));
        match self.set_up_of(told) {
            Some(event) => question
                .answered(Answer::Yes, "An authority for this platform was set up or renewed.")
                .seen(event.at, &event.event),
            None if self.managed_elsewhere > 0 => question.answered(
                Answer::Yes,
                format!(
                    "The certificates of {} other devices of this platform are accepted.",
                    self.managed_elsewhere
                ),
            ),
            None => {
                question.answered(Answer::Unknown, "No event tells of an authority, and no API lists them.")
            }
        }
    }

    pub(super) fn certificate_stands(&self) -> Step {
        let question = Question::CertificateStands;
        let renewed = self.set_up_of(|event| event.event_type.ends_with(".renew"));
        match (renewed, &self.sign_in) {
            (Some(renewed), Some(sign_in)) if renewed.at > sign_in.at => question
                .answered(Answer::No, "The authority was renewed after its last known sign-in.")
                .seen(renewed.at, &renewed.event),
            _ => question
                .answered(Answer::Unknown, "Neither an API nor an event tells the dates of its certificate."),
        }
    }

    pub(super) fn one_record(&self) -> Step {
        let question = Question::OneRecord;
        let listed = self.twins.iter().filter(|twin| twin.listed).count();
        match listed {
            _ if !self.identified => {
                question.answered(Answer::Unknown, "It has no serial number to compare.")
            }
            0 => question.answered(Answer::Yes, "No other record has its serial number."),
            n => question.answered(
                Answer::No,
                format!("{n} more with its serial number: one certificate may be on two records."),
            ),
        }
    }

    pub(super) fn not_recreated(&self) -> Step {
        let question = Question::NotRecreated;
        let older = self.twins.iter().filter(|twin| twin.created.is_some() && twin.created < self.created);
        match older.max_by_key(|twin| twin.created) {
            _ if !self.identified => {
                question.answered(Answer::Unknown, "It has no serial number or UDID to compare.")
            }
            Some(twin) => question
                .answered(Answer::No, format!("{} is an older record of the same machine.", twin.id))
                .at(self.created),
            None => question.answered(Answer::Yes, "No older record of the same machine is known."),
        }
    }

    pub(super) fn not_only_others(&self) -> Step {
        let question = Question::NotOnlyOthers;
        let managed = self.others.iter().find(|(_, status)| *status == ManagedStatus::Managed);
        let unknown = self.others.iter().any(|(_, status)| *status == ManagedStatus::Unknown);
        match managed {
            Some((name, _)) => {
                question.answered(Answer::No, format!("It is managed for {name}, not for this user."))
            }
            None if unknown => {
                question.answered(Answer::Unknown, "The org says nothing of another user’s link.")
            }
            None if self.others.is_empty() => question.answered(Answer::Yes, "It has no other user."),
            None => question.answered(Answer::Yes, "It is managed for none of its other users."),
        }
    }
}

//! Commands that are being built. This file goes when its list is empty.

use crate::App;
use contract::{Command, Failure, FailureKind, Handle};

macro_rules! unbuilt {
    ($($module:ident::$name:ident),* $(,)?) => {$(
        impl Handle<contract::$module::$name> for App {
            async fn handle(
                &self,
                _: contract::$module::$name,
            ) -> Result<<contract::$module::$name as Command>::Reply, Failure> {
                Err(Failure::new(FailureKind::NotAvailable, "This is being built."))
            }
        }
    )*};
}

unbuilt! {
    log::ListLog,
    log::CountLog,
    log::GetEventFacts,
    log::GetLogCoverage,
    log::ListDetections,
    log::SaveDetection,
    log::DeleteDetection,
    triage::ListTriage,
    triage::SetTriageWeights,
    triage::GetPersonRisk,
    triage::GetPersonLanes,
    triage::AssessDetections,
    triage::SetTriage,
    triage::GetRiskReport,
    protection::GetProtection,
}

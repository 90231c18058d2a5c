//! Groups, apps, policies and the org's other objects: short lists that are read whole.

use super::{
    read::{Listed, Reader},
    run::Stop,
    stage::Standing,
    step::Step,
};
use cache::{Collection, Outcome, Run};
use domain::{ObjectId, OrgObject};
use okta_client::{Error, Listing, ObjectList, PolicyType, Single};

impl Reader<'_> {
    /// Reads the collection of `step`.
    pub async fn objects(&mut self, step: Step, standing: Standing) -> Result<Outcome, Stop> {
        let list = match step {
            Step::Org => return self.org_record().await,
            Step::PostureChecks => return self.posture_checks(standing).await,
            Step::Policies => return self.policies(standing).await,
            Step::PolicyRules => return self.policy_rules(standing).await,
            Step::Groups => ObjectList::Groups,
            Step::Apps => ObjectList::Apps,
            Step::Assurances => ObjectList::DeviceAssurances,
            Step::Integrations => ObjectList::DeviceIntegrations,
            Step::Zones => ObjectList::Zones,
            Step::Features => ObjectList::Features,
            Step::Users | Step::Devices | Step::Log | Step::Risks => return Ok(Outcome::Changes),
        };
        let collection = step.collection();
        let into = collection.clone();
        let put = move |run: &mut Run, rows: Vec<(OrgObject, &str)>, next: Option<&str>| {
            run.put_objects(&into, rows, next)
        };
        let listed = self
            .list(&collection, &self.org.client.objects(&list), standing, |object| object.last_updated, put)
            .await?;
        Ok(listed.outcome())
    }

    async fn org_record(&self) -> Result<Outcome, Stop> {
        let Single { value, raw, .. } = self.control().unless_cancelled(self.org.client.org()).await??;
        self.stage
            .with(move |run| run.put_objects(&Step::Org.collection(), vec![(value, raw)], None))
            .await?;
        self.org.progress.items(1, 1);
        Ok(Outcome::Complete)
    }

    /// The built-in checks have a list of their own; whether the other list holds them too is not documented.
    async fn posture_checks(&self, standing: Standing) -> Result<Outcome, Stop> {
        let collection = Step::PostureChecks.collection();
        self.start_over(&collection, &standing).await?;
        let (mut items, mut listed) = (0, Listed::Whole);
        for list in [ObjectList::DefaultPostureChecks, ObjectList::PostureChecks] {
            let listing = self.org.client.objects(&list);
            listed = listed.and(self.part(&collection, &listing, &mut items, |_| {}).await?);
        }
        Ok(listed.outcome())
    }

    async fn policies(&mut self, standing: Standing) -> Result<Outcome, Stop> {
        let collection = Step::Policies.collection();
        self.start_over(&collection, &standing).await?;
        let (mut items, mut ids, mut listed) = (0, Vec::new(), Listed::Whole);
        for kind in PolicyType::KNOWN {
            let listing = self.org.client.policies(kind);
            let read = self.part(&collection, &listing, &mut items, |policy| ids.push(policy.id.clone()));
            listed = listed.and(skip_what_the_org_lacks(read.await)?);
        }
        self.policies = Some((ids, listed));
        Ok(listed.outcome())
    }

    async fn policy_rules(&mut self, standing: Standing) -> Result<Outcome, Stop> {
        let collection = Step::PolicyRules.collection();
        self.start_over(&collection, &standing).await?;
        // The rules of a policy that could not be read are not gone either.
        let (policies, mut listed) = match self.policies.take() {
            Some(policies) => policies,
            // They were listed before the interruption: list them again, only for their ids.
            None => self.policy_ids().await?,
        };
        let mut items = 0;
        for policy in policies {
            let listing = self.org.client.policy_rules(&policy);
            let part = self.part(&collection, &listing, &mut items, |_| {}).await;
            listed = listed.and(skip_what_the_org_lacks(part)?);
        }
        Ok(listed.outcome())
    }

    async fn policy_ids(&self) -> Result<(Vec<ObjectId>, Listed), Stop> {
        let (mut ids, mut listed) = (Vec::new(), Listed::Whole);
        for kind in PolicyType::KNOWN {
            let listing = self.org.client.policies(kind);
            let mut cursor = None;
            loop {
                match self.control().unless_cancelled(listing.from(cursor.as_ref())).await? {
                    Ok(page) => {
                        listed = listed.and(self.look_at(&Step::Policies.collection(), &page));
                        ids.extend(page.items.into_iter().map(|item| item.value.id));
                        cursor = page.next;
                    }
                    Err(Error::NotAvailable(_)) => cursor = None,
                    Err(error) => return Err(error.into()),
                }
                if cursor.is_none() {
                    break;
                }
            }
        }
        Ok((ids, listed))
    }

    /// Reads one of several lists that make up a collection. No cursor is kept: they are short, and an interrupted
    /// collection is listed again.
    async fn part(
        &self,
        collection: &Collection,
        listing: &Listing<OrgObject>,
        items: &mut u64,
        mut each: impl FnMut(&OrgObject),
    ) -> Result<Listed, Stop> {
        let (mut cursor, mut listed) = (None, Listed::Whole);
        loop {
            self.control().checkpoint().await?;
            let page = self.control().unless_cancelled(listing.from(cursor.as_ref())).await??;
            listed = listed.and(self.look_at(collection, &page));
            page.items.iter().for_each(|item| each(&item.value));
            let (new, into) = (page.items.len() as u64, collection.clone());
            cursor = page.next.clone();
            self.write(page, move |run, rows, _| run.put_objects(&into, rows, None)).await?;
            *items += new;
            self.org.progress.items(*items, new);
            if cursor.is_none() {
                return Ok(listed);
            }
        }
    }

    async fn start_over(&self, collection: &Collection, standing: &Standing) -> Result<(), Stop> {
        if standing.items > 0 {
            let collection = collection.clone();
            self.stage.with(move |run| run.restart(&collection)).await?;
        }
        Ok(())
    }
}

/// An org without the licence for a type of policy refuses that type, and a policy may be gone since it was listed.
fn skip_what_the_org_lacks(read: Result<Listed, Stop>) -> Result<Listed, Stop> {
    match read {
        Err(Stop::Org(error)) if matches!(*error, Error::NotAvailable(_) | Error::NotFound(_)) => {
            Ok(Listed::Whole)
        }
        read => read,
    }
}

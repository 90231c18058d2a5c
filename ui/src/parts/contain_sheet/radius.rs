//! Whom a plan is about and what it would reach: the person, or counts over many with each of them in a table, and those that
//! are left out.

use crate::{
    address::View,
    kit::text,
    parts::{
        person_reach::PersonReachPart,
        reach::{ReachMark, meaning},
        risk_badge::RiskBadge,
        user_link::UsersView,
    },
};
use contract::containment::{ContainmentPlan, PlannedPerson};
use domain::{LogoutReach, UserId};
use leptos::prelude::*;

/// People in the table before it is cut; all of them are on the Users page.
const SHOWN: usize = 100;

/// The whole part.
#[component]
pub fn Radius(plan: ContainmentPlan) -> impl IntoView {
    let ContainmentPlan { people, refused, .. } = plan;
    let alone = (people.len() == 1).then(|| people.first().cloned()).flatten();
    view! {
        {alone.clone().map(|person| view! { <One person/> })}
        <Figures people=people.clone()/>
        {alone.map(|person| view! { <AppsOf id=person.user/> })}
        <Many people/>
        <Refused refused/>
    }
}

#[component]
fn One(person: PlannedPerson) -> impl IntoView {
    let PlannedPerson { name, login, status, level, .. } = person;
    view! {
        <p class="one">
            <bdi class="clip">{name}</bdi><bdi class="clip soft">{login.unwrap_or_else(|| "no login".to_owned())}</bdi>
            <RiskBadge level/><span class="badge">{status.label().to_owned()}</span>
        </p>
    }
}

/// The sum of something that may be unknown for some: how much, and for how many it is not known.
fn sum_known(values: impl Iterator<Item = Option<u32>>) -> (u64, u64) {
    values.fold((0, 0), |(sum, unknown), value| match value {
        Some(n) => (sum + u64::from(n), unknown),
        None => (sum, unknown + 1),
    })
}

/// The apps of everybody by reach, and for how many people they are not known.
fn apps(people: &[PlannedPerson]) -> (Vec<(LogoutReach, u64)>, u64) {
    let unknown = people.iter().filter(|person| person.apps.is_none()).count() as u64;
    let count = |reach| {
        let of = |person: &PlannedPerson| {
            let apps = person.apps.as_deref().unwrap_or_default();
            apps.iter().filter(|(at, _)| *at == reach).map(|(_, n)| u64::from(*n)).sum::<u64>()
        };
        people.iter().map(of).sum()
    };
    (LogoutReach::ALL.map(|reach| (reach, count(reach))).to_vec(), unknown)
}

/// What it would reach, in numbers.
#[component]
fn Figures(people: Vec<PlannedPerson>) -> impl IntoView {
    let whole = people.len() as u64;
    let sessions: u64 = people.iter().map(|p| u64::from(p.sessions)).sum();
    let devices: u64 = people.iter().map(|p| u64::from(p.devices)).sum();
    let shared: u64 = people.iter().map(|p| u64::from(p.shared_devices)).sum();
    let (roles, roles_unknown) = sum_known(people.iter().map(|p| p.roles));
    let (apps, apps_unknown) = apps(&people);
    let all_unknown = apps_unknown == whole;
    let note = |n: u64| match (n, whole) {
        (0, _) => None,
        (_, 1) => Some("not known".to_owned()),
        (n, whole) => Some(format!("not known for {} of {}", text::count(n), text::count(whole))),
    };
    let shared = (shared > 0).then(|| format!("{} used by others too", text::count(shared)));
    let figure = |(one, many): (&'static str, &'static str), value: Option<u64>, note: Option<String>| {
        let what = if value == Some(1) { one } else { many };
        let value = match value {
            Some(n) => view! { <b class="value">{text::count(n)}</b> }.into_any(),
            None => view! { <b class="value unknown">"?"</b> }.into_any(),
        };
        view! { <li class="tile">{value}<span>{what}</span><span class="dim note">{note}</span></li> }
    };
    let reach = move |(reach, n): (LogoutReach, u64)| {
        view! { <li class="tile" data-reach=reach.key() title=meaning(reach)><b class="value">{text::count(n)}</b><ReachMark reach/></li> }
    };
    view! {
        <section aria-label="Blast radius">
            <h3>"Blast radius"</h3>
            <ul class="tiles" data-testid="radius">
                {figure(("session open", "sessions open"), Some(sessions), Some("as the log tells".to_owned()))}
                {figure(("active device", "active devices"), Some(devices), shared)}
                {figure(("admin role", "admin roles"), (roles_unknown < whole).then_some(roles), note(roles_unknown))}
            </ul>
            <h4>"Apps"<span class="dim">{note(apps_unknown)}</span></h4>
            {match all_unknown {
                true => view! { <p class="unknown">"The org did not say which apps: how far a logout would reach is not known."</p> }.into_any(),
                false => view! { <ul class="tiles" data-testid="radius-apps">{apps.into_iter().map(reach).collect_view()}</ul> }.into_any(),
            }}
        </section>
    }
}

/// The apps behind the tiles, for one person: loaded once somebody wants to see them.
#[component]
fn AppsOf(id: UserId) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <div>
            <button type="button" class="facet-more" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>
                {move || if open.get() { "Hide the apps" } else { "Show the apps, and what would go on" }}
            </button>
            {move || open.get().then(|| view! { <PersonReachPart id=id.clone()/> })}
        </div>
    }
}

#[component]
fn Many(people: Vec<PlannedPerson>) -> impl IntoView {
    let count = people.len() as u64;
    let more = people.len().saturating_sub(SHOWN) as u64;
    let line = |person: PlannedPerson| {
        let PlannedPerson { user, name, level, sessions, devices, shared_devices, apps, roles, .. } = person;
        let shared = (shared_devices > 0).then(|| format!(" ({shared_devices} shared)"));
        let apps = match apps {
            Some(apps) => {
                let parts: Vec<_> = apps
                    .into_iter()
                    .filter(|(_, n)| *n > 0)
                    .map(|(reach, n)| format!("{n} {}", reach.label().to_lowercase()))
                    .collect();
                view! { <td>{if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }}</td> }
                    .into_any()
            }
            None => view! { <td class="unknown">"not known"</td> }.into_any(),
        };
        let roles = roles.map_or_else(|| "not known".to_owned(), |n| n.to_string());
        view! {
            <tr>
                <th scope="row"><a href=UsersView::person(&user).href() class="clip"><bdi>{name}</bdi></a></th>
                <td><RiskBadge level/></td><td class="num">{sessions}</td><td class="num">{devices}{shared}</td>{apps}<td class="num">{roles}</td>
            </tr>
        }
    };
    (count > 1).then(move || {
        view! {
            <details open=count <= 8><summary>{text::plural(count, "person", "people")}</summary>
                <div class="people-table" tabindex="0" role="region" aria-label="People">
                    <table>
                        <thead><tr><th scope="col">"Name"</th><th scope="col">"Risk now"</th><th scope="col">"Sessions"</th><th scope="col">"Devices"</th><th scope="col">"Apps"</th><th scope="col">"Roles"</th></tr></thead>
                        <tbody>{people.into_iter().take(SHOWN).map(line).collect_view()}</tbody>
                    </table>
                </div>
                {(more > 0).then(|| view! { <p class="soft">{format!("… and {} more", text::count(more))}</p> })}
            </details>
        }
    })
}

/// Those that are left out, with the reason.
#[component]
fn Refused(refused: Vec<(UserId, String)>) -> impl IntoView {
    let count = refused.len() as u64;
    let line = |(user, why): (UserId, String)| {
        view! { <li><span class="mono clip">{user.to_string()}</span><span class="soft">{why}</span></li> }
    };
    (count > 0).then(move || {
        view! {
            <details open=count <= 8><summary>{format!("{} left out", text::plural(count, "person is", "people are"))}</summary>
                <ul class="names" data-kind="refused">{refused.into_iter().map(line).collect_view()}</ul>
            </details>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::UserStatus;

    fn person(apps: Option<Vec<(LogoutReach, u32)>>) -> PlannedPerson {
        PlannedPerson {
            user: "00u1".into(),
            name: "A".into(),
            login: None,
            status: UserStatus::Active,
            level: None,
            sessions: 1,
            devices: 2,
            shared_devices: 0,
            apps,
            roles: None,
        }
    }

    #[test]
    fn what_is_unknown_for_some_is_neither_none_nor_added_up() {
        let people = [person(Some(vec![(LogoutReach::Full, 3), (LogoutReach::Off, 1)])), person(None)];
        let (counts, unknown) = apps(&people);
        assert_eq!(unknown, 1);
        assert_eq!(counts[0], (LogoutReach::Full, 3));
        assert_eq!(counts.iter().map(|(_, n)| n).sum::<u64>(), 4);
        assert_eq!(sum_known([Some(2), None, Some(1)].into_iter()), (3, 1));
    }
}

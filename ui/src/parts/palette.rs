//! The command palette: one box that goes to a page, runs a command, or finds a device or a person.

use super::{
    activity_link::moving, contain_sheet::Containing, device_link::DevicesView, lifecycle_sheet::Sheet,
    user_link::UsersView,
};
use crate::{
    address::View,
    kit::{
        dialog::Dialog,
        icon::{Glyph, Icon},
    },
    pages::posture::PostureView,
    query::{Pushes, act, use_query},
    routes::Route,
    state::{
        as_of::{AsOf, Shown},
        prefs::{Density, Prefs, Theme},
        selection::Selection,
        toasts::Toasts,
        writes::Writes,
    },
};
use contract::{
    checks::CheckKey,
    intents::Targets,
    search::{FindAnything, Hit, HitKind},
    sync::StartSync,
};
use domain::LifecycleMove;
use leptos::{ev::KeyboardEvent, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

/// One line of the palette.
#[derive(Debug, Clone, PartialEq)]
enum Entry {
    Page(Route),
    Sync {
        full: bool,
    },
    Past,
    BackToNow,
    Theme(Theme),
    Density(Density),
    Found(Hit),
    /// Looks at a change of the device that was found.
    Move(LifecycleMove, Hit),
    /// Looks at a change of all chosen devices.
    MoveChosen(LifecycleMove, u64),
    /// Looks at what containing the person would do.
    Contain(Hit),
}

impl Entry {
    fn commands() -> Vec<Self> {
        let pages = Route::ALL.iter().chain(Route::FOOT).map(|r| Self::Page(*r));
        let syncs = [Self::Sync { full: false }, Self::Sync { full: true }];
        let times = [Self::Past, Self::BackToNow];
        let themes = Theme::ALL.map(Self::Theme);
        let densities = Density::ALL.map(Self::Density);
        pages.chain(syncs).chain(times).chain(themes).chain(densities).collect()
    }

    fn title(&self) -> String {
        match self {
            Self::Page(route) => format!("Go to {}", route.title()),
            Self::Sync { full: false } => "Sync now".into(),
            Self::Sync { full: true } => "Sync: full reconcile".into(),
            Self::Past => "Show a past snapshot…".into(),
            Self::BackToNow => "Back to now".into(),
            Self::Theme(theme) => format!("Theme: {}", theme.label().to_lowercase()),
            Self::Density(density) => format!("Rows: {}", density.label().to_lowercase()),
            Self::Found(hit) => hit.title.clone(),
            Self::Move(wish, hit) => format!("{} {}…", wish.label(), hit.title),
            Self::MoveChosen(wish, count) => format!("{}…", moving(*wish, *count)),
            Self::Contain(hit) => format!("Contain {}…", hit.title),
        }
    }

    fn subtitle(&self) -> String {
        match self {
            Self::Found(hit) | Self::Move(_, hit) | Self::Contain(hit) => hit.subtitle.clone(),
            Self::MoveChosen(..) => "all chosen devices".into(),
            _ => String::new(),
        }
    }

    fn glyph(&self) -> Glyph {
        match self {
            Self::Page(route) => route.glyph(),
            Self::Sync { .. } => Glyph::Sync,
            Self::Move(..) | Self::MoveChosen(..) => Glyph::Activity,
            Self::Contain(_) => Glyph::Door,
            Self::Past | Self::BackToNow => Glyph::Clock,
            Self::Theme(_) => Glyph::Theme,
            Self::Density(_) => Glyph::Columns,
            Self::Found(Hit { kind: HitKind::Device, .. }) => Glyph::Device,
            Self::Found(Hit { kind: HitKind::User, .. }) => Glyph::Person,
            Self::Found(Hit { kind: HitKind::Check, .. }) => Glyph::Flask,
        }
    }

    /// Every word typed is somewhere in the title.
    fn matches(&self, typed: &str) -> bool {
        let title = self.title().to_lowercase();
        typed.to_lowercase().split_whitespace().all(|word| title.contains(word))
    }
}

/// What somebody may mean: a search, a move and the device it is for ("susp nw-mbp"), or a person to be contained.
#[derive(Debug, Clone, PartialEq)]
struct Wanted {
    moves: Vec<LifecycleMove>,
    contain: bool,
    text: String,
}

impl Wanted {
    fn read(typed: &str) -> Self {
        let (first, rest) = typed.trim_start().split_once(' ').unwrap_or((typed.trim_start(), ""));
        let first = first.to_lowercase();
        // Three letters tell the verb from the beginning of a name well enough; both are looked for.
        let moves: Vec<_> = LifecycleMove::ALL
            .into_iter()
            .filter(|wish| first.len() >= 3 && wish.key().starts_with(&first))
            .collect();
        let contain = first.len() >= 3 && "contain".starts_with(&first);
        let verb = contain || !moves.is_empty();
        let text = if !verb || rest.trim().is_empty() && first.len() < 5 { typed } else { rest };
        Self { text: text.trim().to_owned(), moves, contain }
    }
}

/// The palette, in the document only while open.
#[component]
pub fn Palette(open: RwSignal<bool>) -> impl IntoView {
    view! { <Dialog open label="Command palette" class="palette"><Inside open/></Dialog> }
}

#[component]
fn Inside(open: RwSignal<bool>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let selection = expect_context::<Selection>();
    let as_of = expect_context::<AsOf>();
    let location = use_location();
    let open_device = Memo::new(move |_| {
        let on_devices = *location.pathname.read() == Route::Devices.path();
        on_devices.then(|| DevicesView::parse(&location.search.read()).open).flatten()
    });
    let open_person = Memo::new(move |_| {
        let on_users = *location.pathname.read() == Route::Users.path();
        on_users.then(|| UsersView::parse(&location.search.read()).open).flatten()
    });
    let wanted = Memo::new(move |_| Wanted::read(&typed.read()));
    let found = use_query(move || {
        let text = wanted.get().text;
        (text.trim().chars().count() >= 2).then_some(FindAnything { as_of: as_of.get(), text, limit: 6 })
    });
    let entries = Memo::new(move |_| {
        let text = typed.get();
        let commands = Entry::commands().into_iter().filter(|e| e.matches(&text));
        let hits = found.value.get().unwrap_or_default();
        let wanted = wanted.get();
        let chosen = selection.count();
        let moves = wanted.moves.iter().flat_map(|wish| {
            let all = (chosen > 0 && wanted.text.is_empty()).then_some(Entry::MoveChosen(*wish, chosen));
            let here = open_device.get().filter(|_| wanted.text.is_empty());
            let here = here.map(|id| Entry::Move(*wish, the_open_one(id.as_str(), "the open device")));
            let devices = hits.iter().filter(|hit| hit.kind == HitKind::Device);
            here.into_iter().chain(all).chain(devices.map(|hit| Entry::Move(*wish, hit.clone())))
        });
        let contained = wanted.contain.then(|| {
            let here = open_person.get().filter(|_| wanted.text.is_empty());
            let here =
                here.map(|id| Hit { kind: HitKind::User, ..the_open_one(id.as_str(), "the open person") });
            let people = hits.iter().filter(|hit| hit.kind == HitKind::User).cloned();
            here.into_iter().chain(people).map(Entry::Contain).collect::<Vec<_>>()
        });
        let moves: Vec<_> = moves.chain(contained.into_iter().flatten()).collect();
        let hits = hits.into_iter().map(Entry::Found);
        // What a person types is mostly a name: what was found stands before what the app can do.
        if text.trim().is_empty() {
            commands.collect::<Vec<_>>()
        } else {
            moves.into_iter().chain(hits).chain(commands).collect()
        }
    });
    Effect::new(move |_| {
        entries.track();
        at.set(0);
    });
    let run = use_runner(open);
    let on_key = {
        let run = run.clone();
        move |event: KeyboardEvent| {
            let last = entries.read_untracked().len().saturating_sub(1);
            match event.key().as_str() {
                "ArrowDown" => at.update(|a| *a = if *a >= last { 0 } else { *a + 1 }),
                "ArrowUp" => at.update(|a| *a = if *a == 0 { last } else { *a - 1 }),
                "Enter" => {
                    if let Some(entry) = entries.read_untracked().get(at.get_untracked()).cloned() {
                        run(entry);
                    }
                }
                _ => return,
            }
            event.prevent_default();
        }
    };
    let lines = move || {
        let run = run.clone();
        let line = move |(i, entry): (usize, Entry)| {
            let run = run.clone();
            let (title, subtitle, glyph) = (entry.title(), entry.subtitle(), entry.glyph());
            view! {
                <li role="option" id=format!("palette-{i}") class="menu-item" aria-selected=move || (at.get() == i).to_string()
                    on:mousemove=move |_| at.set(i) on:click=move |_| run(entry.clone())>
                    <Icon glyph/><span class="clip">{title}</span><span class="clip dim">{subtitle}</span>
                </li>
            }
        };
        entries.get().into_iter().enumerate().map(line).collect_view()
    };
    view! {
        <input type="text" role="combobox" aria-label="Search devices, people, checks, commands" aria-expanded="true" aria-controls="palette-list"
            aria-activedescendant=move || format!("palette-{}", at.get())
            placeholder="Name, serial, person, check or command" autocomplete="off" spellcheck="false"
            prop:value=move || typed.get() on:input=move |e| typed.set(event_target_value(&e)) on:keydown=on_key/>
        <ul id="palette-list" role="listbox" aria-label="Matches">{lines}</ul>
        <p class="hint">
            {move || if entries.read().is_empty() { "Nothing matches." } else { "" }}
            <span><span class="kbd">"↑"</span>" "<span class="kbd">"↓"</span>" choose"</span>
            <span><span class="kbd">"Enter"</span>" open"</span><span><span class="kbd">"Esc"</span>" close"</span>
        </p>
    }
}

fn use_runner(open: RwSignal<bool>) -> impl Fn(Entry) + Clone {
    let navigate = use_navigate();
    let pushes = expect_context::<Pushes>();
    let (as_of, shown) = (expect_context::<AsOf>(), expect_context::<Shown>());
    let prefs = expect_context::<Prefs>();
    let toasts = expect_context::<Toasts>();
    let (sheet, selection, writes) =
        (expect_context::<Sheet>(), expect_context::<Selection>(), Writes::watch());
    let containing = expect_context::<Containing>();
    move |entry: Entry| {
        open.set(false);
        match entry {
            Entry::Page(route) => navigate(route.path(), NavigateOptions::default()),
            Entry::Sync { full } => act(pushes, StartSync { full }, move |reply| match reply {
                Ok(state) => pushes.sync.set(state),
                Err(failure) => toasts.say(failure.to_string()),
            }),
            // The palette gives the focus back first; then the picker takes it.
            Entry::Past => request_animation_frame(move || shown.choosing.set(true)),
            Entry::BackToNow => as_of.set(None),
            Entry::Theme(theme) => prefs.update(|l| l.theme = theme),
            Entry::Density(density) => prefs.update(|l| l.density = density),
            Entry::Found(hit) => navigate(&link(&hit), NavigateOptions::default()),
            // Only a look: the sheet says what it does, and asks.
            Entry::Move(wish, hit) => match writes.get_untracked().refusal() {
                None => sheet.look_at(wish, Targets::Devices(vec![hit.id.as_str().into()])),
                Some(why) => toasts.say(why),
            },
            // Looking at it needs no right: the sheet says why nothing can be sent, where that is so.
            Entry::Contain(hit) => containing.open(vec![hit.id.as_str().into()]),
            Entry::MoveChosen(wish, _) => match writes.get_untracked().refusal() {
                None => sheet.look_at(wish, Targets::from(selection.get_untracked())),
                Some(why) => toasts.say(why),
            },
        }
    }
}

/// What is in the pane, for a verb that names none.
fn the_open_one(id: &str, title: &str) -> Hit {
    let (id, title) = (id.to_owned(), title.to_owned());
    Hit { kind: HitKind::Device, subtitle: id.clone(), id, title }
}

/// Each opens beside the list that it is in.
fn link(hit: &Hit) -> String {
    let id = hit.id.as_str();
    match hit.kind {
        HitKind::Device => DevicesView { open: Some(id.into()), ..DevicesView::default() }.href(),
        HitKind::User => UsersView::person(&id.into()).href(),
        HitKind::Check => PostureView::of(CheckKey::from(id.to_owned())).href(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_and_a_name_are_told_apart() {
        let wanted = Wanted::read("contain amara");
        assert!(wanted.contain && wanted.moves.is_empty());
        assert_eq!(wanted.text, "amara");
        // "con" may begin a name: both are looked for.
        let short = Wanted::read("con");
        assert!(short.contain && short.text == "con");
        assert!(!Wanted::read("amara contain").contain);
        assert_eq!(Wanted::read("susp nw-1").moves, [LifecycleMove::Suspend]);
    }
}

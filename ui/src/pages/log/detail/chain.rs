//! The addresses that the request passed, in the order in which they are judged, with what each is to the org's zones and what
//! would have changed the verdict.

use crate::kit::icon::{Glyph, Icon};
use contract::log::{Hop, HopKind, IpChain};
use leptos::prelude::*;

fn words(kind: HopKind) -> (&'static str, &'static str) {
    match kind {
        HopKind::Gateway => ("Gateway", "good"),
        HopKind::TrustedProxy => ("Trusted proxy", "plain"),
        HopKind::Unknown => ("No zone names it", "unknown"),
        HopKind::NotReached => ("Not reached", "dim"),
    }
}

/// The section.
pub fn chain(chain: IpChain) -> impl IntoView {
    let IpChain { hops, zones, would_change, not_judged } = chain;
    let hop = |Hop { ip, kind, zone }: Hop| {
        let (label, tone) = words(kind);
        let of = zone.map(|zone| view! { <span class="soft">" of "<bdi>{zone}</bdi></span> });
        view! { <li data-tone=tone><span class="mono">{ip}</span><span>{label}{of}</span></li> }
    };
    let verdict = if zones.is_empty() {
        view! { <p class="line"><Icon glyph=Glyph::Question/><span>"In none of the zones that can be judged by address."</span></p> }.into_any()
    } else {
        let list = zones.join(", ");
        view! { <p class="line"><Icon glyph=Glyph::Check/><span>"In "<b><bdi>{list}</bdi></b>"."</span></p> }
            .into_any()
    };
    let changes = (!would_change.is_empty()).then(|| {
        let lines = would_change.into_iter().map(|line| view! { <li>{line}</li> });
        view! { <p class="overline">"What would change that"</p><ul class="sentences">{lines.collect_view()}</ul> }
    });
    let open = (!not_judged.is_empty()).then(|| {
        view! { <p class="dim note">{format!("Not judged, since an address alone does not tell: {}.", not_judged.join(", "))}</p> }
    });
    view! {
        <section aria-label="Addresses it came through">
            <h3>"Addresses it came through"</h3>
            <p class="dim note">"Judged from the last one back, at most five."</p>
            <ol class="hops">{hops.into_iter().map(hop).collect_view()}</ol>
            {verdict}{changes}{open}
        </section>
    }
}

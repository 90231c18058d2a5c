//! The templates that come along.

use contract::checks::Template;

/// Every template.
pub(super) fn all() -> Vec<Template> {
    let template = |template: &posture::library::Template| Template {
        id: template.id.to_owned(),
        need: template.need.to_owned(),
        content: template.check.content.clone(),
        expectations: template.check.expectations.clone(),
        passes: template.check.passing_text.clone(),
    };
    posture::library::templates().iter().map(template).collect()
}

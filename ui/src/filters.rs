//! Changing the filters and the order of a list by clicks, whatever the list is of.

use domain::{FacetFilter, SortKey};

/// Adds the value to the facet's filter, or takes it out; an excluded value and an included one do not mix.
pub fn toggle<F: PartialEq>(filters: &mut Vec<FacetFilter<F>>, facet: F, value: &str, exclude: bool) {
    let Some(at) = filters.iter().position(|f| f.facet == facet) else {
        return filters.push(FacetFilter { exclude, ..FacetFilter::include(facet, [value]) });
    };
    let filter = &mut filters[at];
    if filter.exclude != exclude {
        (filter.exclude, filter.values) = (exclude, vec![value.to_owned()]);
    } else if let Some(there) = filter.values.iter().position(|v| v == value) {
        filter.values.remove(there);
    } else {
        filter.values.push(value.to_owned());
    }
    filter.on = true;
    if filter.values.is_empty() {
        filters.remove(at);
    }
}

/// A click on a column's head: up, down, unsorted. `add` keeps the other keys, and the `usual` ones where nobody has sorted
/// yet.
pub fn sort_by<C: PartialEq>(sort: &mut Vec<SortKey<C>>, usual: Vec<SortKey<C>>, column: C, add: bool) {
    if add && sort.is_empty() {
        *sort = usual;
    }
    let before = sort.iter().position(|k| k.column == column);
    let was_down = before.map(|at| sort[at].descending);
    if !add {
        sort.clear();
    }
    match (before, was_down, add) {
        (None, ..) => sort.push(SortKey { column, descending: false }),
        (Some(at), Some(false), true) => sort[at].descending = true,
        (Some(at), _, true) => {
            sort.remove(at);
        }
        (Some(_), Some(false), false) => sort.push(SortKey { column, descending: true }),
        (Some(_), _, false) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_and_goes() {
        let mut filters = Vec::new();
        toggle(&mut filters, 'f', "a", false);
        toggle(&mut filters, 'f', "b", false);
        assert_eq!(filters, [FacetFilter::include('f', ["a", "b"])]);
        toggle(&mut filters, 'f', "a", true);
        assert_eq!(filters, [FacetFilter { exclude: true, ..FacetFilter::include('f', ["a"]) }]);
        toggle(&mut filters, 'f', "a", true);
        assert_eq!(filters, []);
    }

    #[test]
    fn a_column_goes_up_down_and_off() {
        let key = |column, descending| SortKey { column, descending };
        let usual = || vec![key('r', true)];
        let mut sort = Vec::new();
        let mut click = |column, add| {
            sort_by(&mut sort, usual(), column, add);
            sort.clone()
        };
        assert_eq!(click('n', false), [key('n', false)]);
        assert_eq!(click('n', false), [key('n', true)]);
        assert_eq!(click('n', false), []);
        assert_eq!(click('n', true), [key('r', true), key('n', false)]);
        assert_eq!(click('n', true), [key('r', true), key('n', true)]);
        assert_eq!(click('r', true), [key('n', true)]);
        assert_eq!(click('d', false), [key('d', false)]);
    }
}

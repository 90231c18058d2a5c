//! Reading the text form of a filter: conditions joined by `and` and `or`, with one level of brackets. The first mistake
//! ends it, with the part of the text that is to blame.

mod cursor;
mod value;

use super::{Condition, Group, Mistake, Where};
use crate::Attribute;
use cursor::Cursor;

/// What stands between two joints.
enum Term {
    One(Condition),
    /// In brackets, with where they stand.
    Bracket(Group, std::ops::Range<usize>),
}

impl Where {
    /// Reads a filter. Nothing at all is a filter that keeps everything.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let mut at = Cursor::new(text);
        at.space();
        if at.is_end() {
            return Ok(Self::default());
        }
        let (mut terms, mut joints) = (vec![term(&mut at)?], Vec::new());
        while let Some(any) = at.joint() {
            joints.push(any);
            terms.push(term(&mut at)?);
        }
        at.space();
        if !at.is_end() {
            return Err(at.mistake_at_word("Here and, or, or the end is expected."));
        }
        let mixed = joints.iter().any(|any| *any != joints[0]);
        if mixed { alternatives(terms, &joints) } else { Ok(joined(terms, joints.first() == Some(&true))) }
    }
}

impl Condition {
    /// Reads one condition.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let mut at = Cursor::new(text);
        let condition = condition(&mut at)?;
        at.space();
        if at.is_end() { Ok(condition) } else { Err(at.mistake_at_word("One filter ends before this.")) }
    }
}

/// Terms that are all joined alike: neighbours without brackets are one group.
fn joined(terms: Vec<Term>, any: bool) -> Where {
    let mut groups: Vec<Group> = Vec::new();
    let mut open = false;
    for term in terms {
        match term {
            Term::Bracket(group, _) => {
                groups.push(group);
                open = false;
            }
            Term::One(condition) => {
                if !open {
                    groups.push(Group { any, conditions: Vec::new() });
                    open = true;
                }
                if let Some(group) = groups.last_mut() {
                    group.conditions.push(condition);
                }
            }
        }
    }
    // Of one condition there is no telling all from any.
    groups.iter_mut().filter(|group| group.conditions.len() == 1).for_each(|group| group.any = false);
    Where { any: any && groups.len() > 1, groups }
}

/// `and` binds more closely than `or`.
fn alternatives(terms: Vec<Term>, joints: &[bool]) -> Result<Where, Mistake> {
    let mut groups: Vec<Vec<Term>> = vec![Vec::new()];
    for (at, term) in terms.into_iter().enumerate() {
        if at > 0 && joints[at - 1] {
            groups.push(Vec::new());
        }
        if let Some(group) = groups.last_mut() {
            group.push(term);
        }
    }
    let group = |terms: Vec<Term>| {
        let alone = terms.len() == 1;
        let mut conditions = Vec::new();
        for term in terms {
            match term {
                Term::One(condition) => conditions.push(condition),
                Term::Bracket(group, _) if alone => return Ok(group),
                Term::Bracket(_, span) => {
                    let why = "Brackets beside both and and or go too deep: put each side into brackets of its own.";
                    return Err(Mistake { span, why: why.to_owned() });
                }
            }
        }
        Ok(Group { any: false, conditions })
    };
    Ok(Where { any: true, groups: groups.into_iter().map(group).collect::<Result<_, _>>()? })
}

fn term(at: &mut Cursor<'_>) -> Result<Term, Mistake> {
    at.space();
    let from = at.place();
    if !at.take("(") {
        return condition(at).map(Term::One);
    }
    let mut group = Group { any: false, conditions: vec![condition(at)?] };
    let mut first = None;
    loop {
        at.space();
        if at.take(")") {
            return Ok(Term::Bracket(group, from..at.place()));
        }
        let before = at.place();
        let Some(any) = at.joint() else {
            return Err(at.mistake_at_word("A bracket is not closed: here ), and, or or is expected."));
        };
        if *first.get_or_insert(any) != any {
            let span = before..before + if any { 2 } else { 3 };
            let why = "In brackets all joints are and, or all are or.".to_owned();
            return Err(Mistake { span, why });
        }
        group.any = any;
        group.conditions.push(condition(at)?);
    }
}

fn condition(at: &mut Cursor<'_>) -> Result<Condition, Mistake> {
    at.space();
    let on = !at.word("off");
    at.space();
    let attribute = attribute(at)?;
    at.space();
    let test = value::test(at, attribute)?;
    let or_unknown = at.or_unknown();
    Ok(Condition { attribute, test, or_unknown, on })
}

/// The attribute whose name stands here; the longest of those that do.
fn attribute(at: &mut Cursor<'_>) -> Result<Attribute, Mistake> {
    let names = Attribute::all().flat_map(|attribute| attribute.names().map(move |name| (name, attribute)));
    let found = names.filter(|(name, _)| at.is_word(name)).max_by_key(|(name, _)| name.len());
    match found {
        Some((name, attribute)) => {
            at.word(&name);
            Ok(attribute)
        }
        None if at.is_end() => Err(at.mistake_at_word("Here an attribute is expected, such as name or os.")),
        None => {
            let word = at.peek_word();
            Err(at.mistake_at_word(&format!("A device has no attribute “{word}”.")))
        }
    }
}

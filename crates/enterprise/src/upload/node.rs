//! One record as a tree, between the reader and the types. Only one is in memory at a time.

use crate::private::Private;
use crate::schema::number;

/// An element that has been checked.
#[derive(Default)]
pub(super) struct Node {
    /// The name in the table, also where another was let in.
    pub name: &'static str,
    pub text: String,
    pub children: Vec<Node>,
}

/// An element that a type wants and the table lets be missing. Both are ours: it means that they disagree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Lacking(pub &'static str);

impl Node {
    /// The child of that name.
    pub fn child(&self, name: &'static str) -> Result<&Self, Lacking> {
        self.children.iter().find(|child| child.name == name).ok_or(Lacking(name))
    }

    /// The children of that name.
    pub fn each<'n>(&'n self, name: &'static str) -> impl Iterator<Item = &'n Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the child of that name, if there is one.
    pub fn text_if_any(&self, name: &'static str) -> Option<String> {
        self.child(name).ok().map(|child| child.text.clone())
    }

    /// The text of the child of that name.
    pub fn text_of(&self, name: &'static str) -> Result<String, Lacking> {
        self.text_if_any(name).ok_or(Lacking(name))
    }

    /// The text about somebody in the child of that name, if there is one.
    pub fn private_if_any(&self, name: &'static str) -> Option<Private> {
        self.text_if_any(name).map(Private::from)
    }

    /// The text about somebody in the child of that name.
    pub fn private_of(&self, name: &'static str) -> Result<Private, Lacking> {
        self.text_of(name).map(Private::from)
    }

    /// The number in the child of that name, if there is one.
    pub fn number_if_any(&self, name: &'static str) -> Option<i64> {
        self.child(name).ok().and_then(|child| number(&child.text))
    }

    /// The number in the child of that name.
    pub fn number_of(&self, name: &'static str) -> Result<i64, Lacking> {
        self.number_if_any(name).ok_or(Lacking(name))
    }

    /// The numbers in the children of that name inside of the child `list`.
    pub fn numbers_in(&self, list: &'static str, name: &'static str) -> Result<Vec<i64>, Lacking> {
        let list = self.child(list)?;
        list.each(name).map(|child| number(&child.text).ok_or(Lacking(name))).collect()
    }
}

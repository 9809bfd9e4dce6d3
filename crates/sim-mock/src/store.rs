//! Collections of things, on which a resource declares itself: things are found by their id, added and deleted.

/// A thing that a collection keeps.
pub(crate) trait Kept {
    /// The word for such a thing in a refusal.
    const WORD: &'static str;

    fn id(&self) -> &str;

    /// Returns whether the thing was deleted, but can come back.
    fn is_archived(&self) -> bool {
        false
    }
}

/// Things in the order in which they were added.
#[derive(Debug)]
pub(crate) struct Collection<T>(Vec<T>);

impl<T> Default for Collection<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Kept> Collection<T> {
    pub(crate) fn add(&mut self, thing: T) -> &mut T {
        self.0.push(thing);
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    /// Returns everything, also what is archived.
    pub(crate) fn all(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }

    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut()
    }

    /// Puts a thing before the one at this place.
    pub(crate) fn insert(&mut self, place: usize, thing: T) {
        self.0.insert(place.min(self.0.len()), thing);
    }

    /// Returns the place of the thing with this id.
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.0.iter().position(|thing| thing.id() == id)
    }

    /// Takes away what is not wanted. Returns how many there were.
    pub(crate) fn retain(&mut self, wanted: impl FnMut(&T) -> bool) -> usize {
        let before = self.0.len();
        self.0.retain(wanted);
        before - self.0.len()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns what is there.
    pub(crate) fn live(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter(|thing| !thing.is_archived())
    }

    /// Returns the thing with this id, archived or not.
    pub(crate) fn any(&self, id: &str) -> Option<&T> {
        self.0.iter().find(|thing| thing.id() == id)
    }

    pub(crate) fn any_mut(&mut self, id: &str) -> Option<&mut T> {
        self.0.iter_mut().find(|thing| thing.id() == id)
    }

    /// Returns the thing with this id, if it is there.
    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.any(id).filter(|thing| !thing.is_archived())
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.any_mut(id).filter(|thing| !thing.is_archived())
    }
}

//! Who uses which device. Every answer can be had from either side in constant time, because both sides are joined by
//! permutations instead of a table.

use super::{World, stream};

/// Every 32nd device is shared by a few people beyond its owner.
const SHARED_EVERY: u64 = 32;
const SHARED_MOST: u64 = 6;

impl World {
    /// The people linked to a device, its owner first. Empty for an orphan.
    pub fn people_of(&self, device: u64) -> Vec<u64> {
        if self.is_orphan(device) {
            return Vec::new();
        }
        let mut people = vec![self.owner_of(device)];
        if let Some(extra) = self.extra_people(device) {
            for person in extra {
                if !people.contains(&person) {
                    people.push(person);
                }
            }
        }
        people
    }

    /// The devices linked to a person.
    pub fn devices_of(&self, person: u64) -> Vec<u64> {
        let mut devices = Vec::new();
        let places = self.permutation(stream::KEY_OWNER, 0, self.devices());
        if person < self.owners() && person < self.devices() {
            devices.push(places.invert(person));
            let second = self.second().invert(person);
            let place = self.owners() + second;
            if place < self.devices() {
                devices.push(places.invert(place));
            }
        }
        let spot = self.shared().invert(person);
        let shared = (spot / SHARED_MOST) * SHARED_EVERY + SHARED_EVERY - 1;
        if shared < self.devices()
            && spot % SHARED_MOST < self.extra_count(shared)
            && !devices.contains(&shared)
        {
            devices.push(shared);
        }
        devices.retain(|device| !self.is_orphan(*device));
        devices
    }

    /// Whose device it is, or was: orphans had an owner too.
    pub fn owner_of(&self, device: u64) -> u64 {
        let place = self.permutation(stream::KEY_OWNER, 0, self.devices()).apply(device);
        if place < self.owners() {
            return place;
        }
        self.second().apply((place - self.owners()) % self.owners())
    }

    /// About one device in fifty has lost its last account.
    pub fn is_orphan(&self, device: u64) -> bool {
        !is_shared(device) && self.dice(stream::DEVICE, device).chance(1, 20)
    }

    fn extra_people(&self, device: u64) -> Option<impl Iterator<Item = u64>> {
        let count = self.extra_count(device);
        let (shared, people) = (self.shared(), self.people());
        let first = device / SHARED_EVERY * SHARED_MOST;
        (count > 0)
            .then(|| (first..first + count).filter(move |spot| *spot < people).map(move |s| shared.apply(s)))
    }

    fn extra_count(&self, device: u64) -> u64 {
        if is_shared(device) { 1 + self.dice(stream::DEVICE, device).below(2, SHARED_MOST) } else { 0 }
    }

    fn second(&self) -> crate::seeded::Permutation {
        self.permutation(stream::KEY_SECOND, 0, self.owners())
    }

    fn shared(&self) -> crate::seeded::Permutation {
        self.permutation(stream::KEY_SHARED, 0, self.people())
    }
}

fn is_shared(device: u64) -> bool {
    device % SHARED_EVERY == SHARED_EVERY - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn both_sides_tell_the_same_links() {
        for devices in [1, 5, 40, 1_000] {
            let world = World::new(42, devices, false);
            let from_devices: BTreeSet<(u64, u64)> =
                (0..devices).flat_map(|d| world.people_of(d).into_iter().map(move |p| (d, p))).collect();
            let from_people: BTreeSet<(u64, u64)> = (0..world.people())
                .flat_map(|p| world.devices_of(p).into_iter().map(move |d| (d, p)))
                .collect();
            assert_eq!(from_devices, from_people, "{devices} devices");
        }
    }

    #[test]
    fn some_devices_are_shared_and_some_orphaned() {
        let world = World::new(42, 10_000, false);
        let counts: Vec<usize> = (0..10_000).map(|d| world.people_of(d).len()).collect();
        assert!(counts.iter().filter(|c| **c == 0).count() > 100);
        assert!(counts.iter().filter(|c| **c > 2).count() > 150);
    }
}

//! Sign-in methods in memory.
use super::{Memory, World};
use crate::events::{Event, EventKind, Trail};
use crate::level::Level;
use crate::method::{MethodProblem, MethodSet, SwitchedOff};
use crate::ports::{Fault, Methods};
use async_trait::async_trait;

#[async_trait]
impl Methods for Memory {
    async fn all(&self) -> Result<MethodSet, Fault> {
        self.step("reading sign-in methods", |world| Ok(world.methods.clone())).await
    }

    async fn enable(&self, method: Level, trail: &Trail) -> Result<bool, Fault> {
        self.step("switching a sign-in method on", |world| {
            let done = world.methods.enable(method);
            if done {
                world.switched(EventKind::MethodEnabled, method, trail);
            }
            Ok(done)
        })
        .await
    }

    async fn disable(&self, method: Level, trail: &Trail) -> Result<SwitchedOff, Fault> {
        self.step("switching a sign-in method off", |world| {
            let done = world.methods.disable(method);
            if done != SwitchedOff::Already {
                world.switched(EventKind::MethodDisabled, method, trail);
            }
            if done == SwitchedOff::DoneWithDefault {
                world.switched(EventKind::MethodDefaultRemoved, method, trail);
            }
            Ok(done)
        })
        .await
    }

    async fn set_default(&self, method: Level, trail: &Trail) -> Result<Result<bool, MethodProblem>, Fault> {
        self.step("setting the default sign-in method", |world| {
            let done = world.methods.set_default(method);
            if done == Ok(true) {
                world.switched(EventKind::MethodDefaultSet, method, trail);
            }
            Ok(done)
        })
        .await
    }

    async fn unset_default(&self, trail: &Trail) -> Result<Option<Level>, Fault> {
        self.step("leaving no default sign-in method", |world| {
            let was = world.methods.unset_default();
            if let Some(method) = was {
                world.switched(EventKind::MethodDefaultRemoved, method, trail);
            }
            Ok(was)
        })
        .await
    }
}

impl World {
    fn switched(&mut self, kind: EventKind, method: Level, trail: &Trail) {
        self.events.push((Event::anonymous(kind).detail(method.acr()), trail.clone()));
    }
}

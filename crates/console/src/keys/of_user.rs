//! The keys of the user that the address names.

use super::{Whose, bearer, change, create, list};
use crate::{
    user::{Head, Tab},
    visit::{Answer, Visit},
};

pub(crate) async fn list(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Keys).await?;
    list::show(visit, Whose::of_user(visit), Some(head)).await
}

pub(crate) async fn new(visit: &Visit) -> Answer {
    create::show(visit, &Whose::of_user(visit)).await
}

pub(crate) async fn create(visit: &Visit) -> Answer {
    create::create(visit, &Whose::of_user(visit)).await
}

pub(crate) async fn disable(visit: &Visit) -> Answer {
    change::switch(visit, &Whose::of_user(visit), visit.part(1), false).await
}

pub(crate) async fn activate(visit: &Visit) -> Answer {
    change::switch(visit, &Whose::of_user(visit), visit.part(1), true).await
}

pub(crate) async fn ask_delete(visit: &Visit) -> Answer {
    change::ask_delete(visit, Whose::of_user(visit), visit.part(1)).await
}

pub(crate) async fn delete(visit: &Visit) -> Answer {
    change::delete(visit, Whose::of_user(visit), visit.part(1)).await
}

pub(crate) async fn new_api(visit: &Visit) -> Answer {
    bearer::new(visit, &Whose::of_user(visit)).await
}

pub(crate) async fn create_api(visit: &Visit) -> Answer {
    bearer::create(visit, &Whose::of_user(visit)).await
}

pub(crate) async fn show_api(visit: &Visit) -> Answer {
    bearer::show(visit, &Whose::of_user(visit), visit.part(1)).await
}

pub(crate) async fn edit_api(visit: &Visit) -> Answer {
    bearer::edit(visit, &Whose::of_user(visit), visit.part(1)).await
}

pub(crate) async fn disable_api(visit: &Visit) -> Answer {
    change::switch_api(visit, &Whose::of_user(visit), visit.part(1), false).await
}

pub(crate) async fn activate_api(visit: &Visit) -> Answer {
    change::switch_api(visit, &Whose::of_user(visit), visit.part(1), true).await
}

pub(crate) async fn ask_delete_api(visit: &Visit) -> Answer {
    change::ask_delete_api(visit, Whose::of_user(visit), visit.part(1)).await
}

pub(crate) async fn delete_api(visit: &Visit) -> Answer {
    change::delete_api(visit, Whose::of_user(visit), visit.part(1)).await
}

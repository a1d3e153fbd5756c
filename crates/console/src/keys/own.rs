//! The keys of whoever is signed in: a user's own, or root's.

use iam::access_keys::Owner;

use super::{Whose, bearer, change, create, list};
use crate::{
    failure::Failure,
    routes::Route,
    visit::{Answer, Visit},
};

pub(crate) const ROUTES: &[Route] = &[
    Route::get("/me/keys", |visit| Box::pin(list(visit))),
    Route::get("/me/keys/new", |visit| Box::pin(new(visit))),
    Route::post("/me/keys/new", |visit| Box::pin(create(visit))),
    Route::post("/me/keys/{}/disable", |visit| Box::pin(switch(visit, false))),
    Route::post("/me/keys/{}/activate", |visit| Box::pin(switch(visit, true))),
    Route::get("/me/keys/{}/delete", |visit| Box::pin(ask_delete(visit))),
    Route::post("/me/keys/{}/delete", |visit| Box::pin(delete(visit))),
    Route::get("/me/api-keys/new", |visit| Box::pin(new_api(visit))),
    Route::post("/me/api-keys/new", |visit| Box::pin(create_api(visit))),
    Route::get("/me/api-keys/{}", |visit| Box::pin(show_api(visit))),
    Route::post("/me/api-keys/{}", |visit| Box::pin(edit_api(visit))),
    Route::post("/me/api-keys/{}/disable", |visit| Box::pin(switch_api(visit, false))),
    Route::post("/me/api-keys/{}/activate", |visit| Box::pin(switch_api(visit, true))),
    Route::get("/me/api-keys/{}/delete", |visit| Box::pin(ask_delete_api(visit))),
    Route::post("/me/api-keys/{}/delete", |visit| Box::pin(delete_api(visit))),
];

fn own(visit: &Visit) -> Result<Whose, Failure> {
    let session = visit.session()?;
    let name = session.user_name.clone();
    let owner = if session.is_root { Owner::Root } else { Owner::User(name.clone()) };
    Ok(Whose { owner, name, base: "/me".to_owned() })
}

async fn list(visit: &Visit) -> Answer {
    list::show(visit, own(visit)?, None).await
}

async fn new(visit: &Visit) -> Answer {
    create::show(visit, &own(visit)?).await
}

async fn create(visit: &Visit) -> Answer {
    create::create(visit, &own(visit)?).await
}

async fn switch(visit: &Visit, enabled: bool) -> Answer {
    change::switch(visit, &own(visit)?, visit.part(0), enabled).await
}

async fn ask_delete(visit: &Visit) -> Answer {
    change::ask_delete(visit, own(visit)?, visit.part(0)).await
}

async fn delete(visit: &Visit) -> Answer {
    change::delete(visit, own(visit)?, visit.part(0)).await
}

async fn new_api(visit: &Visit) -> Answer {
    bearer::new(visit, &own(visit)?).await
}

async fn create_api(visit: &Visit) -> Answer {
    bearer::create(visit, &own(visit)?).await
}

async fn show_api(visit: &Visit) -> Answer {
    bearer::show(visit, &own(visit)?, visit.part(0)).await
}

async fn edit_api(visit: &Visit) -> Answer {
    bearer::edit(visit, &own(visit)?, visit.part(0)).await
}

async fn switch_api(visit: &Visit, enabled: bool) -> Answer {
    change::switch_api(visit, &own(visit)?, visit.part(0), enabled).await
}

async fn ask_delete_api(visit: &Visit) -> Answer {
    change::ask_delete_api(visit, own(visit)?, visit.part(0)).await
}

async fn delete_api(visit: &Visit) -> Answer {
    change::delete_api(visit, own(visit)?, visit.part(0)).await
}

//! What the service calls the system policies.

use std::borrow::Cow;

/// Names that follow no pattern: ours, the service's.
const NAMES: [(&str, &str); 5] = [
    ("ReadOnlyAccess", "GlobalReadPolicy"),
    ("OperateAccess", "GlobalOperatePolicy"),
    ("AuditReadAccess", "BCTReadPolicy"),
    // Nobody changes what the trail tells: to control it is to read it. The first is told.
    ("AuditReadAccess", "BCTFullControlPolicy"),
    ("ApiKeySelfManageAccess", "IAMManageAPIKeyPolicy"),
];

/// The ends of a product's three policies: ours; the service's, of which the first is told.
const ENDS: [(&str, [&str; 2]); 3] = [
    ("FullAccess", ["FullControlPolicy", "FullControlAccessPolicy"]),
    ("ReadOnlyAccess", ["ReadPolicy", "ReadAccessPolicy"]),
    ("OperateAccess", ["OperatePolicy", "OperateAccessPolicy"]),
];

/// Our name for what the service calls `name`. Our own names are taken as well.
pub(super) fn ours(name: &str) -> Cow<'_, str> {
    if let Some((ours, _)) = NAMES.iter().find(|(_, theirs)| theirs.eq_ignore_ascii_case(name)) {
        return Cow::Borrowed(ours);
    }
    for (end, spellings) in ENDS {
        // The longer spelling ends as the shorter does not: at most one fits.
        let product =
            spellings.iter().find_map(|theirs| without_end(name, theirs)).filter(|product| !product.is_empty());
        if let Some(product) = product {
            return Cow::Owned(format!("{product}{end}"));
        }
    }
    Cow::Borrowed(name)
}

/// The service's name for what we call `name`.
pub(super) fn theirs(name: &str) -> String {
    if let Some((_, theirs)) = NAMES.iter().find(|(ours, _)| *ours == name) {
        return (*theirs).to_owned();
    }
    let product = ENDS.iter().find_map(|(end, spellings)| {
        let product = name.strip_suffix(end).filter(|product| !product.is_empty())?;
        Some((product, spellings.first()?))
    });
    match product {
        // Self-service and key policies are no product's.
        Some((product, end)) if !["AccessKey", "ApiKey"].contains(&product) => {
            format!("{}{end}", product.to_ascii_uppercase())
        }
        _ => name.to_owned(),
    }
}

fn without_end<'a>(name: &'a str, end: &str) -> Option<&'a str> {
    let at = name.len().checked_sub(end.len())?;
    let (product, rest) = (name.get(..at)?, name.get(at..)?);
    rest.eq_ignore_ascii_case(end).then_some(product)
}

#[cfg(test)]
mod tests {
    use policy::catalogue::Catalogue;

    use super::*;

    #[test]
    fn every_system_policy_is_found_by_the_name_that_is_told_of_it() {
        let catalogue = Catalogue::built_in();
        for policy in catalogue.system_policies() {
            let told = theirs(&policy.name);
            let found = catalogue.system_policy_by_name(&ours(&told));
            assert_eq!(found.map(|found| found.id), Some(policy.id), "{told}");
        }
    }

    #[test]
    fn the_names_of_the_service() {
        assert_eq!(theirs("FcFullAccess"), "FCFullControlPolicy");
        assert_eq!(ours("FCFullControlPolicy"), "FCFullAccess");
        assert_eq!(ours("BOSReadAccessPolicy"), "BOSReadOnlyAccess");
        assert_eq!(ours("GlobalOperatePolicy"), "OperateAccess");
        assert_eq!(theirs("AuditReadAccess"), "BCTReadPolicy");
        assert_eq!(
            (ours("BCTReadPolicy"), ours("BCTFullControlPolicy")),
            ("AuditReadAccess".into(), "AuditReadAccess".into())
        );
        for same in ["STSAssumeRoleAccess", "AdministratorAccess", "AccessKeyFullAccess", "ApiKeyFullAccess", "é"] {
            assert_eq!(ours(same), same);
            assert_eq!(theirs(same), same);
        }
        assert_eq!(ours("FullControlPolicy"), "FullControlPolicy");
        assert_eq!(theirs("ApiKeySelfManageAccess"), "IAMManageAPIKeyPolicy");
        assert_eq!(ours("IAMManageAPIKeyPolicy"), "ApiKeySelfManageAccess");
    }
}

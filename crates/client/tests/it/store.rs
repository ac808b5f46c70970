use std::fs;

use aktiver_client::{Account, FileStore, Secret, Standing, State, Store as _, StoredAccount};

fn sample() -> State {
    State {
        server: Some("https://license.example.test".into()),
        device_id: Some("d-1".into()),
        current: Some("a".into()),
        accounts: vec![StoredAccount {
            account: Account {
                id: "a".into(),
                user_id: "u".into(),
                organization_id: "o".into(),
                user_principal_name: "kari@fjordvik.example".into(),
                name: "Kari".into(),
            },
            refresh_token: Secret("very-secret".into()),
            standing: Some(Standing::SignedOut),
        }],
        ..State::default()
    }
}

#[test]
fn a_file_keeps_the_state_for_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/folder/state.json");
    let store = FileStore::new(&path);
    assert_eq!(store.load().unwrap(), State::default());
    store.save(&State::default()).unwrap();
    store.save(&sample()).unwrap();
    assert_eq!(FileStore::new(&path).load().unwrap(), sample());
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_damaged_file_is_named_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    fs::write(&path, "{ half").unwrap();
    let error = FileStore::new(&path).load().unwrap_err();
    assert!(error.to_string().contains("state.json"));
    assert!(error.remedy().contains("Delete the file"));
}

#[test]
fn a_failed_write_leaves_the_former_state() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    fs::create_dir(&path).unwrap();
    assert!(FileStore::new(&path).save(&sample()).is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn secrets_stay_out_of_debug() {
    assert!(!format!("{:?}", sample()).contains("very-secret"));
}

use aktiver_license::{AppState, NoticeCode};
use serde::{Deserialize, Serialize};

/// Someone signed in on this installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Id of the account here: user and organization.
    pub id: String,
    /// User id, a GUID.
    pub user_id: String,
    /// Organization id, a GUID.
    pub organization_id: String,
    /// User principal name.
    pub user_principal_name: String,
    /// Display name.
    pub name: String,
}

/// What to show while the user signs in on another screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceCodePrompt {
    /// The code to enter.
    pub user_code: String,
    /// Where to enter it.
    pub verification_uri: String,
    /// The same address with the code filled in, for a link or a QR code.
    pub verification_uri_complete: Option<String>,
    /// A whole sentence to show.
    pub message: String,
    /// Seconds until the code expires.
    pub expires_in: u64,
}

/// What kind of device the limits count it as (DV-01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceClass {
    /// PC or Mac.
    Computer,
    /// Tablet.
    Tablet,
    /// Phone.
    Phone,
}

/// The operating system of the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Linux.
    Linux,
    /// Windows.
    Windows,
    /// macOS.
    MacOs,
    /// iOS and iPadOS.
    Ios,
    /// Android.
    Android,
}

impl Platform {
    /// The platform this program was built for; Linux when it is none of the known ones.
    #[must_use]
    pub const fn current() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::MacOs
        } else if cfg!(target_os = "ios") {
            Self::Ios
        } else if cfg!(target_os = "android") {
            Self::Android
        } else {
            Self::Linux
        }
    }
}

/// What the server is told of this device when it is activated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceInfo {
    /// Short machine name, as the user knows it.
    #[serde(rename = "deviceName")]
    pub name: String,
    /// Class.
    #[serde(rename = "deviceClass")]
    pub class: DeviceClass,
    /// Operating system.
    pub platform: Platform,
}

impl DeviceInfo {
    /// A PC or Mac.
    #[must_use]
    pub fn computer(name: impl Into<String>, platform: Platform) -> Self {
        Self {
            name: name.into(),
            class: DeviceClass::Computer,
            platform,
        }
    }
}

/// Something the server wants the user to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Stable code.
    pub code: NoticeCode,
    /// What is the matter, in the server's words.
    #[serde(default)]
    pub message: String,
    /// What to do about it.
    #[serde(default)]
    pub remedy: String,
}

/// A device that had to give way to this one (DV-02b).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedOutDevice {
    /// Device id.
    pub id: String,
    /// Machine name.
    pub name: String,
}

/// What an activation or a check-in came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Activation {
    /// The state of the app now.
    pub state: AppState,
    /// What the server wants said.
    pub notices: Vec<Notice>,
    /// Devices signed out to make room.
    pub signed_out_devices: Vec<SignedOutDevice>,
}

/// The server's answer for one service plan on this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Whether it may be used now.
    pub allowed: bool,
    /// Why not.
    pub reason: Option<String>,
    /// What to do about it.
    pub remedy: Option<String>,
    /// Until when the answer holds, RFC 3339.
    pub until: Option<String>,
}

/// The signed-in user as the directory knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserInformation {
    /// User id, a GUID.
    pub id: String,
    /// User principal name.
    pub user_principal_name: String,
    /// Display name.
    pub display_name: Option<String>,
    /// Mail address.
    pub mail: Option<String>,
}

//! Every text of the program, in English and Norwegian bokmål.

use aktiver_client::{AppState, NoticeCode, ReducedReason};

/// A notice: what is the matter, and what to do.
pub type Notice = (&'static str, &'static str);

#[derive(Debug, PartialEq, Eq)]
pub struct Texts {
    pub file: &'static str,
    pub menu: [&'static str; 6],
    pub user_information: &'static str,
    pub nobody: &'static str,
    pub name: &'static str,
    pub user_name: &'static str,
    pub organization: &'static str,
    pub device: &'static str,
    pub license: &'static str,
    pub license_id: &'static str,
    pub sign_in: &'static str,
    pub switch: &'static str,
    pub update: &'static str,
    pub sign_out: &'static str,
    pub another_account: &'static str,
    pub file_name: &'static str,
    pub unsaved: &'static str,
    pub saved: &'static str,
    pub printed: &'static str,
    pub done: &'static str,
    pub working: &'static str,
    pub keys: &'static str,
    licensed: &'static str,
    reduced: &'static str,
    not_activated: &'static str,
    viewer: &'static str,
    sign_in_first: Notice,
    unlicensed: Notice,
    not_verified: Notice,
    expired: Notice,
    disabled: Notice,
    deactivated: Notice,
    account_notice: Notice,
    wrong_product: Notice,
    wrong_platform: Notice,
    bad_account: Notice,
}

pub static ENGLISH: Texts = Texts {
    file: "File",
    menu: ["New", "Open", "Save", "Print", "Account", "Exit"],
    user_information: "User Information",
    nobody: "Nobody is signed in.",
    name: "Name",
    user_name: "User name",
    organization: "Organization",
    device: "Device",
    license: "License",
    license_id: "License ID",
    sign_in: "Sign in",
    switch: "Switch account",
    update: "Update license",
    sign_out: "Sign out",
    another_account: "Sign in with another account",
    file_name: "File name",
    unsaved: "There are unsaved changes. Do it again to discard them.",
    saved: "Saved",
    printed: "Printed to",
    done: "Done.",
    working: "Working …",
    keys: "F10 menu · Ctrl+S save · Ctrl+N new · Ctrl+O open · Ctrl+Q exit",
    licensed: "Licensed",
    reduced: "Reduced functionality: view and print only",
    not_activated: "Not activated: view and print only",
    viewer: "Viewer: view and print only",
    sign_in_first: ("Sign in to activate", "Choose File > Account > Sign in."),
    unlicensed: (
        "Unlicensed Product",
        "This account has no license. Switch account, or ask your administrator to assign one.",
    ),
    not_verified: (
        "Couldn't verify subscription",
        "Go online and choose File > Account > Update license.",
    ),
    expired: (
        "Subscription expired",
        "Ask your administrator to reactivate it. Until it is disabled, everything works.",
    ),
    disabled: (
        "Unlicensed Product: the subscription has expired",
        "Ask your administrator to reactivate it, then choose File > Account > Update license.",
    ),
    deactivated: (
        "Product deactivated",
        "This device was signed out. Choose File > Account > Sign in.",
    ),
    account_notice: (
        "Account notice: we've run into a problem with your subscription",
        "Update the app, or install it again.",
    ),
    wrong_product: (
        "Products in your account can't be used to activate this app",
        "Ask your administrator for a plan that includes it.",
    ),
    wrong_platform: (
        "This account doesn't allow editing on this kind of device",
        "Use another device, or ask your administrator for another plan.",
    ),
    bad_account: ("Your account is in a bad state", "Sign out, then sign in again."),
};

pub static NORWEGIAN: Texts = Texts {
    file: "Fil",
    menu: ["Ny", "Åpne", "Lagre", "Skriv ut", "Konto", "Avslutt"],
    user_information: "Brukerinformasjon",
    nobody: "Ingen er logget på.",
    name: "Navn",
    user_name: "Brukernavn",
    organization: "Organisasjon",
    device: "Enhet",
    license: "Lisens",
    license_id: "Lisens-ID",
    sign_in: "Logg på",
    switch: "Bytt konto",
    update: "Oppdater lisens",
    sign_out: "Logg av",
    another_account: "Logg på med en annen konto",
    file_name: "Filnavn",
    unsaved: "Det finnes ulagrede endringer. Gjør det en gang til for å forkaste dem.",
    saved: "Lagret",
    printed: "Skrevet ut til",
    done: "Ferdig.",
    working: "Arbeider …",
    keys: "F10 meny · Ctrl+S lagre · Ctrl+N ny · Ctrl+O åpne · Ctrl+Q avslutt",
    licensed: "Lisensiert",
    reduced: "Redusert funksjonalitet: bare visning og utskrift",
    not_activated: "Ikke aktivert: bare visning og utskrift",
    viewer: "Visningsmodus: bare visning og utskrift",
    sign_in_first: ("Logg på for å aktivere", "Velg Fil > Konto > Logg på."),
    unlicensed: (
        "Ulisensiert produkt",
        "Kontoen har ingen lisens. Bytt konto, eller be administratoren tilordne en.",
    ),
    not_verified: (
        "Kunne ikke bekrefte abonnementet",
        "Koble til Internett og velg Fil > Konto > Oppdater lisens.",
    ),
    expired: (
        "Abonnementet er utløpt",
        "Be administratoren aktivere det på nytt. Alt virker til det blir deaktivert.",
    ),
    disabled: (
        "Ulisensiert produkt: abonnementet er utløpt",
        "Be administratoren aktivere det på nytt, og velg så Fil > Konto > Oppdater lisens.",
    ),
    deactivated: (
        "Produktet er deaktivert",
        "Enheten er logget av. Velg Fil > Konto > Logg på.",
    ),
    account_notice: (
        "Kontovarsel: det har oppstått et problem med abonnementet",
        "Oppdater appen, eller installer den på nytt.",
    ),
    wrong_product: (
        "Produktene i kontoen kan ikke brukes til å aktivere denne appen",
        "Be administratoren om et abonnement som inneholder den.",
    ),
    wrong_platform: (
        "Kontoen tillater ikke redigering på denne typen enhet",
        "Bruk en annen enhet, eller be administratoren om et annet abonnement.",
    ),
    bad_account: (
        "Kontoen er i en ugyldig tilstand",
        "Logg av, og logg deretter på igjen.",
    ),
};

impl Texts {
    /// The table for a locale such as `nb_NO.UTF-8`; English for all languages but Norwegian.
    pub fn for_locale(locale: &str) -> &'static Self {
        let language = locale.split(['_', '-', '.']).next().unwrap_or_default();
        match language {
            "nb" | "no" | "nn" => &NORWEGIAN,
            _ => &ENGLISH,
        }
    }

    pub fn state(&self, state: &AppState) -> &'static str {
        match state {
            AppState::Licensed { .. } => self.licensed,
            AppState::Reduced { .. } => self.reduced,
            AppState::NotActivated => self.not_activated,
            AppState::Viewer => self.viewer,
        }
    }

    /// What the banner says, if anything.
    pub fn notice(&self, state: &AppState) -> Option<Notice> {
        match state {
            AppState::NotActivated => Some(self.sign_in_first),
            AppState::Reduced { reason } => Some(match reason {
                ReducedReason::Unlicensed => self.unlicensed,
                ReducedReason::CheckInOverdue => self.not_verified,
                ReducedReason::SignedOut => self.deactivated,
                ReducedReason::SubscriptionDisabled => self.disabled,
            }),
            AppState::Licensed { notices } => notices.iter().find_map(|code| self.of_code(*code)),
            AppState::Viewer => None,
        }
    }

    fn of_code(&self, code: NoticeCode) -> Option<Notice> {
        Some(match code {
            NoticeCode::SubscriptionExpired => self.expired,
            NoticeCode::SubscriptionDisabled => self.disabled,
            NoticeCode::ProductDeactivated => self.deactivated,
            NoticeCode::CouldNotVerify => self.not_verified,
            NoticeCode::AccountNotice => self.account_notice,
            NoticeCode::LicenseNotFound => self.unlicensed,
            NoticeCode::WrongProduct => self.wrong_product,
            NoticeCode::PlatformNotCovered => self.wrong_platform,
            NoticeCode::AccountBadState => self.bad_account,
            NoticeCode::Other => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norwegian_for_norwegians_english_for_the_rest() {
        for locale in ["nb_NO.UTF-8", "nb", "no-NO", "nn_NO"] {
            assert_eq!(Texts::for_locale(locale), &NORWEGIAN);
        }
        for locale in ["", "C.UTF-8", "en_US.UTF-8", "de_DE"] {
            assert_eq!(Texts::for_locale(locale), &ENGLISH);
        }
    }
}

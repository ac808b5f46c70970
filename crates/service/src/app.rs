//! The running system: database, clock, randomness, outside.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use aktiver_domain::catalog::Catalog;
use aktiver_domain::ids::OrganizationId;
use aktiver_domain::product_key::{Epoch, KeyCodec, VendorSecret};
use aktiver_domain::{Entropy, Id, Timestamp};
use aktiver_license::SigningKey;
use aktiver_storage::engine::{Database, Session};
use aktiver_storage::organization::{self, Organization};
use aktiver_storage::secrets::RootKey;
use aktiver_storage::{catalog, key, signing};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::auth::SignInLimits;
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};
use crate::ports::{Clock, Gateway, ObjectFiles};

/// What an installation chooses.
#[derive(Debug, Clone)]
pub struct Config {
    /// Under which organizations get their first domain: `fjordvik.<server domain>`.
    pub server_domain: String,
    /// The address that links and tokens name; the request's own where `None`.
    pub public_url: Option<String>,
    /// Whether a visitor may create an organization at `/setup/key`.
    pub open_setup: bool,
    /// Whether such an organization is a sandbox.
    pub sandbox_setup: bool,
}

/// What `server` or `testkit` hands in.
pub struct Parts {
    pub database: Database,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub invoice: Arc<dyn Gateway>,
    pub sandbox: Arc<dyn Gateway>,
    pub files: Arc<dyn ObjectFiles>,
    pub root_key: RootKey,
    pub config: Config,
}

/// The running system; clones share it.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    signing: SigningKey,
    catalog: RwLock<(i64, Arc<Catalog>)>,
    codecs: RwLock<BTreeMap<u8, Arc<KeyCodec>>>,
    passwords: Semaphore,
    sign_in_limits: SignInLimits,
}

/// How many passwords are hashed at once: each takes tens of megabytes and a core.
const PASSWORDS_AT_ONCE: usize = 2;
/// Under which label the root key wraps signing keys.
pub const SIGNING_LABEL: &str = "signing key";
const VENDOR_SECRET_LABEL: &str = "vendor secret";

impl App {
    /// Reads or makes the signing key and the first vendor secret; the database must be migrated.
    ///
    /// # Errors
    /// An unreachable database, or a root key that is not the one the secrets were wrapped with.
    pub async fn start(parts: Parts) -> Result<Self> {
        let now = parts.clock.now();
        let signing = signing_key(&parts, now).await?;
        let codecs = codecs(&parts, now).await?;
        let mut session = parts.database.read().await?;
        let (version, catalog) = catalog::load(&mut session).await?;
        drop(session);
        Ok(Self(Arc::new(Inner {
            parts,
            signing,
            catalog: RwLock::new((version, Arc::new(catalog))),
            codecs: RwLock::new(codecs),
            passwords: Semaphore::new(PASSWORDS_AT_ONCE),
            sign_in_limits: SignInLimits::default(),
        })))
    }

    #[must_use]
    pub fn database(&self) -> &Database {
        &self.0.parts.database
    }

    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.parts.config
    }

    #[must_use]
    pub fn signing(&self) -> &SigningKey {
        &self.0.signing
    }

    #[must_use]
    pub fn files(&self) -> &dyn ObjectFiles {
        self.0.parts.files.as_ref()
    }

    pub(crate) fn invoice_gateway(&self) -> &dyn Gateway {
        self.0.parts.invoice.as_ref()
    }

    pub(crate) fn sandbox_gateway(&self) -> &dyn Gateway {
        self.0.parts.sandbox.as_ref()
    }

    pub(crate) fn passwords(&self) -> &Semaphore {
        &self.0.passwords
    }

    pub(crate) fn sign_in_limits(&self) -> &SignInLimits {
        &self.0.sign_in_limits
    }

    /// The machine's clock.
    #[must_use]
    pub fn system_now(&self) -> Timestamp {
        self.0.parts.clock.now()
    }

    #[must_use]
    pub fn entropy(&self) -> &dyn Entropy {
        self.0.parts.entropy.as_ref()
    }

    /// A fresh id.
    pub fn id<K: aktiver_domain::ids::Kind>(&self) -> Id<K> {
        Id::new(self.system_now(), self.entropy())
    }

    /// `N` random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy().fill(&mut bytes);
        bytes
    }

    /// Begins a unit of work.
    pub(crate) async fn begin(&self) -> Result<Session> {
        Ok(self.database().begin().await?)
    }

    /// Opens a reader of committed data.
    pub(crate) async fn read(&self) -> Result<Session> {
        Ok(self.database().read().await?)
    }

    /// The catalog as of this session's view of the database; read again only when it has changed.
    pub async fn catalog(&self, session: &mut Session) -> Result<Arc<Catalog>> {
        let version = catalog::version(session).await?;
        self.catalog_at(session, version).await
    }

    /// The catalog of a version that the caller has read already.
    pub(crate) async fn catalog_at(&self, session: &mut Session, version: i64) -> Result<Arc<Catalog>> {
        {
            let held = self.0.catalog.read().unwrap_or_else(std::sync::PoisonError::into_inner);
            if held.0 == version {
                return Ok(Arc::clone(&held.1));
            }
        }
        let (version, catalog) = catalog::load(session).await?;
        let catalog = Arc::new(catalog);
        let mut held = self
            .0
            .catalog
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *held = (version, Arc::clone(&catalog));
        Ok(catalog)
    }

    /// The codec of an epoch's product keys.
    pub(crate) fn codec(&self, epoch: u8) -> Option<Arc<KeyCodec>> {
        self.0
            .codecs
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .get(&epoch)
            .cloned()
    }

    /// The epoch under which new product keys are made: the latest.
    pub(crate) fn current_epoch(&self) -> u8 {
        let codecs = self.0.codecs.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        codecs.last_key_value().map_or(0, |(epoch, _)| *epoch)
    }

    /// A context for an actor in an organization.
    ///
    /// # Errors
    /// No such organization.
    pub async fn context(&self, actor: Actor, organization: OrganizationId, request_id: Uuid) -> Result<Ctx> {
        let mut session = self.read().await?;
        let found = organization::get(&mut session, organization)
            .await?
            .ok_or(Error::NotFound("organization"))?;
        Ok(self.context_of(actor, found, request_id))
    }

    /// A context for an actor in an organization that has been read already.
    #[must_use]
    pub fn context_of(&self, actor: Actor, organization: Organization, request_id: Uuid) -> Ctx {
        Ctx::new(actor, organization, self.system_now(), request_id)
    }
}

/// The key that signs tokens and license documents, made at the first start.
async fn signing_key(parts: &Parts, now: Timestamp) -> Result<SigningKey> {
    let mut session = parts.database.begin().await?;
    let current = signing::keys(&mut session)
        .await?
        .into_iter()
        .rfind(|(_, _, _, retired)| retired.is_none());
    let (kid, seed) = if let Some((kid, wrapped, ..)) = current {
        let seed = parts
            .root_key
            .unwrap(SIGNING_LABEL, &wrapped)
            .map_err(Error::internal)?;
        let seed: [u8; 32] = seed.as_slice().try_into().map_err(Error::internal)?;
        (kid, seed)
    } else {
        let seed = random::<32>(parts);
        let kid = format!("k{}", now.as_second());
        let wrapped = parts
            .root_key
            .wrap(SIGNING_LABEL, &seed, random(parts))
            .map_err(Error::internal)?;
        signing::insert_key(&mut session, &kid, &wrapped, now).await?;
        (kid, seed)
    };
    session.commit().await?;
    Ok(SigningKey::new(kid, seed))
}

/// The codecs of all vendor secrets, the first of which is made at the first start.
async fn codecs(parts: &Parts, now: Timestamp) -> Result<BTreeMap<u8, Arc<KeyCodec>>> {
    let mut session = parts.database.begin().await?;
    let mut secrets = key::secrets(&mut session).await?;
    if secrets.is_empty() {
        let wrapped = parts
            .root_key
            .wrap(VENDOR_SECRET_LABEL, &random::<32>(parts), random(parts))
            .map_err(Error::internal)?;
        key::insert_secret(&mut session, 0, &wrapped, now).await?;
        secrets.push((0, wrapped));
    }
    session.commit().await?;
    let mut codecs = BTreeMap::new();
    for (epoch, wrapped) in secrets {
        let secret = parts
            .root_key
            .unwrap(VENDOR_SECRET_LABEL, &wrapped)
            .map_err(Error::internal)?;
        let secret: [u8; 32] = secret.as_slice().try_into().map_err(Error::internal)?;
        let codec = KeyCodec::new(
            Epoch::try_from(epoch).map_err(Error::internal)?,
            &VendorSecret::new(secret),
        );
        codecs.insert(epoch, Arc::new(codec));
    }
    Ok(codecs)
}

fn random<const N: usize>(parts: &Parts) -> [u8; N] {
    let mut bytes = [0; N];
    parts.entropy.fill(&mut bytes);
    bytes
}

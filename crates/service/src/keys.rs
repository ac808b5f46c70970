//! Product keys: making batches, reading what was typed, reviewing and redeeming (SPEC 15, DESIGN 6).

use std::collections::BTreeMap;
use std::sync::Arc;

use aktiver_domain::calendar::Term;
use aktiver_domain::catalog::{Catalog, Product};
use aktiver_domain::ids::{OrderId, OrganizationId, ProductId, SubscriptionId};
use aktiver_domain::policy;
use aktiver_domain::product_key::{KeyCodec, KeyNumber, ParseError, ProductKey};
use aktiver_domain::redemption::{self, Batch, Choice, FoundKey, Outcome, RedeemContext};
use aktiver_domain::refusal::RedeemRefusal;
use aktiver_domain::role::Operation;
use aktiver_domain::subscription::Subscription;
use aktiver_domain::{Refusal, Timestamp};
use aktiver_storage::engine::{Error as Storage, Session};
use aktiver_storage::key::{self, Redemption};
use aktiver_storage::{pool, subscription};
use jiff::SignedDuration;
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Change};
use crate::billing::require_operator;
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};
use crate::subscriptions::state::{self, Held, SavedAs};
use crate::subscriptions::{self, SubscriptionView};
use crate::text;

/// Keys of one order.
const MOST_KEYS_AT_ONCE: usize = 20;
/// Keys of one batch: no typing error uses up an epoch's numbers.
const MOST_KEYS_IN_A_BATCH: u64 = 10_000_000;
/// Wrong keys that only a guess produces, per scope and window; after them the answer is 429.
const MOST_GUESSES: u32 = 10;
const GUESS_WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// A batch to make.
#[derive(Debug, Clone)]
pub struct NewBatch {
    pub product: ProductId,
    /// Licenses per key.
    pub quantity: u32,
    pub term: Term,
    pub country: Option<String>,
    pub redeem_by: Option<Timestamp>,
    pub label: String,
    /// How many keys.
    pub count: u64,
}

/// What a key stands for, before anything is consumed.
#[derive(Debug, Clone)]
pub struct KeyReview {
    pub last_five: String,
    pub product: Product,
    pub quantity: u32,
    pub term: Term,
    pub country: Option<String>,
    pub redeem_by: Option<Timestamp>,
}

/// What one choice would make of all the keys together.
#[derive(Debug, Clone)]
pub struct ChoiceReview {
    pub choice: Choice,
    pub result: Result<ChoiceOutcome, Refusal>,
    pub recommended: bool,
}

/// The subscription that would result.
#[derive(Debug, Clone)]
pub struct ChoiceOutcome {
    /// The existing one; `None` for a new one.
    pub subscription: Option<SubscriptionId>,
    pub quantity: u32,
    /// End of the term, exclusive.
    pub ends: Timestamp,
}

/// The review page before Redeem (PK-04).
#[derive(Debug, Clone)]
pub struct Review {
    pub keys: Vec<KeyReview>,
    pub choices: Vec<ChoiceReview>,
}

/// What the provider sees of one key.
#[derive(Debug, Clone)]
pub struct Inspection {
    pub batch: Batch,
    pub number: u64,
    pub last_five: String,
    pub revoked: bool,
    pub redemption: Option<Redemption>,
}

/// Makes a batch: one row, however many keys.
///
/// # Errors
/// Anyone but the provider; an unknown product; a field out of range.
pub async fn create_batch(app: &App, actor: &Actor, new: NewBatch) -> Result<Batch> {
    require_operator(actor)?;
    let label = text::at_most("label", &new.label, text::LINE)?.to_owned();
    if new.count == 0 {
        return Err(Error::invalid(
            "count",
            "a batch has at least one key",
            "enter 1 or more",
        ));
    }
    if new.count > MOST_KEYS_IN_A_BATCH {
        return Err(Error::invalid(
            "count",
            format!("a batch has at most {MOST_KEYS_IN_A_BATCH} keys"),
            "make several batches",
        ));
    }
    if new.redeem_by.is_some_and(|by| by <= app.system_now()) {
        return Err(Error::invalid(
            "redeemBy",
            "the last day for redeeming has passed already",
            "enter a later one, or leave it out",
        ));
    }
    if new.quantity == 0 {
        return Err(Error::invalid(
            "quantity",
            "a key stands for at least one license",
            "enter 1 or more",
        ));
    }
    if let Some(country) = new
        .country
        .as_deref()
        .filter(|c| !aktiver_domain::country::is_country(c))
    {
        return Err(Error::invalid(
            "country",
            format!("{country:?} is no country"),
            "enter an ISO 3166-1 code such as NO",
        ));
    }
    let mut session = app.begin().await?;
    let catalog = app.catalog(&mut session).await?;
    let product = catalog.product(new.product).ok_or(Error::NotFound("product"))?;
    let maximum = policy::most_licenses(product.maximum_quantity);
    if new.quantity > maximum {
        let message = format!("one subscription of the product has at most {maximum} licenses");
        return Err(Error::invalid("quantity", message, "enter fewer"));
    }
    let epoch = app.current_epoch();
    let first_number = key::reserve_numbers(&mut session, epoch, new.count)
        .await
        .map_err(|error| match error {
            Storage::Exhausted { .. } => Error::invalid(
                "count",
                format!("epoch {epoch} has fewer key numbers left than that"),
                "begin a new epoch with a new vendor secret, or make fewer keys",
            ),
            other => other.into(),
        })?;
    let batch = Batch {
        id: app.id(),
        epoch,
        first_number,
        count: new.count,
        product: new.product,
        quantity: new.quantity,
        term: new.term,
        country: new.country,
        redeem_by: new.redeem_by,
        label,
        created_at: app.system_now(),
        revoked_at: None,
    };
    key::insert_batch(&mut session, &batch).await?;
    session.commit().await?;
    tracing::info!(batch = %batch.id, count = batch.count, "key batch made");
    Ok(batch)
}

/// The keys of a batch, made as they are asked for: the same every time, in constant memory.
///
/// # Errors
/// Anyone but the provider; a vendor secret that is gone.
pub fn keys_of(app: &App, actor: &Actor, batch: &Batch) -> Result<KeyIter> {
    require_operator(actor)?;
    let codec = app
        .codec(batch.epoch)
        .ok_or_else(|| Error::internal("the vendor secret of this batch is gone"))?;
    Ok(KeyIter {
        codec,
        next: batch.first_number,
        left: batch.count,
    })
}

/// See [`keys_of`].
pub struct KeyIter {
    codec: Arc<KeyCodec>,
    next: u64,
    left: u64,
}

impl Iterator for KeyIter {
    type Item = ProductKey;

    fn next(&mut self) -> Option<ProductKey> {
        let left = self.left.checked_sub(1)?;
        let number = KeyNumber::try_from(self.next).ok()?;
        self.left = left;
        self.next = self.next.saturating_add(1);
        Some(self.codec.make(number))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        (left, Some(left))
    }
}

/// The newest batches, each with how many of its keys are redeemed.
///
/// # Errors
/// Anyone but the provider.
pub async fn batches(app: &App, actor: &Actor, limit: u32) -> Result<Vec<(Batch, u64)>> {
    require_operator(actor)?;
    let mut session = app.read().await?;
    let found = key::batches(&mut session, limit).await?;
    let mut batches = Vec::with_capacity(found.len());
    for batch in found {
        let redeemed = key::redeemed_in_batch(&mut session, batch.id).await?;
        batches.push((batch, redeemed));
    }
    Ok(batches)
}

/// One batch.
///
/// # Errors
/// Anyone but the provider; no such batch.
pub async fn batch(app: &App, actor: &Actor, id: aktiver_domain::ids::BatchId) -> Result<Batch> {
    require_operator(actor)?;
    let mut session = app.read().await?;
    key::batch(&mut session, id).await?.ok_or(Error::NotFound("key batch"))
}

/// Withdraws a whole batch; what is redeemed stays redeemed.
///
/// # Errors
/// Anyone but the provider; no such batch.
pub async fn revoke_batch(app: &App, actor: &Actor, id: aktiver_domain::ids::BatchId) -> Result<()> {
    require_operator(actor)?;
    let mut session = app.begin().await?;
    key::batch(&mut session, id)
        .await?
        .ok_or(Error::NotFound("key batch"))?;
    key::revoke_batch(&mut session, id, app.system_now()).await?;
    session.commit().await?;
    Ok(())
}

/// What a key is, and whether and by whom it was redeemed.
///
/// # Errors
/// Anyone but the provider; a key that is none of ours.
pub async fn inspect(app: &App, actor: &Actor, text: &str) -> Result<Inspection> {
    require_operator(actor)?;
    let (key, epoch, number) = open(app, text).map_err(Unreadable::into_error)?;
    let mut session = app.read().await?;
    let batch = key::batch_of(&mut session, epoch, number.get())
        .await?
        .ok_or(Error::NotFound("product key"))?;
    let redemption = key::redemption(&mut session, epoch, number.get()).await?;
    let revoked = batch.revoked_at.is_some() || key::is_revoked(&mut session, epoch, number.get()).await?;
    tracing::info!(actor = ?actor.reference(), batch = %batch.id, "product key inspected");
    Ok(Inspection {
        batch,
        number: number.get(),
        last_five: key.last_five().to_string(),
        revoked,
        redemption,
    })
}

/// Why a text is no key of ours.
enum Unreadable {
    /// Mistyped: told by the check symbols, and no guess.
    Typed(RedeemRefusal),
    /// The check symbols hold and the proof does not.
    Forged,
}

impl Unreadable {
    fn into_error(self) -> Error {
        match self {
            Self::Typed(refusal) => refusal.into(),
            Self::Forged => RedeemRefusal::Invalid { groups: Vec::new() }.into(),
        }
    }
}

/// Reads a text and checks its proof, without a look-up.
fn open(app: &App, text: &str) -> Result<(ProductKey, u8, KeyNumber), Unreadable> {
    let key = ProductKey::parse(text).map_err(|error| {
        Unreadable::Typed(match error {
            ParseError::Groups { wrong, .. } => RedeemRefusal::Invalid {
                groups: wrong.iter().collect(),
            },
            ParseError::Symbol { group, .. } => RedeemRefusal::Invalid { groups: vec![group] },
            ParseError::Empty | ParseError::Length { .. } => RedeemRefusal::ConsumerOrInvalid { belongs_to: None },
        })
    })?;
    let epoch = key.epoch().get();
    let codec = app.codec(epoch).ok_or(Unreadable::Forged)?;
    let number = codec.open(&key).map_err(|_| Unreadable::Forged)?;
    Ok((key, epoch, number))
}

/// What each possible choice would make of these keys; nothing is consumed (PK-04).
///
/// # Errors
/// The first refusal that concerns a key itself; `NOT_PERMITTED` (error 9).
pub async fn review(app: &App, ctx: &Ctx, texts: &[String]) -> Result<Review> {
    ctx.require(Operation::RedeemKeys)?;
    let opened = open_all(app, &guess_scopes(ctx), texts).await?;
    let mut session = app.read().await?;
    let found = find(&mut session, Some(ctx.org()), &opened).await?;
    let catalog = app.catalog(&mut session).await?;
    let keys = describe(&catalog, &found)?;
    let first = found.first().ok_or(RedeemRefusal::Invalid { groups: Vec::new() })?;
    let product = product_of(&catalog, first)?;
    let subscriptions = subscription::of_product(&mut session, ctx.org(), product.id).await?;
    let consumed = pool::consumed_of(&mut session, ctx.org(), &[product.id])
        .await?
        .get(&product.id)
        .copied()
        .unwrap_or(0);
    let held = Held {
        product,
        consumed,
        subscriptions,
    };

    let mut choices = Vec::new();
    let candidates = held.subscriptions.iter().map(|s| s.id).collect::<Vec<_>>();
    let extend = candidates.iter().map(|id| Choice::Extend(*id));
    let add = candidates.iter().map(|id| Choice::Add(*id));
    for choice in [Choice::New].into_iter().chain(extend).chain(add) {
        let takes = match choice {
            Choice::New => true,
            Choice::Add(id) | Choice::Extend(id) => redemption::takes_keys(&held.take(id)?, choice, ctx.now),
        };
        if !takes {
            continue;
        }
        let result = decide(ctx, &held, &found, choice)
            .map(|outcome| result_of(&outcome, ctx.now))
            .map_err(Refusal::from);
        choices.push(ChoiceReview {
            choice,
            result,
            recommended: false,
        });
    }
    // A refusal of the key itself stands in every choice, so it is told as such.
    if let Some(Err(Refusal::Redeem(refusal))) = choices.first().map(|c| &c.result)
        && choices.iter().all(|c| c.result.is_err())
    {
        return Err(refusal.clone().into());
    }
    recommend(&mut choices);
    Ok(Review { keys, choices })
}

/// What a visitor's keys stand for, with the refusals that a new organization of a country would meet.
pub(crate) async fn review_unowned(app: &App, country: &str, opened: &Opened) -> Result<Vec<KeyReview>> {
    let mut session = app.read().await?;
    let found = find(&mut session, None, opened).await?;
    let catalog = app.catalog(&mut session).await?;
    let first = found.first().ok_or(RedeemRefusal::Invalid { groups: Vec::new() })?;
    let product = product_of(&catalog, first)?;
    let context = RedeemContext {
        country,
        organization: OrganizationId::from_uuid(uuid::Uuid::nil()),
        maximum: product.maximum_quantity,
        end_of_sale: product.end_of_sale,
        target: None,
        assigned: 0,
    };
    redemption::redeem(&found, Choice::New, context, app.system_now())?;
    describe(&catalog, &found)
}

fn product_of(catalog: &Catalog, key: &FoundKey) -> Result<Product> {
    catalog
        .product(key.batch.product)
        .cloned()
        .ok_or_else(|| Error::internal("a product is gone"))
}

fn describe(catalog: &Catalog, found: &[FoundKey]) -> Result<Vec<KeyReview>> {
    found
        .iter()
        .map(|key| {
            Ok(KeyReview {
                last_five: key.last_five.clone(),
                product: product_of(catalog, key)?,
                quantity: key.batch.quantity,
                term: key.batch.term,
                country: key.batch.country.clone(),
                redeem_by: key.batch.redeem_by,
            })
        })
        .collect()
}

/// Who has a subscription of the product most likely bought the key to extend it; otherwise it begins a new one.
fn recommend(choices: &mut [ChoiceReview]) {
    let extend = choices
        .iter()
        .position(|c| matches!(c.choice, Choice::Extend(_)) && c.result.is_ok());
    let best = extend.or_else(|| choices.iter().position(|c| c.result.is_ok()));
    if let Some(choice) = best.and_then(|at| choices.get_mut(at)) {
        choice.recommended = true;
    }
}

fn result_of(outcome: &Outcome, now: Timestamp) -> ChoiceOutcome {
    match outcome {
        Outcome::New(new) => {
            let period = aktiver_domain::calendar::Period::nth(aktiver_domain::calendar::day_start(now), new.term, 0);
            ChoiceOutcome {
                subscription: None,
                quantity: new.quantity,
                ends: period.end,
            }
        }
        Outcome::Changed(subscription) => ChoiceOutcome {
            subscription: Some(subscription.id),
            quantity: subscription.quantity,
            ends: subscription.period.end,
        },
    }
}

/// Redeems all keys of an order together, or none (PK-05, S-09).
///
/// # Errors
/// Every error of SPEC 15.4.
pub async fn redeem(app: &App, ctx: &Ctx, texts: &[String], choice: Choice) -> Result<SubscriptionView> {
    ctx.require(Operation::RedeemKeys)?;
    let opened = open_all(app, &guess_scopes(ctx), texts).await?;
    let mut session = app.begin().await?;
    let id = redeem_in(&mut session, app, ctx, &opened, choice).await?;
    session.commit().await?;
    subscriptions::get(app, ctx, id).await
}

/// The keys of an order, read and proved.
pub(crate) type Opened = Vec<(ProductKey, u8, KeyNumber)>;

/// Reads and proves all keys of an order; a key that only a guess produces is counted.
pub(crate) async fn open_all(app: &App, scopes: &[String], texts: &[String]) -> Result<Opened> {
    if texts.is_empty() {
        return Err(Error::invalid(
            "keys",
            "no product key was entered",
            "enter at least one",
        ));
    }
    if texts.len() > MOST_KEYS_AT_ONCE {
        let message = format!(
            "{} product keys were entered, and {MOST_KEYS_AT_ONCE} can be redeemed at once",
            texts.len()
        );
        return Err(Error::invalid("keys", message, "redeem them in several orders"));
    }
    check_guesses(app, scopes).await?;
    let mut opened = Opened::with_capacity(texts.len());
    for text in texts {
        match open(app, text) {
            Ok(key) => opened.push(key),
            Err(Unreadable::Forged) => {
                count_guess(app, scopes).await?;
                return Err(Unreadable::Forged.into_error());
            }
            Err(typed) => return Err(typed.into_error()),
        }
    }
    Ok(opened)
}

fn guess_scopes(ctx: &Ctx) -> Vec<String> {
    let user = ctx.actor.user().map(|user| format!("user:{user}"));
    let address = ctx.address.map(|address| format!("address:{address}"));
    [Some(format!("organization:{}", ctx.org())), user, address]
        .into_iter()
        .flatten()
        .collect()
}

async fn check_guesses(app: &App, scopes: &[String]) -> Result<()> {
    let now = app.system_now();
    let mut session = app.read().await?;
    for scope in scopes {
        let Some((since, guesses)) = key::guesses(&mut session, scope).await? else {
            continue;
        };
        let until = since.saturating_add(GUESS_WINDOW).unwrap_or(Timestamp::MAX);
        if guesses >= MOST_GUESSES && now < until {
            let retry_after_seconds = u64::try_from(until.duration_since(now).as_secs()).unwrap_or(0).max(1);
            return Err(RedeemRefusal::GuessLimit { retry_after_seconds }.into());
        }
    }
    Ok(())
}

async fn count_guess(app: &App, scopes: &[String]) -> Result<()> {
    let mut session = app.begin().await?;
    for scope in scopes {
        key::count_guess(&mut session, scope, app.system_now(), GUESS_WINDOW).await?;
    }
    session.commit().await?;
    tracing::warn!("a product key was guessed");
    Ok(())
}

/// What is known of each key.
async fn find(session: &mut Session, asking: Option<OrganizationId>, opened: &Opened) -> Result<Vec<FoundKey>> {
    let mut found = Vec::with_capacity(opened.len());
    for (key, epoch, number) in opened {
        // A proved key without a batch was made under this secret and its batch is gone: as good as withdrawn.
        let last_five = key.last_five().to_string();
        let batch = key::batch_of(session, *epoch, number.get()).await?;
        let batch = batch.ok_or_else(|| RedeemRefusal::OfferUnavailable {
            last_five: last_five.clone(),
        })?;
        let redeemed = key::redemption(session, *epoch, number.get()).await?;
        let revoked = key::is_revoked(session, *epoch, number.get()).await?;
        let redeemed_by_own = redeemed.map(|redemption| Some(redemption.organization) == asking);
        found.push(FoundKey {
            number: *number,
            last_five,
            batch,
            revoked,
            redeemed_by_own,
        });
    }
    Ok(found)
}

fn decide(ctx: &Ctx, held: &Held, keys: &[FoundKey], choice: Choice) -> Result<Outcome, RedeemRefusal> {
    let target = match choice {
        Choice::New => None,
        Choice::Add(id) | Choice::Extend(id) => held.subscriptions.iter().find(|s| s.id == id),
    };
    let context = RedeemContext {
        country: &ctx.organization.country,
        organization: ctx.org(),
        maximum: Some(held.most_for(target.map(|target| target.id), ctx.now)),
        end_of_sale: held.product.end_of_sale,
        target,
        assigned: target.map_or(0, |target| held.assigned_to(target.id, ctx.now)),
    };
    redemption::redeem(keys, choice, context, ctx.now)
}

/// Redeems proved keys in the caller's transaction; gives the subscription that is new or changed.
pub(crate) async fn redeem_in(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    opened: &Opened,
    choice: Choice,
) -> Result<SubscriptionId> {
    // The product whose pool is locked: the target's, or the first key's.
    let product = match choice {
        Choice::New => find(session, Some(ctx.org()), opened)
            .await?
            .first()
            .map(|key| key.batch.product),
        Choice::Add(id) | Choice::Extend(id) => subscription::get(session, ctx.org(), id).await?.map(|s| s.product),
    };
    let held = state::hold(session, app, ctx, product.ok_or(Error::NotFound("subscription"))?).await?;
    let found = find(session, Some(ctx.org()), opened).await?;
    let outcome = decide(ctx, &held, &found, choice)?;
    let order: OrderId = app.id();
    let last_fives: Vec<&str> = found.iter().map(|key| key.last_five.as_str()).collect();
    let details = [("order", json!(order.to_string())), ("keysEndingIn", json!(last_fives))];
    let id = match outcome {
        Outcome::New(new) => {
            let subscription = Subscription::purchase(app.id(), new, ctx.now);
            state::insert(session, app, ctx, &subscription, "subscription.created").await?;
            subscription.id
        }
        Outcome::Changed(after) => {
            let before = held.take(after.id)?;
            let action = match choice {
                Choice::Add(_) => "subscription.licenses_added_by_key",
                _ => "subscription.extended_by_key",
            };
            state::save(
                session,
                app,
                ctx,
                &before,
                after,
                SavedAs {
                    action,
                    details: &details,
                },
            )
            .await?
            .id
        }
    };
    for (key, (_, epoch, number)) in found.iter().zip(opened) {
        let redemption = Redemption {
            epoch: *epoch,
            number: number.get(),
            batch: key.batch.id,
            organization: ctx.org(),
            order,
            subscription: id,
            last_five: key.last_five.clone(),
            actor: ctx.actor.reference().id,
            at: ctx.now,
        };
        // Two at once: the second meets the row of the first, and the whole order is undone.
        key::insert_redemption(session, &redemption).await.map_err(|error| {
            if error.is_unique("redemption_pk") {
                let last_five = key.last_five.clone();
                Error::from(RedeemRefusal::AlreadyRedeemed {
                    last_five,
                    by_own_organization: false,
                })
            } else {
                error.into()
            }
        })?;
    }
    let change = Change {
        action: "redeem product keys",
        subject_kind: "order",
        subject: order.uuid(),
        ..Change::default()
    }
    .after(json!({ "subscription": id.to_string(), "keysEndingIn": last_fives }));
    audit::record(session, app, ctx, change).await?;
    audit::publish(
        session,
        app,
        ctx,
        "product_keys.redeemed",
        id.uuid(),
        json!({ "subscriptionId": id.prefixed(), "order": order.prefixed() }),
    )
    .await?;
    Ok(id)
}

/// The organization's redemptions by key ending, for "who redeemed it" (error 5).
///
/// # Errors
/// `NOT_PERMITTED`.
pub async fn redemptions(app: &App, ctx: &Ctx) -> Result<BTreeMap<String, Redemption>> {
    ctx.require(Operation::RedeemKeys)?;
    let mut session = app.read().await?;
    let found = key::redemptions(&mut session, ctx.org()).await?;
    Ok(found
        .into_iter()
        .map(|redemption| (redemption.last_five.clone(), redemption))
        .collect())
}

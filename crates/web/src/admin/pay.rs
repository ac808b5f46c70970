//! Choosing a payment method, or entering a new one in the same form (S-08).

use aktiver_service::billing::{self, NewMethod};
use aktiver_service::domain::Refusal;
use aktiver_service::domain::ids::PaymentMethodId;
use aktiver_service::domain::refusal::PaymentRefusal;
use aktiver_service::ports::NewCard;
use aktiver_service::{App, Ctx, Error, Result};

use crate::components::{Choice, Control, Field};
use crate::countries;
use crate::explain;
use crate::forms::Sent;
use crate::i18n::Text;

/// What a method is called. Labels of cards come from the gateway, which writes brands in lower case.
pub fn method_label(t: Text, kind: &str, label: &str) -> String {
    if kind == "invoice" {
        t.get("method-invoice")
    } else {
        let mut letters = label.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}

/// What a form said about payment, for showing it again. Card numbers and codes are never sent back to the browser.
#[derive(Default)]
pub struct NewMethodForm {
    pub method: String,
    expiry: String,
    holder: String,
    country: String,
    /// Field and message.
    pub wrong: Vec<(&'static str, String)>,
}

/// The choices for how to pay that are no stored method.
const NEW_CARD: &str = "card";
const NEW_INVOICE: &str = "invoice";

impl NewMethodForm {
    pub fn read(form: &Sent) -> Self {
        Self {
            method: form.text("method").to_owned(),
            expiry: form.text("expiry").to_owned(),
            holder: form.text("holder").to_owned(),
            country: form.text("country").to_owned(),
            wrong: Vec::new(),
        }
    }

    fn error(&self, field: &str) -> Option<String> {
        self.wrong
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, message)| message.clone())
    }

    /// What was chosen: a stored method, or a new one.
    ///
    /// # Errors
    /// Nothing chosen, or a card's field left empty: then `wrong` says so.
    pub fn chosen(&mut self, t: Text, form: &Sent) -> Result<(Option<PaymentMethodId>, Option<NewMethod>), Wrong> {
        match self.method.as_str() {
            NEW_INVOICE => Ok((None, Some(NewMethod::Invoice))),
            NEW_CARD => {
                for (name, field) in [
                    ("number", "number"),
                    ("expiry", "expiry"),
                    ("holder", "holder"),
                    ("country", "country"),
                ] {
                    if form.text(name).is_empty() {
                        self.wrong.push((field, t.get("field-missing")));
                    }
                }
                // What no card can have is told here, for all fields at once; the rest is the gateway's to judge.
                let digits = |name: &str| form.text(name).chars().filter(char::is_ascii_digit).count();
                for (field, right, message) in [
                    ("number", (12..=19).contains(&digits("number")), "exact-card-number"),
                    ("expiry", (3..=6).contains(&digits("expiry")), "exact-card-expiry"),
                    (
                        "security-code",
                        form.text("security-code").is_empty() || (3..=4).contains(&digits("security-code")),
                        "exact-card-code",
                    ),
                ] {
                    if !right && self.error(field).is_none() {
                        self.wrong.push((field, t.get(message)));
                    }
                }
                if !self.wrong.is_empty() {
                    return Err(Wrong);
                }
                Ok((
                    None,
                    Some(NewMethod::SandboxCard(NewCard {
                        number: form.text("number").to_owned(),
                        expiry: self.expiry.clone(),
                        security_code: form.filled("security-code").map(str::to_owned),
                        holder: self.holder.clone(),
                        country: self.country.clone(),
                    })),
                ))
            }
            text => match PaymentMethodId::parse(text) {
                Ok(id) => Ok((Some(id), None)),
                Err(_) => {
                    self.wrong.push(("method", t.get("method-missing")));
                    Err(Wrong)
                }
            },
        }
    }

    /// Puts a refused payment beside its field. Whether it had one.
    pub fn blame(&mut self, t: Text, error: &Error) -> bool {
        let Error::Refused(refusal @ Refusal::Payment(reason)) = error else {
            return false;
        };
        let words = explain::explain(t, refusal, None);
        let field = match reason {
            PaymentRefusal::CardInvalid { field } if field.contains("expir") => "expiry",
            PaymentRefusal::CardInvalid { field } if field.contains("holder") || field.contains("name") => "holder",
            PaymentRefusal::CardInvalid { field } if field.contains("code") => "security-code",
            PaymentRefusal::CardInvalid { .. } => "number",
            PaymentRefusal::MethodCountry { .. } if self.method == NEW_CARD => "country",
            PaymentRefusal::MethodRequired | PaymentRefusal::MethodUnknown => "method",
            _ => return false,
        };
        self.wrong.push((field, words.detail));
        true
    }

    /// The fields: stored methods, then what can be added.
    ///
    /// # Errors
    /// A role without the right to see payment methods.
    pub async fn fields(
        &self,
        app: &App,
        ctx: &Ctx,
        t: Text,
        current: Option<PaymentMethodId>,
        stored: bool,
    ) -> Result<Vec<Field>> {
        let methods = if stored {
            billing::methods(app, ctx).await?
        } else {
            Vec::new()
        };
        let organization = &ctx.organization;
        let preset = if self.method.is_empty() {
            current.or_else(|| methods.first().map(|method| method.id)).map_or_else(
                || if organization.sandbox { NEW_CARD } else { NEW_INVOICE }.to_owned(),
                |id| id.to_string(),
            )
        } else {
            self.method.clone()
        };
        let mut options: Vec<Choice> = methods
            .iter()
            .map(|method| Choice {
                value: method.id.to_string(),
                label: method_label(t, method.kind.as_str(), &method.label),
                hint: method
                    .expiry
                    .as_deref()
                    .map(|expiry| t.with("method-expires", &[("date", expiry.into())])),
                selected: preset == method.id.to_string(),
            })
            .collect();
        let mut add = |value: &str, label: String, hint: String| {
            options.push(Choice {
                value: value.to_owned(),
                label,
                hint: Some(hint),
                selected: preset == value,
            });
        };
        if organization.sandbox {
            add(NEW_CARD, t.get("method-new-card"), t.get("method-new-card-hint"));
        }
        let has_invoice = methods.iter().any(|method| method.kind.as_str() == "invoice");
        if organization.invoice_approved && !has_invoice {
            add(NEW_INVOICE, t.get("method-invoice"), t.get("method-invoice-hint"));
        }
        let mut fields =
            vec![Field::new(t, "method", t.get("column-paid"), Control::Radios(options)).error(self.error("method"))];
        if organization.sandbox {
            fields.extend(self.card_fields(t, &organization.country));
        }
        Ok(fields)
    }

    /// Only needed when a new card is chosen, so none is required by the browser.
    fn card_fields(&self, t: Text, country: &str) -> Vec<Field> {
        let country = if self.country.is_empty() {
            country
        } else {
            &self.country
        };
        let mut fields = vec![
            Field::input(t, "number", t.get("card-number"), "text", "")
                .hint(t.get("card-number-hint"))
                .autocomplete("cc-number")
                .error(self.error("number")),
            Field::input(t, "expiry", t.get("card-expiry"), "text", &self.expiry)
                .hint(t.get("card-expiry-hint"))
                .autocomplete("cc-exp")
                .error(self.error("expiry")),
            Field::input(t, "security-code", t.get("card-code"), "text", "")
                .autocomplete("cc-csc")
                .error(self.error("security-code"))
                .optional(),
            Field::input(t, "holder", t.get("card-holder"), "text", &self.holder)
                .autocomplete("cc-name")
                .error(self.error("holder")),
            countries::field(t, "country", t.get("card-country"), country).error(self.error("country")),
        ];
        for field in &mut fields {
            field.of_new_card = true;
        }
        fields
    }
}

/// Something is missing; the form says what.
#[derive(Debug)]
pub struct Wrong;

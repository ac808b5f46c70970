//! Pay on account (SPEC 16.4): what is due goes on the organization's ledger, and no money moves here.

use aktiver_domain::Timestamp;
use aktiver_service::ports::{
    AttachError, AttachedCard, ChargeOutcome, ChargeRequest, Gateway, GatewayUnreachable, NewCard,
};
use async_trait::async_trait;

/// Takes every charge as owed. Whether an organization may pay this way is decided before it is asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct InvoiceGateway;

#[async_trait]
impl Gateway for InvoiceGateway {
    /// # Errors
    /// Always: an invoice agreement has no card.
    async fn attach(&self, _card: &NewCard, _at: Timestamp) -> Result<AttachedCard, AttachError> {
        Err(AttachError::Invalid { field: "type" })
    }

    async fn charge(&self, charge: &ChargeRequest) -> Result<ChargeOutcome, GatewayUnreachable> {
        Ok(ChargeOutcome::Succeeded {
            reference: format!("invoice-{}", charge.id),
        })
    }

    async fn refund(&self, _charge: &ChargeRequest, _gateway_reference: &str) -> Result<(), GatewayUnreachable> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use aktiver_domain::Money;
    use aktiver_domain::ids::{ChargeId, OrganizationId};
    use aktiver_domain::money::Currency;

    use super::*;

    fn charge(minor: i64) -> ChargeRequest {
        ChargeRequest {
            id: ChargeId::parse("018f0000-0000-7000-8000-000000000001").unwrap(),
            organization: OrganizationId::parse("018f0000-0000-7000-8000-000000000002").unwrap(),
            amount: Money::new(minor, Currency::NOK),
            reference: String::new(),
            text: "Aktiver".to_owned(),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[tokio::test]
    async fn spec_16_4_what_is_owed_is_taken_on_account_and_the_answer_repeats() {
        let first = InvoiceGateway.charge(&charge(120_000)).await.unwrap();
        assert!(matches!(&first, ChargeOutcome::Succeeded { reference } if reference.starts_with("invoice-")));
        assert_eq!(InvoiceGateway.charge(&charge(120_000)).await.unwrap(), first);
        assert_eq!(InvoiceGateway.refund(&charge(120_000), "invoice-x").await, Ok(()));
    }

    #[tokio::test]
    async fn an_invoice_agreement_has_no_card() {
        let card = NewCard {
            number: "4242424242424242".to_owned(),
            expiry: "12/40".to_owned(),
            security_code: None,
            holder: "Kari Nordmann".to_owned(),
            country: "NO".to_owned(),
        };
        let refused = InvoiceGateway.attach(&card, Timestamp::UNIX_EPOCH).await;
        assert_eq!(refused, Err(AttachError::Invalid { field: "type" }));
    }
}

# What each refusal code says: what happened, why, and what helps. The ids follow from refusals.rs.

refusal-deleted-title = Abonnementet er slettet
refusal-deleted-detail = Dataene er borte og kan ikke hentes tilbake.
refusal-deleted-remedy = Kjøp et nytt abonnement på produktet, og tilordne lisensene.

refusal-partner-managed-title = En partner administrerer dette abonnementet
refusal-partner-managed-detail = Det er solgt av en partner, og bare partneren kan endre det.
refusal-partner-managed-remedy = Kontakt partneren. Abonnementets side viser hvordan.

refusal-volume-license-title = Abonnementet hører til en volumavtale
refusal-volume-license-detail = Periode og lisenser følger av avtalen med forhandleren.
refusal-volume-license-remedy = Legg inn en bestilling hos forhandleren som håndterer avtalen.

refusal-prepaid-title = Dette abonnementet er forhåndsbetalt
refusal-prepaid-detail = Det ble startet med en produktnøkkel og har ingen betalingsmåte å belaste.
refusal-prepaid-remedy = Velg Forleng sluttdato og oppgi en ny og ubrukt produktnøkkel, eller slå på regelmessig fakturering.

refusal-not-permitted-title = Du har ikke rollen som trengs
refusal-not-permitted-detail = Bare en global administrator eller faktureringsadministrator i organisasjonen kan gjøre dette, for eksempel løse inn en produktnøkkel.
refusal-not-permitted-remedy = Kontroller hvilken konto du er logget på med, eller be en administrator gjøre det.

refusal-self-service-title = En bruker har kjøpt dette abonnementet
refusal-self-service-detail = Det tilhører den som kjøpte det, og faktureres vedkommende.
refusal-self-service-remedy = Spør kjøperen, eller overta abonnementet for organisasjonen.

refusal-pending-title = Noe er fortsatt under behandling
refusal-pending-detail = En bestilling eller kredittsjekk for abonnementet behandles.
refusal-pending-remedy = Vent. Det tar høyst 48 timer. Kontakt kundestøtte hvis det tar lengre tid.

refusal-balance-due-title = Det finnes ubetalte fakturaer
refusal-balance-due-detail = Abonnementet kan ikke fortsette før det utestående er betalt.
refusal-balance-due-remedy = Velg Betal nå eller Utligne saldo, og prøv igjen.

refusal-account-blocked-title = Faktureringskontoen er sperret
refusal-account-blocked-detail = Den har vært ubrukt lenge, eller betalinger på den må undersøkes først.
refusal-account-blocked-remedy = Kontakt kundestøtte, som kan oppheve sperringen.

refusal-end-of-sale-title = Produktet selges ikke lenger
refusal-end-of-sale-detail = Eksisterende abonnementer kan fornyes, men denne endringen tilbys ikke lenger.
refusal-end-of-sale-remedy = Velg et annet produkt, eller spør kundestøtte hva som erstatter det.

refusal-unknown-title = Dette er ikke mulig akkurat nå
refusal-unknown-detail = Handlingen er ikke tilgjengelig for dette abonnementet, og siden kjenner ikke årsaken.
refusal-unknown-remedy = Kontakt kundestøtte. De ser detaljene og kan gjøre det for deg.

refusal-nothing-to-reactivate-title = Det er ingenting å aktivere på nytt
refusal-nothing-to-reactivate-detail = Abonnementet er allerede aktivt.
refusal-nothing-to-reactivate-remedy = Du trenger ikke gjøre noe. Sier en app noe annet, logger du av og på igjen.

refusal-parent-not-active-title = Hovedabonnementet er ikke aktivt
refusal-parent-not-active-detail = Dette er et tillegg som bare virker sammen med et aktivt hovedabonnement.
refusal-parent-not-active-remedy = Aktiver hovedabonnementet på nytt først, og deretter tillegget.

refusal-trial-buy-instead-title = En prøveperiode kan ikke aktiveres på nytt
refusal-trial-buy-instead-detail = Prøveperioden er over, og den samme kan ikke tas igjen.
refusal-trial-buy-instead-remedy = Kjøp produktet. Tilordnede lisenser og data beholdes hvis du gjør det i tide.

refusal-cancel-window-passed-title = Det er for sent å avbryte
refusal-cancel-window-passed-detail = Etter denne avtalen kan et abonnement bare avbrytes de første dagene etter start eller fornyelse.
refusal-cancel-window-passed-remedy = Slå av regelmessig fakturering. Da slutter abonnementet når perioden er over.

refusal-cancel-too-many-licenses-title = For mange lisenser til å avbryte her
refusal-cancel-too-many-licenses-detail = Et slikt abonnement med mer enn 25 lisenser kan ikke avbrytes på siden.
refusal-cancel-too-many-licenses-remedy = Reduser til 25 lisenser eller færre først, eller kontakt kundestøtte.

refusal-already-cancelled-title = Abonnementet er allerede avbrutt
refusal-already-cancelled-detail = Noen avbrøt det før deg.
refusal-already-cancelled-remedy = Du trenger ikke gjøre noe. Vil du angre, aktiverer du abonnementet på nytt.

refusal-payment-method-required-title = Du må ha en betalingsmåte
refusal-payment-method-required-detail = Abonnementet har ingen betalingsmåte som kan belastes.
refusal-payment-method-required-remedy = Velg en av betalingsmåtene dine, eller legg til en ny.

refusal-payment-declined-title = Betalingen ble avvist
refusal-payment-declined-detail = Banken godtok ikke belastningen. Ingenting er endret.
refusal-payment-declined-remedy = Kontroller kortopplysningene, spør banken, eller bruk en annen betalingsmåte.

refusal-authentication-required-title = Banken vil at du bekrefter
refusal-authentication-required-detail = Betalingen trenger din bekreftelse før banken godtar den. Ingenting er belastet ennå.
refusal-authentication-required-remedy = Prøv igjen og fullfør bekreftelsen hos banken, eller bruk en annen betalingsmåte.

refusal-quantity-below-assigned-title = Flere lisenser enn det er tilordnet
refusal-quantity-below-assigned-detail = Det nye antallet er lavere enn antallet lisenser i bruk.
refusal-quantity-below-assigned-remedy = Fjern lisenser fra brukere først, og reduser deretter antallet.

refusal-reduction-window-passed-title = Det er for sent å redusere lisenser
refusal-reduction-window-passed-detail = Etter denne avtalen kan antallet bare reduseres de første dagene etter kjøp eller fornyelse.
refusal-reduction-window-passed-remedy = Planlegg reduksjonen til neste fornyelse i stedet.

refusal-key-consumer-or-invalid-title = Denne nøkkelen er ikke for organisasjoner
refusal-key-consumer-or-invalid-detail = Det er en nøkkel for privat bruk, eller den er feilskrevet.
refusal-key-consumer-or-invalid-remedy = Fulgte den med et produkt for privat bruk, løser du den inn der produktet sier det. Ellers kontrollerer du tegnene.

refusal-key-invalid-title = Denne produktnøkkelen er ikke gyldig
refusal-key-invalid-detail = Et tegn er feilskrevet, eller nøkkelen er ikke ekte.
refusal-key-invalid-remedy = Kontroller tegn som ligner: 0 og O, 5 og S, 1, I og L. Hjelper det ikke, spør du den som solgte deg nøkkelen.

refusal-key-duplicate-in-order-title = Du har allerede oppgitt denne nøkkelen
refusal-key-duplicate-in-order-detail = Den samme nøkkelen står to ganger i bestillingen, eller det er nøkkelen abonnementet ble startet med.
refusal-key-duplicate-in-order-remedy = Se gjennom nøklene du har oppgitt, og bruk en ny og ubrukt.

refusal-key-expired-title = Produktnøkkelen er utløpt
refusal-key-expired-detail = Siste dag for å løse den inn er passert.
refusal-key-expired-remedy = Skaff en ny og ubrukt nøkkel fra den som solgte den.

refusal-key-already-redeemed-title = Produktnøkkelen er brukt
refusal-key-already-redeemed-detail = En nøkkel virker én gang, og denne er løst inn før, kanskje av din egen organisasjon.
refusal-key-already-redeemed-remedy = Se under Dine produkter om abonnementet er der. Hvis ikke, kontakter du den som solgte deg nøkkelen.

refusal-service-busy-title = Vi kan ikke behandle dette akkurat nå
refusal-service-busy-detail = Det er en forbigående feil hos oss. Nøkkelen er ikke brukt opp.
refusal-service-busy-remedy = Vent noen minutter og prøv igjen. Virker det ikke etter 15 minutter, kontakter du kundestøtte.

refusal-offer-unavailable-title = Abonnementet er ikke tilgjengelig
refusal-offer-unavailable-detail = Det nøkkelen gir, tilbys ikke lenger eller ikke i landet ditt, eller organisasjonen har hatt denne prøveperioden før.
refusal-offer-unavailable-remedy = Kontakt kundestøtte eller den som solgte deg nøkkelen.

refusal-key-over-maximum-title = Det er flere lisenser enn tillatt
refusal-key-over-maximum-detail = Til sammen gir nøklene flere lisenser enn produktets maksimum.
refusal-key-over-maximum-remedy = Ta en nøkkel ut av bestillingen, bruk en for færre lisenser, eller velg et produkt med høyere maksimum.

refusal-key-other-country-title = Vi kan ikke konfigurere kontoen akkurat nå
refusal-key-other-country-detail = Nøkkelen er solgt for et annet land enn organisasjonens eller abonnementets.
refusal-key-other-country-remedy = Bruk en nøkkel for landet ditt. Den som solgte nøkkelen, kan bytte den. Kundestøtte kan se hvilket land den gjelder.

refusal-key-wrong-plan-title = Nøkkelen er for et annet produkt
refusal-key-wrong-plan-detail = En nøkkel kan bare legges til et abonnement på produktet den er solgt for.
refusal-key-wrong-plan-remedy = Velg et abonnement på det produktet, eller løs inn nøkkelen som et nytt abonnement.

refusal-key-revoked-title = Produktnøkkelen er trukket tilbake
refusal-key-revoked-detail = Utstederen har gjort nøkkelen ugyldig, for eksempel fordi den er returnert eller stjålet.
refusal-key-revoked-remedy = Kontakt den som solgte deg nøkkelen, og ha kvitteringen klar.

refusal-key-guess-limit-title = For mange nøkler som ikke finnes
refusal-key-guess-limit-detail = For å beskytte nøkler mot gjetting godtar vi bare noen få gale nøkler over en periode.
refusal-key-guess-limit-remedy = Vent, og prøv igjen senere med nøkkelen foran deg. Nøkler som bare er feilskrevet, teller ikke.

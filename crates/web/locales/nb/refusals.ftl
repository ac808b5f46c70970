# What each refusal code says: what happened, why, and what helps. The ids follow from refusals.rs.

refusal-deleted-title = Abonnementet er slettet
refusal-deleted-detail = Dataene er borte og kan ikke hentes tilbake.
refusal-deleted-remedy = Løs inn en produktnøkkel for å starte et nytt abonnement, eller kontakt kundestøtte.

refusal-partner-managed-title = En partner administrerer dette abonnementet
refusal-partner-managed-detail = Det er solgt av en partner, og bare partneren kan endre det.
refusal-partner-managed-remedy = Kontakt partneren.

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
refusal-self-service-remedy = Spør kjøperen, eller kontakt kundestøtte.

refusal-pending-title = Noe er fortsatt under behandling
refusal-pending-detail = En bestilling eller kredittsjekk for abonnementet behandles.
refusal-pending-remedy = Vent. Det tar høyst 48 timer. Kontakt kundestøtte hvis det tar lengre tid.

refusal-balance-due-title = Det finnes ubetalte fakturaer
refusal-balance-due-detail = Abonnementet kan ikke fortsette før det utestående er betalt.
refusal-balance-due-remedy = Betal det som regningene viser er utestående, og prøv igjen. Kundestøtte kan se om en betaling har kommet frem.

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

refusal-not-started-title = Abonnementet har ikke startet
refusal-not-started-detail = Det starter av seg selv på første dag, som siden til abonnementet viser.
refusal-not-started-remedy = Vent til det starter. Du trenger ikke gjøre noe annet.

refusal-parent-not-active-title = Hovedabonnementet er ikke aktivt
refusal-parent-not-active-detail = Dette er et tillegg som bare virker sammen med et aktivt hovedabonnement.
refusal-parent-not-active-remedy = Aktiver hovedabonnementet på nytt først, og deretter tillegget.

refusal-trial-buy-instead-title = En prøveperiode kan ikke aktiveres på nytt
refusal-trial-buy-instead-detail = Prøveperioden er over, og den samme kan ikke tas igjen.
refusal-trial-buy-instead-remedy = Løs inn en produktnøkkel for å starte et abonnement, eller kontakt kundestøtte.

refusal-cancel-window-passed-title = Det er for sent å avbryte
refusal-cancel-window-passed-detail = Etter denne avtalen kan et abonnement bare avbrytes de første dagene etter start eller fornyelse.
refusal-cancel-window-passed-remedy = Slå av regelmessig fakturering. Da slutter abonnementet når perioden er over.

refusal-cancel-too-many-licenses-title = For mange lisenser til å avbryte her
refusal-cancel-too-many-licenses-detail = Et slikt abonnement med mer enn 25 lisenser kan ikke avbrytes på siden.
refusal-cancel-too-many-licenses-remedy = Reduser til 25 lisenser eller færre først, eller kontakt kundestøtte.

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
refusal-reduction-window-passed-remedy = Vent til neste fornyelse, eller kontakt kundestøtte.

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

refusal-locked-out-title = Abonnementet er sperret
refusal-locked-out-detail = Vi har sperret det for alle mens en sak undersøkes. Dataene beholdes.
refusal-locked-out-remedy = Kontakt kundestøtte. Bare vi kan oppheve sperringen.

refusal-cancel-domain-attached-title = Et eget domene er fortsatt tilknyttet
refusal-cancel-domain-attached-detail = E-post og pålogging kan avhenge av domenet, så det må fjernes før abonnementet avbrytes.
refusal-cancel-domain-attached-remedy = Fjern domenet fra organisasjonen først, og avbryt deretter.

refusal-cancel-by-recurring-off-title = Dette abonnementet slutter av seg selv
refusal-cancel-by-recurring-off-detail = Det avbrytes ikke midt i perioden, men slutter når perioden er over hvis regelmessig fakturering er av.
refusal-cancel-by-recurring-off-remedy = Slå av regelmessig fakturering.

refusal-managed-elsewhere-title = Noen andre administrerer dette abonnementet
refusal-managed-elsewhere-detail = En partner, en forhandler eller den som kjøpte det, endrer det, ikke administrasjonssenteret.
refusal-managed-elsewhere-remedy = Kontakt den som solgte eller kjøpte det.

refusal-not-active-title = Abonnementet er ikke aktivt
refusal-not-active-detail = Dette kan bare endres mens abonnementet er aktivt.
refusal-not-active-remedy = Aktiver det på nytt først.

refusal-quantity-out-of-range-title = Antallet lisenser er ikke mulig
refusal-quantity-out-of-range-detail = Et abonnement har minst én lisens, og noen produkter har et maksimum.
refusal-quantity-out-of-range-remedy = Skriv inn et antall innenfor grensene.

refusal-reduce-with-product-key-title = Produktnøkler bestemmer antallet lisenser
refusal-reduce-with-product-key-detail = Abonnementet er forhåndsbetalt: Lisensene fulgte med produktnøkler.
refusal-reduce-with-product-key-remedy = Bruk en ny og ubrukt produktnøkkel for å få flere lisenser. Vil du ha færre, forlenger du sluttdatoen med en nøkkel for færre lisenser.

refusal-trial-buy-first-title = En prøveperiode har et fast antall lisenser
refusal-trial-buy-first-detail = Du kan ikke legge til eller fjerne lisenser i en prøveperiode.
refusal-trial-buy-first-remedy = Løs inn en produktnøkkel for antallet du trenger, eller kontakt kundestøtte.

refusal-nothing-to-change-title = Det er allerede slik
refusal-nothing-to-change-detail = Abonnementet er allerede slik du ba om. Noen kan ha gjort det før deg.
refusal-nothing-to-change-remedy = Du trenger ikke gjøre noe.

refusal-payment-method-unknown-title = Betalingsmåten finnes ikke
refusal-payment-method-unknown-detail = Noen andre kan ha slettet den for et øyeblikk siden.
refusal-payment-method-unknown-remedy = Velg en fra listen, eller legg til en ny.

refusal-payment-method-country-title = Betalingsmåten er fra et annet land
refusal-payment-method-country-detail = Betalingsmåter må være fra organisasjonens eget land.
refusal-payment-method-country-remedy = Bruk et kort som er utstedt i organisasjonens land.

refusal-payment-method-in-use-title = Betalingsmåten er i bruk
refusal-payment-method-in-use-detail = Et abonnement betales med den. Det gjelder også utløpte og deaktiverte abonnementer, som kan aktiveres på nytt.
refusal-payment-method-in-use-remedy = Velg en annen betalingsmåte for disse abonnementene først.

refusal-card-invalid-title = Kortet stemmer ikke
refusal-card-invalid-detail = Nummeret, utløpsdatoen eller navnet kan ikke være et korts.
refusal-card-invalid-remedy = Sammenlign med kortet, og skriv det inn på nytt.

refusal-sandbox-only-title = Testkort virker bare i sandkasser
refusal-sandbox-only-detail = Denne organisasjonen er ingen sandkasse, så ingenting her kan betales med et testkort.
refusal-sandbox-only-remedy = Betal med faktura, eller prøv det ut i en sandkasseorganisasjon.

refusal-invoice-not-approved-title = Betaling med faktura er ikke godkjent ennå
refusal-invoice-not-approved-detail = En organisasjon kan betale med faktura etter en kredittsjekk.
refusal-invoice-not-approved-remedy = Be kundestøtte om godkjenning, eller bruk et kort.

refusal-payment-in-progress-title = En betaling er underveis
refusal-payment-in-progress-detail = En annen betaling for samme abonnement er ikke besvart ennå. Vi belaster aldri to ganger.
refusal-payment-in-progress-remedy = Vent et minutt, og se på abonnementet igjen.

refusal-no-price-title = Det finnes ingen pris for dette
refusal-no-price-detail = Produktet har ingen pris for denne perioden i organisasjonens valuta.
refusal-no-price-remedy = Kontakt kundestøtte, som kan fastsette en.

refusal-assign-unknown-product-title = Organisasjonen har ikke dette produktet
refusal-assign-unknown-product-detail = Bare produkter i et abonnement som organisasjonen har, kan tilordnes.
refusal-assign-unknown-product-remedy = Velg et av produktene dine, eller løs inn en produktnøkkel for dette først.

refusal-assign-company-only-title = Dette produktet trenger ikke tilordnes
refusal-assign-company-only-detail = Det virker for hele organisasjonen under ett.
refusal-assign-company-only-remedy = Du trenger ikke gjøre noe.

refusal-assign-foreign-plan-title = Tjenesten hører ikke til produktet
refusal-assign-foreign-plan-detail = En av tjenestene som skulle slås av, hører til et annet produkt.
refusal-assign-foreign-plan-remedy = Åpne siden på nytt, og velg blant tjenestene som vises.

refusal-assign-duplicate-title = Produktet er nevnt to ganger
refusal-assign-duplicate-detail = En forespørsel nevner hvert produkt én gang, enten for å legge til eller for å fjerne.
refusal-assign-duplicate-remedy = Utelat det ene av de to.

refusal-assign-usage-location-title = Bruksstedet mangler
refusal-assign-usage-location-detail = Noen tjenester finnes ikke overalt, så en lisens må vite i hvilket land personen arbeider.
refusal-assign-usage-location-remedy = Angi personens brukssted, og tilordne deretter lisensen.

refusal-assign-prohibited-title = En tjeneste er ikke tilgjengelig i landet
refusal-assign-prohibited-detail = En av produktets tjenester kan ikke brukes på personens brukssted.
refusal-assign-prohibited-remedy = Slå av tjenesten for denne personen, eller rett bruksstedet.

refusal-assign-dependency-title = En tjeneste trenger en annen
refusal-assign-dependency-detail = En av tjenestene virker bare sammen med en annen, som er slått av.
refusal-assign-dependency-remedy = Slå på den andre tjenesten også, eller slå av denne.

refusal-assign-exclusive-title = To tjenester utelukker hverandre
refusal-assign-exclusive-detail = Personen ville fått den samme tjenesten to ganger, i to utgaver.
refusal-assign-exclusive-remedy = Slå av den ene av de to, eller fjern det ene produktet.

refusal-assign-no-units-title = Det er ingen lisenser igjen
refusal-assign-no-units-detail = Alle produktets lisenser er tilordnet, eller abonnementet er deaktivert.
refusal-assign-no-units-remedy = Fjern en lisens fra noen andre, kjøp flere, eller aktiver et abonnement på nytt.

refusal-assign-not-held-title = Personen har ikke denne lisensen
refusal-assign-not-held-detail = Det er ingenting å fjerne. Noen kan ha fjernet den allerede.
refusal-assign-not-held-remedy = Åpne siden på nytt for å se hvilke lisenser personen har.

refusal-assign-inherited-title = Lisensen kommer fra en gruppe
refusal-assign-inherited-detail = Alle i gruppen har den, så den kan ikke tas fra én person alene.
refusal-assign-inherited-remedy = Ta personen ut av gruppen, eller lisensen fra gruppen.

refusal-assign-self-service-title = En bruker har kjøpt disse lisensene
refusal-assign-self-service-detail = Den som kjøpte dem, tilordner dem også.
refusal-assign-self-service-remedy = Spør den som har kjøpt dem.

refusal-key-below-assigned-title = Nøkkelen er for færre lisenser enn det er tilordnet
refusal-key-below-assigned-detail = Hvis du forlenger med denne nøkkelen, blir noen uten lisens.
refusal-key-below-assigned-remedy = Fjern lisenser fra brukere først, eller bruk en nøkkel for flere lisenser.

refusal-key-not-extendable-title = Dette abonnementet tar ikke imot produktnøkler
refusal-key-not-extendable-detail = Nøkler forlenger eller utvider bare abonnementer som ble startet med en nøkkel, og legger til lisenser bare mens de er aktive.
refusal-key-not-extendable-remedy = Løs inn nøkkelen som et nytt abonnement.

# The same refusals with what is known about the case at hand.
exact-not-permitted = Dette krever rollen { $roles }.
exact-not-permitted-provider = Bare vi, leverandøren, kan gjøre dette.
exact-not-permitted-ask = Spør { $names }.
exact-partner = Det er solgt av { $partner }.
exact-partner-remedy = Kontakt { $partner }.
exact-buyer = { $buyer } har kjøpt det.
exact-balance = { $amount } er ubetalt.
exact-cancel-window = Et slikt abonnement kan avbrytes de første { $days } dagene etter start eller fornyelse, og de er passert.
exact-cancel-too-many = Det har mer enn { $most } lisenser.
exact-cancel-domain = Domenet { $domain } er fortsatt tilknyttet.
exact-below-assigned = { $assigned ->
    [one] Én lisens er tilordnet.
   *[other] { $assigned } lisenser er tilordnet, og det er flere enn det nye antallet.
}
exact-reduction-window = Lisenser kan fjernes de første { $days } dagene etter kjøp eller fornyelse, og de er passert.
exact-range = Skriv inn et antall fra { $minimum } til { $maximum }.
exact-at-least = Skriv inn { $minimum } eller mer.
exact-method-country = Den må være fra { $country }, organisasjonens land.
exact-method-in-use = { $count ->
    [one] Den betaler for ett abonnement.
   *[other] Den betaler for { $count } abonnementer.
}
exact-card-number = Kortnummeret er ikke et korts. Sammenlign det med kortet.
exact-card-expiry = Utløpsdatoen må være en måned og et år som ikke er passert, for eksempel 09/29.
exact-card-holder = Skriv inn navnet på kortet.
exact-card-code = Sikkerhetskoden har tre eller fire sifre.
exact-declined = Banken avviste kortet. Ingenting er belastet, og ingenting er endret.
exact-needs = { $plan } trenger { $needs }, som er slått av.
exact-exclusive = { $one } og { $other } utelukker hverandre.
exact-prohibited = { $plan } er ikke tilgjengelig i { $country }.
exact-no-units = Det er ingen lisenser igjen av { $product }.
exact-key-groups = { $count ->
    [one] Se på gruppe { $groups } igjen: Den kan ikke være riktig.
   *[other] Se på gruppene { $groups } igjen: De kan ikke være riktige.
}
exact-key-family = Denne nøkkelen er for { $family }.
exact-key-own = Organisasjonen din har allerede løst inn nøkkelen som slutter på { $key }.
exact-key-used = Nøkkelen som slutter på { $key }, er brukt.
exact-key-double = Nøkkelen som slutter på { $key }, er oppgitt to ganger.
exact-key-expired = Siste dag for å løse inn nøkkelen som slutter på { $key }, er passert.
exact-key-revoked = Nøkkelen som slutter på { $key }, er trukket tilbake.
exact-key-offer = Det nøkkelen som slutter på { $key } gir, er ikke tilgjengelig.
exact-key-plan = Nøkkelen som slutter på { $key }, er for et annet produkt, en annen periode eller et annet antall lisenser.
exact-key-maximum = Til sammen er det flere lisenser enn produktet tillater. Maksimum er { $maximum }.
exact-key-country = Nøkkelen er solgt for { $country }.
exact-key-below = { $assigned } lisenser er tilordnet, og nøkkelen er for { $quantity }.
exact-key-wait = { $minutes ->
    [one] Prøv igjen om ett minutt.
   *[other] Prøv igjen om { $minutes } minutter.
}
exact-declined-funds = Banken avviste kortet: Det er ikke nok penger på kontoen. Ingenting er belastet, og ingenting er endret.
exact-declined-expired = Banken avviste kortet: Det er utløpt. Ingenting er belastet, og ingenting er endret.
exact-declined-test = Dette er ikke et av testkortene, og en sandkasse tar bare dem. Ingenting er belastet, og ingenting er endret.

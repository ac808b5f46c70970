# Words of the admin center pages.

menu-home = Oversikt
menu-products = Dine produkter
menu-licenses = Lisenser
menu-users = Brukere
menu-payment = Betalingsmåter
menu-bills = Regninger
menu-support = Kundestøtte

# Overview.
admin-tasks = Hva vil du gjøre?
admin-use = Lisenser i bruk
task-key = Bruk en produktnøkkel
task-products = Åpne Dine produkter
task-assign = Tilordne lisenser
task-payment = Betalingsmåter
attention-title = Dette trenger oppmerksomhet
attention-none = Ingenting. Alt er i orden.
attention-expired = { $product } er utløpt
attention-disabled = { $product } er deaktivert: Ingen kan bruke det
attention-locked = { $product } er sperret
attention-pending = { $product } venter på bestillingen
attention-failing = { $product } kunne ikke fornyes: Betalingen mislyktes
attention-over = { $product }: { $count } flere lisenser er tilordnet enn dere eier
attention-over-text = Ingen mister tilgang på grunn av dette, men flere kan ikke tilordnes. Fjern lisenser, kjøp flere, eller aktiver et abonnement på nytt.
attention-balance = { $amount } er utestående
attention-answer = Kundestøtte har svart: { $title }

# Your products.
products-title = Dine produkter
products-lead = Fakturering: alle abonnementene organisasjonen har. Aktiver et på nytt under Flere handlinger.
products-caption = Produkter
products-none = Ingen abonnementer her
products-none-text = Velg en annen status, eller start et abonnement med en produktnøkkel.
filter-label = Filtrer etter abonnementsstatus
filter-all = Alle
paid-key = Produktnøkkel
paid-trial = Gratis prøveperiode
paid-nothing = Ikke valgt
action-reactivate = Aktiver på nytt
action-reactivate-this = Aktiver dette abonnementet på nytt
action-cancel = Avbryt abonnement
action-recurring-on = Slå på regelmessig fakturering
action-recurring-off = Slå av regelmessig fakturering
action-quantity = Endre antallet lisenser
action-extend = Forleng sluttdato
action-add-by-key = Legg til lisenser med en produktnøkkel
action-disable = Deaktiver
action-hold = Sperr
action-release = Opphev sperringen
action-delete = Slett
action-manage = Administrer
action-support = Kontakt kundestøtte
status-pending = Venter på bestillingen, høyst 48 timer
status-starts = Starter { $date }
status-renews = Fornyes { $date }
status-ends = Slutter etter { $date }
status-failing = Betalingen mislyktes. Deaktiveres { $date } hvis den ikke betales
status-disables = Alt virker til det deaktiveres { $date }
status-deletes = Data beholdes til { $date }
status-replaced = Erstattet av et nyere abonnement
status-deleted = Slettet { $date }
moment-starts = Starter
moment-renews = Fornyes
moment-ends = Siste dag
moment-disables = Deaktiveres
moment-deletes = Slettes

# One subscription.
product-expired = Abonnementet er utløpt. Alle kan fortsatt arbeide.
product-disabled = Abonnementet er deaktivert. Ingen kan bruke det før det er aktivert på nytt.
product-locked = Vi har sperret abonnementet
product-deleted = Abonnementet er slettet
product-replaced = Et nyere abonnement har tatt dette abonnementets plass
product-newer = Åpne det nyere
product-failing = Fornyelsen kunne ikke belastes. Velg en annen betalingsmåte.
product-recurring-off = Regelmessig fakturering er av, så abonnementet slutter når perioden er over
product-actions = Dette kan du gjøre
product-use = Lisenser i dette abonnementet
product-facts = Abonnements- og betalingsinnstillinger
product-method = Betalingsmåte
product-method-save = Erstatt
fact-period = Gjeldende periode
fact-recurring = Regelmessig fakturering
fact-price = Pris per lisens og periode
fact-seller = Solgt av
fact-id = Abonnements-ID

# Reactivate.
reactivate-changes = Dette endres
reactivate-cost = Dette koster det
reactivate-pane = Betaling
reactivate-pay = Aktiver på nytt og betal { $amount }
reactivate-extend = Det samme abonnementet fortsetter, og neste faktureringsdato flyttes én periode frem.
reactivate-keep = Det samme abonnementet fortsetter, og faktureringsdatoene er som før.
reactivate-new = Et nytt abonnement med samme periode starter i dag og tar dette abonnementets plass.
reactivate-no-billing = Ingen: Regelmessig fakturering er av. Slå den på for å fortsette uten avbrudd.
reactivate-people = { $count ->
    [one] Én person får tilgang igjen
   *[other] { $count } personer får tilgang igjen
}
reactivate-keep-licenses = Alle beholder lisensen sin
reactivate-unknown = Banken har ikke svart
reactivate-unknown-text = Ingenting belastes to ganger. Vent et minutt, og se på abonnementet før du prøver igjen.
fact-what = Dette skjer
fact-next-billing = Neste faktureringsdato
fact-people = Personer
sum-term = { $price } × { $licenses ->
    [one] én lisens
   *[other] { $licenses } lisenser
}, { $term }
sum-days = { $price } × { $licenses ->
    [one] én lisens
   *[other] { $licenses } lisenser
}, for { $days } av { $whole } dager ({ $term })
sum-paid = Gjeldende periode er allerede betalt
sum-arrears = Den ubetalte tiden før det ble deaktivert
sum-total = Å betale nå
sum-nothing = Ingenting belastes nå. Vi kontrollerer bare at betalingsmåten virker.

# Cancel, recurring billing, number of licenses.
cancel-how = Hvordan vil du avbryte?
cancel-when = Når
cancel-when-missing = Velg når det slutter.
cancel-now = Nå
cancel-now-people = { $count ->
    [0] Ingen har lisens.
    [one] Én person mister tilgangen med det samme.
   *[other] { $count } personer mister tilgangen med det samme.
}
cancel-credit = Dere får { $amount } tilbake.
cancel-no-credit = Ingenting betales tilbake.
cancel-deletes = Data beholdes til { $date }. Frem til da kan dere aktivere på nytt.
cancel-renewal = Før neste fornyelse
cancel-renewal-hint = Alle kan arbeide til og med { $date }. Regelmessig fakturering slås av, og ingenting mer belastes.
cancel-reason = Hvorfor avbryter du?
cancel-reason-missing = Velg en grunn.
cancel-comment = Er det noe du vil fortelle oss?
cancel-confirm = Avbryte abonnementet på { $product }?
reason-not-needed = Vi trenger det ikke lenger
reason-price = Det er for dyrt
reason-other-product = Vi bytter til et annet produkt
reason-features = Det mangler noe vi trenger
reason-technical = Det virker ikke som det skal
reason-other = Noe annet
recurring-on-text = Abonnementet fornyes da av seg selv etter { $date }, og betalingsmåten belastes.
recurring-off-text = Abonnementet slutter da etter { $date }. Alle kan arbeide frem til da, og ingenting mer belastes.
quantity-title = Kjøp eller fjern lisenser
quantity-field = Totalt antall lisenser
quantity-hint = Det nye totalantallet, ikke forskjellen.
quantity-save = Lagre
quantity-preview = Se kostnaden
quantity-preview-title = Dette koster det
quantity-wrong = Skriv inn et heltall på 1 eller mer.
quantity-cost = { $amount } for de { $days } av { $whole } dagene som er igjen av perioden.
quantity-credit = { $amount } krediteres for de { $days } av { $whole } dagene som er igjen av perioden.
quantity-free = Det koster ingenting.

# Licenses.
licenses-title = Lisenser
licenses-lead = Én rad for hvert produkt, uansett hvor mange abonnementer dere har på det.
licenses-caption = Lisenser for produktene deres
licenses-none = Ingen lisenser ennå
licenses-none-text = Lisenser følger med et abonnement. Start et med en produktnøkkel, eller aktiver et på nytt.
licenses-help = Mangler det en lisens?
licenses-help-text = Se først om abonnementet er utløpt eller deaktivert: Dine produkter viser statusen. Lisenser i et deaktivert abonnement kan ikke tilordnes, men de som har en, beholder den til abonnementet er tilbake.
column-use = I bruk
column-subscriptions = Abonnementer
pool-locked = I sperrede abonnementer
pool-company = Virker for hele organisasjonen
pool-company-text = Dette produktet virker for hele organisasjonen. Ingen trenger en lisens for det.
pool-none-text = Alle abonnementene på dette produktet er deaktivert eller sperret, så ingenting kan tilordnes nå. De som har en lisens, beholder den. Aktiver et abonnement på nytt.
pool-active = I aktive abonnementer
pool-grace = I utløpte abonnementer
pool-off = I deaktiverte abonnementer
assign-title = Tilordne lisenser
assign-lead = Velg opptil 20 personer. Hver av dem må ha et brukssted.
assign-search = Finn personer etter begynnelsen av navnet
assign-people = Personer uten denne lisensen
assign-nobody = Fant ingen som ikke har den allerede.
assign-none-chosen = Velg minst én person.
assign-too-many = Velg høyst 20 personer om gangen.
assign-submit = Tilordne
unassign-submit = Fjern lisensen
unassign-confirm = Fjerne lisensen fra de valgte personene? De mister tilgangen, og lisensen er straks ledig for andre.
holders-title = Hvem som har lisens
holders-people = Personer med lisens
holders-none = Ingen har en ennå.
holders-groups = Gjennom en gruppe: { $names }
services-label = Slå apper og tjenester på eller av
services-hint = Alle er på med mindre du slår dem av.
services-all-on = alle tjenester på
services-off = { $count ->
    [one] én tjeneste av
   *[other] { $count } tjenester av
}
bulk-caption = Hvordan det gikk for hver person
bulk-partly = Utført for { $done }, ikke utført for { $failed }
bulk-done = Utført
bulk-failed = Ikke utført: Prøv igjen.

# Users.
users-title = Aktive brukere
users-lead = Personene i organisasjonen. Åpne en for å tilordne lisenser og apper.
users-caption = Personer
users-search = Finn personer etter begynnelsen av navnet
users-none = Fant ingen
users-none-text = Søk etter begynnelsen av et annet navn.
users-new = Legg til en person
users-unlicensed = Uten lisens
column-sign-in = Pålogging
account-enabled = Tillatt
account-blocked = Blokkert
user-facts = Om personen
user-licenses = Lisenser og apper
user-new-who = Hvem er det?
user-new-local = Brukernavn
user-new-local-hint = Det som står foran @.
user-new-local-wrong = Bruk bare bokstavene a–z, sifre og . - _, og et av deres egne domener.
user-new-taken = Noen har dette brukernavnet allerede.
user-new-domain = Domene
user-new-password = Første passord
fact-mail = E-post
fact-job = Stilling
fact-roles = Roller
fact-created = Lagt til
roles-none = Ingen administratorrolle
location-missing = Uten brukssted
location-hint = Hvor personen arbeider: Noen tjenester finnes ikke overalt.
location-first = Angi bruksstedet først. Uten det kan ingen lisens tilordnes.
location-choose = Velg et land.
license-inherited = fra en gruppe

# Payment.
methods-title = Betalingsmåter
methods-lead = Det abonnementene kan betales med.
methods-caption = Betalingsmåter
methods-none = Ingen betalingsmåter ennå
methods-none-text = Legg til en her, eller når du aktiverer et abonnement på nytt.
method-invoice = Faktura
method-invoice-hint = Betal innen 30 dager.
method-new-card = Et nytt kort
method-new-card-hint = Dette er en sandkasse: Bruk et testkort, for eksempel 4242 4242 4242 4242.
method-expires = Utløper { $date }
method-missing = Velg hvordan du vil betale.
method-add = Legg til betalingsmåte
method-add-none = Kort kan ikke legges inn her, og betaling med faktura er ikke godkjent ennå. Kontakt kundestøtte.
method-delete = Slett
method-delete-confirm = Slette denne betalingsmåten?
method-unused = Ingenting
method-in-use = Den er i bruk. Erstatt den der først.
column-method = Betalingsmåte
column-expires = Utløper
column-pays-for = Betaler for
card-number = Kortnummer
card-number-hint = Vi sender det videre til banken og tar ikke vare på det.
card-expiry = Utløpsdato
card-expiry-hint = Måned og år, for eksempel 09/29.
card-code = Sikkerhetskode
card-holder = Navn på kortet
card-country = Kortets land
bills-title = Regninger
bills-lead = Hva som er belastet og kreditert, nyeste først.
bills-caption = Linjer
bills-none = Ingen regninger ennå
bills-none-text = En linje kommer når noe kjøpes, fornyes eller aktiveres på nytt.
bill-purchase = Kjøp
bill-renew = Fornyelse
bill-re-enable = Aktivering på nytt
bill-add = Flere lisenser
bill-remove = Færre lisenser
bill-cancel = Avbrudd
bill-convert = Bytte av produkt
bill-credit = Kreditt
bill-payment = Betaling
balance-none = Ingenting er utestående
balance-owed = { $amount } er utestående
balance-credit = Dere har { $amount } til gode

# Support.
support-title = Hjelp og kundestøtte
support-lead = Forespørslene deres og svarene våre.
support-caption = Forespørsler
support-none = Ingen forespørsler ennå
support-none-text = Hjelpesidene kan ha svaret allerede.
support-partner = Spør { $partner } først
support-partner-text = De har solgt dere abonnementene og tar seg av dem.
support-new-lead = Beskriv det i en setning eller to. Du kan følge forespørselen her.
support-new-title = Forespørselen din
support-send = Kontakt meg
support-facts = Forespørselen
support-said = Det som er sagt
support-reactivate-title = Aktiver { $product } på nytt
support-reactivate-text = Vi vil aktivere abonnementet på { $product } på nytt. Statusen er { $phase }. Siden sier: «{ $why }» ({ $code })
note-title = Skriv tilbake
note-field = Melding
note-submit = Send
note-provider = kundestøtte
column-title = Tittel
column-topic = Emne
column-updated = Siste endring
fact-contact = Kontakt
fact-request-id = Forespørsels-ID
fact-subscription = Abonnement
field-description = Hva har skjedd?
field-description-hint = Send aldri en hel produktnøkkel eller et passord.
field-severity = Hvor ille er det?
field-contact = Hvem skal vi spørre etter?
field-prefers = Hvordan skal vi nå deg?
severity-critical = Ingen kan arbeide
severity-moderate = Noen kan ikke arbeide
severity-minimal = Det er et spørsmål
prefers-mail = På e-post
prefers-phone = På telefon
topic-reactivation = Aktivering på nytt tilbys ikke
topic-key = En produktnøkkel virker ikke
topic-payment = En betaling mislyktes
topic-cancel = Avbryt mer enn 25 lisenser
topic-blocked = Faktureringskontoen er sperret
topic-add-on = Fjern et tillegg
topic-activation = En app kan ikke aktiveres
topic-other = Noe annet
request-open = Hos oss
request-attention = Venter på dere
request-closed = Lukket

status-locked = Sperret av oss. Ingen dato er flyttet.
fact-new-period = Perioden det betales for
reactivate-same = Det samme abonnementet fortsetter i en ny periode.
action-redeem = Løs inn en produktnøkkel
action-parent = Åpne hovedabonnementet
pool-units-disabled = { $count ->
    [one] Én lisens er deaktivert.
   *[other] { $count } lisenser er deaktivert.
}
pool-units-locked = { $count ->
    [one] Én lisens er sperret.
   *[other] { $count } lisenser er sperret.
}
pool-waiting = { $count ->
    [one] Én person venter på den.
   *[other] { $count } personer venter på dem.
}
quantity-hint-most = Det nye antallet, ikke forskjellen. Høyst { $most }.
sum-credit = Tilgodehavendet deres

# Words that every area shares.
skip-to-content = Hopp til innholdet
nav-areas = Områder
area-home = Hjem
area-account = Min konto
area-admin = Administrasjonssenter
area-console = Leverandørkonsoll
sign-out = Logg av
language-switch = Språk
clock-label = Testklokke
clock-next = Gå til neste hendelse
clock-month = Gå 30 dager frem
footer-help = Hjelp
footer-support = Kontakt kundestøtte
footer-key-errors = Feil med produktnøkler
footer-utc = Alle datoer er i UTC. En periode slutter ved midnatt etter sin siste dag.
breadcrumb = Du er her
pager = Sider
pager-previous = Forrige
pager-next = Neste

# Phases of a subscription.
phase-pending = Venter
phase-scheduled = Planlagt
phase-active = Aktiv
phase-expired = Utløpt
phase-disabled = Deaktivert
phase-locked-out = Sperret
phase-deleted = Slettet

# Components.
timeline-label = Abonnementets livsløp
timeline-now = I dag
use-figures = { $used } av { $total } tilordnet
use-free = { $count ->
    [one] 1 ledig lisens
   *[other] { $count } ledige lisenser
}
use-full = Alle lisensene er tilordnet
use-over = { $count ->
    [one] 1 flere er tilordnet enn dere eier
   *[other] { $count } flere er tilordnet enn dere eier
}
table-filter = Filtrer listen
table-filter-none = Ingen treff.
field-optional = (valgfritt)
form-errors = { $count ->
    [one] Det er en feil i ett felt
   *[other] Det er feil i { $count } felt
}
confirm-no = Gå tilbake
action-why = Les mer

# Home.
home-title = Hva vil du gjøre?
home-lead = Få appene dine i gang, aktiver et abonnement på nytt, eller start et nytt med en produktnøkkel.
home-activate-title = Aktiver apper
home-activate-text = Når du har fått tilordnet en lisens, installerer du appene og logger på. Administratorer tilordner lisensene.
home-activate-install = Installer appene mine
home-activate-assign = Tilordne lisenser
home-reactivate-title = Aktiver et abonnement på nytt
home-reactivate-text = Har et abonnement utløpt, blitt avbrutt eller deaktivert? Aktiver det på nytt: Alle beholder lisensene sine.
home-reactivate-open = Åpne Dine produkter
home-key-title = Bruk en produktnøkkel
home-key-text = Har du kjøpt en produktnøkkel? Skriv inn de 25 tegnene for å starte et nytt abonnement.
home-key-open = Skriv inn en produktnøkkel
home-help = Hjelp til dette
home-stuck = Står du fast? Se [alle hjelpesidene](/help) eller [kontakt kundestøtte](/help/contact-support).

# Error pages.
error-status = Feil { $status }
error-404-title = Siden finnes ikke
error-404-detail = Adressen kan være feilskrevet, eller det den viste, kan være flyttet eller fjernet.
error-404-remedy = Kontroller adressen, eller begynn på nytt fra forsiden.
error-403-title = Du har ikke tilgang til dette
error-403-detail = Kontoen din har ikke rollen som siden eller handlingen krever.
error-403-remedy = Be en administrator i organisasjonen om å gi deg rollen, eller logg på med en annen konto.
error-422-title = Vi kunne ikke lese det som ble sendt
error-422-detail = Noe i skjemaet mangler eller har en form vi ikke forstår.
error-422-remedy = Gå tilbake, kontroller det du fylte ut, og send det på nytt.
error-429-title = For mange forsøk
error-429-detail = Det kom flere forespørsler enn vi godtar på kort tid. Ingenting er endret.
error-429-remedy = { $seconds ->
    [one] Prøv igjen om ett sekund.
   *[other] Prøv igjen om { $seconds } sekunder.
}
error-500-title = Noe gikk galt hos oss
error-500-detail = Feilen er registrert. Det er ikke sikkert at det du ba om, ble utført.
error-500-remedy = Kontroller om det fikk virkning før du prøver igjen. Hvis feilen gjentar seg, kontakter du kundestøtte og oppgir forespørsels-ID-en.
error-code = Kode:
error-request-id = Forespørsels-ID:
error-read-more = Hvorfor, og hva du kan gjøre
error-back = Tilbake til start

# Buttons and fields that many pages have.
form-save = Lagre
form-cancel = Gå tilbake
more-actions = Flere handlinger
search-submit = Søk
field-missing = Fyll ut dette feltet.
field-choose = Velg …
field-choose-one = Velg ett alternativ.
field-too-long = Teksten er for lang eller tom. Forkort den.
field-organization = Organisasjonens navn
field-organization-wrong = Skriv inn et navn på høyst 200 tegn.
field-organization-taken = En organisasjon med dette navnet, eller en person med dette påloggingsnavnet, finnes allerede. Logg på ovenfor, eller velg et annet navn.
field-country = Land
field-country-wrong = Velg et land fra listen.
field-your-name = Navnet ditt
field-work-mail = E-postadresse på jobben
field-work-mail-hint = Det som står foran @, blir også påloggingsnavnet ditt.
field-mail-wrong = Skriv inn en e-postadresse, for eksempel kari@fjordvik.example.
field-new-password = Velg et passord
field-new-password-hint = Minst 8 tegn med tre av store bokstaver, små bokstaver, sifre og andre tegn, eller en setning på minst 16 tegn.
field-password-weak = Dette passordet er for enkelt. Følg regelen ovenfor, eller skriv en setning.
field-phone = Telefon
field-phone-missing = Vi trenger et nummer å ringe til. Skriv inn et, eller velg e-post.
word-or = eller
word-and = og
word-on = På
word-off = Av
word-none = Ingen
decimal-point = ,
error-stale-title = Noen andre kom deg i forkjøpet
error-stale-detail = Det du holdt på å endre, er i mellomtiden endret av noen andre. Ingenting av ditt er lagret.
error-stale-remedy = Åpne siden på nytt, se hvordan det er nå, og gjenta det du gjorde hvis det fortsatt trengs.
error-503-title = Vi kan ikke gjøre dette akkurat nå
error-503-detail = Det er en forbigående feil hos oss eller hos banken.
error-503-remedy = Vent et minutt, se om det fikk virkning, og prøv igjen.
error-taken = Noen andre har dette navnet allerede. Gå tilbake og velg et annet.

# Columns and facts that several pages show.
column-product = Produkt
column-licenses = Lisenser
column-assigned = Tilordnede lisenser
column-purchased = Kjøpt antall
column-status = Abonnementsstatus
column-paid = Betalt med
column-channel = Kjøpt som
column-term = Periode
column-kind = Type
column-date = Dato
column-amount = Beløp
column-action = Handling
column-person = Person
column-result = Resultat
fact-name = Navn
fact-user-name = Brukernavn
fact-organization = Organisasjon
fact-ends = Siste dag
fact-location = Brukssted

# Channels, terms, roles, devices.
channel-direct = Direkte
channel-direct-classic = Direkte, eldre avtale
channel-direct-rep = Gjennom vår representant
channel-prepaid = Forhåndsbetalt (produktnøkkel)
channel-volume-enterprise = Volumavtale for store virksomheter
channel-volume-open = Åpen volumavtale
channel-partner = Partner
channel-partner-classic = Partner, eldre avtale
channel-trial = Prøveperiode
channel-self-service = Kjøpt av en bruker
term-month = Én måned
term-year = Ett år
term-three-years = Tre år
role-global = Global administrator
role-billing = Faktureringsadministrator
role-license = Lisensadministrator
role-user = Brukeradministrator
role-helpdesk = Brukerstøtteadministrator
role-support = Tjenestestøtteadministrator
role-global-reader = Global leser
role-groups = Gruppeadministrator
role-directory-writers = Katalogskriver
role-directory-readers = Katalogleser
role-apps = Appadministrator
role-reports = Rapportleser
role-password = Passordadministrator
device-computer = Datamaskin
device-tablet = Nettbrett
device-phone = Telefon

# Sign-in.
sign-in-title = Logg på
sign-in-heading = Kontoen din
sign-in-lead = Med jobb- eller skolekontoen du har fått av organisasjonen.
sign-in-name = Brukernavn
sign-in-name-hint = Det ser ut som en e-postadresse.
sign-in-password = Passord
sign-in-submit = Logg på
sign-in-wrong = Brukernavnet eller passordet er feil
sign-in-wrong-text = Kontroller begge og prøv igjen. Har du glemt passordet, ber du en administrator i organisasjonen om et nytt.

# What was just done.
done-signed-out = Du er logget av
done-device-signed-out = Enheten er logget av. Appene på den får reduserte funksjoner innen tre dager.
done-device-approved = Appen er logget på. Du kan gå tilbake til den nå.
done-device-denied = Appen slapp ikke inn
done-reactivated = Abonnementet er aktivt igjen. Alle har tilgang igjen, med lisensene de hadde.
done-cancelled = Abonnementet er avbrutt
done-ends = Abonnementet slutter når perioden er over, og fornyes ikke
done-recurring-on = Regelmessig fakturering er på
done-recurring-off = Regelmessig fakturering er av
done-quantity = Antallet lisenser er endret
done-licenses = Lisensene er lagret
done-license-removed = Lisensene er ledige igjen
done-location = Bruksstedet er lagret
done-user = Personen er lagt til. Tilordne lisenser nedenfor.
done-method-added = Betalingsmåten er lagt til. Den betaler ikke for noe før du velger den.
done-method-deleted = Betalingsmåten er slettet
done-method-replaced = Betalingsmåten er erstattet
done-request-sent = Forespørselen er sendt. Svarene kommer på denne siden.
done-note = Meldingen er sendt
done-clock = Sandkassens klokke er stilt frem

word-yes = Ja
word-no = Nei
column-state = Tilstand
field-date-wrong = Skriv inn en dag, for eksempel 2027-12-31.
error-form-title = Skjemaet var åpent for lenge
error-form-detail = Skjemaet var for gammelt eller kom fra et annet nettsted. Ingenting er endret.
error-form-remedy = Åpne det på nytt og gjenta det du gjorde.
error-form-again = Åpne siden på nytt

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
error-form-expired = Skjemaet var for gammelt eller kom fra et annet nettsted. Åpne siden på nytt og gjenta det du gjorde.
error-code = Kode:
error-request-id = Forespørsels-ID:
error-read-more = Hvorfor, og hva du kan gjøre
error-back = Tilbake til start

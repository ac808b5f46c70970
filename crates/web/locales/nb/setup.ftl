# Words of the product key set-up pages.

key-title = Bruk en produktnøkkel
key-lead = Skriv inn nøkkelen du har kjøpt. Du ser hva den gir, før noe skjer.
key-enter = Bruk en ny og ubrukt produktnøkkel
key-field = Produktnøkkel
key-field-number = Produktnøkkel { $number }
key-field-hint = 25 bokstaver og sifre. Store eller små bokstaver, med eller uten bindestrek: alt leses.
key-next = Neste
key-another = Legg til en annen produktnøkkel
key-edit = Endre nøklene
key-help = Hvor er nøkkelen min?
key-help-where = På kortet i esken, eller i e-posten fra den som solgte den til deg. Den virker én gang, så bruk den bare for organisasjonen den er ment for.
key-empty = Skriv inn en produktnøkkel.
key-length = En produktnøkkel har 25 bokstaver og sifre, og her er det { $found }. Se etter et tegn som mangler eller er skrevet to ganger.
key-symbol = «{ $character }» (tegn { $position }, i gruppe { $group }) finnes ikke i noen produktnøkkel. Sammenlign med nøkkelen din.
key-suggest-replace = Kan gruppe { $group } være { $with }?
key-suggest-swap = Kan gruppe { $first } og { $second } ha byttet plass?
key-column-key = Nøkkel
key-review-lead = Ingenting er brukt ennå. Velg hva nøklene er for, og løs dem deretter inn.
key-review-keys = Produktnøklene dine
key-review-choose = Velg hva du vil gjøre
key-review-not = Ikke mulig med disse nøklene
key-choice = Hva er nøklene for?
key-choice-missing = Velg hva nøklene er for.
key-choice-new = Start et nytt abonnement
key-choice-extend = Forleng sluttdatoen for abonnementet som slutter på { $subscription }
key-choice-add = Legg til lisenser i abonnementet som slutter på { $subscription }
key-choice-recommended = – anbefalt
key-choice-result = { $licenses ->
    [one] Én lisens
   *[other] { $licenses } lisenser
}, til og med { $date }
key-redeem = Løs inn
key-who-lead = Hvem er abonnementet for? Nøkkelen som slutter på { $keys }, er ikke brukt ennå.
key-who-known = Organisasjonen din er her allerede
key-who-known-text = Logg på, så går nøkkelen til organisasjonen din: som et nytt abonnement, eller lagt til et den har.
key-who-new = Organisasjonen din er ny her
key-who-new-text = Vi oppretter organisasjonen med deg som administrator, og starter abonnementet i dag.
key-who-closed = Nye organisasjoner opprettes ikke på denne siden. Spør den som solgte deg nøkkelen.
key-create = Opprett og løs inn
key-done-new = Abonnementet er aktivt
key-done-extend = Sluttdatoen er flyttet
key-done-add = Lisensene er lagt til
key-done-sign-in = Fra nå av logger du på som { $name }. Skriv det ned.
key-done-result = Dette har du nå
key-done-next = Hva du gjør nå
next-assign = Tilordne lisenser
next-assign-text = Ingen kan bruke produktet før de har en lisens.
next-install = Installer appene
next-install-text = Alle med en lisens finner dem under Min konto.
next-product = Se på abonnementet
next-product-text = For å fortsette etter siste dag forlenger du med en ny nøkkel eller slår på regelmessig fakturering.
key-about = For dette abonnementet
key-choice-change = { $before } → { $licenses } lisenser, til og med { $date }

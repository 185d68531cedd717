direction = ltr
language-name = Svenska

## Alla sidor

title-error = Fel:
demo-ribbon = Demo — bara för att prova
language-menu = Språk
footer-privacy = Integritet
footer-terms = Villkor
footer-support = Hjälp
footer-imprint = Om oss
continue-to = för att fortsätta till { $client }
continue-to-client = Fortsätt till { $client }
continue = Fortsätt
back = Tillbaka
back-to = Tillbaka till { $client }
try-again = Försök igen
start-again = Börja om
search = Sök
signed-in-as = Inloggad som { $account }
other-account = Använd ett annat konto
show-password = Visa lösenordet

## Formulär

username = E-post eller användarnamn
password = Lösenord
new-password = Nytt lösenord
name = Ditt namn
email = E-post
summary-title = { $count ->
    [one] En uppgift behöver rättas
   *[other] { $count } uppgifter behöver rättas
}
problem-sign-in-rejected = Användarnamnet eller lösenordet stämmer inte, eller så är kontot låst en stund.
problem-username-missing = Ange din e-postadress eller ditt användarnamn.
problem-password-missing = Ange ditt lösenord.
problem-form-stale = Sidan har varit öppen för länge. Skicka den en gång till.
problem-customer-missing = Välj vilket företag du vill företräda.
problem-name-missing = Ange ditt namn.
problem-email-malformed = Ange en e-postadress, till exempel namn@foretag.se.
problem-email-taken = E-postadressen används redan. Ange en annan.
problem-new-password-missing = Ange ett nytt lösenord.
problem-password-short = { $count ->
    [one] Använd minst { $count } tecken.
   *[other] Använd minst { $count } tecken.
}
problem-password-long = { $count ->
    [one] Använd högst { $count } tecken.
   *[other] Använd högst { $count } tecken.
}
problem-password-weak = Lösenordet är för lätt att gissa. Lägg till ett par ord.
problem-password-common = Det här är ett av de lösenord som alla provar. Välj ett annat.
problem-password-personal = Lösenordet består av namn som andra känner till. Välj ord som inte har med dig att göra.
problem-password-breached = Lösenordet har läckt ut på nätet och provas därför av andra. Välj ett annat.
problem-password-pattern = Lösenordet har inte den form som din administratör kräver.

## Logga in

sign-in = Logga in
sign-in-title = Logga in
remember-me = Håll mig inloggad
forgot-password = Glömt lösenordet?
reauth-title = Bekräfta att det är du
not-you = Inte du?
notice-restarted = Den förra inloggningen tog för lång tid, så det här är en ny. Inget har gått förlorat.
notice-password-saved = Ditt nya lösenord är sparat. Logga in med det nu.
already-title = Du är redan inloggad
already-text = Du kan fortsätta eller stänga fönstret.
expired-title = Inloggningen tog för lång tid
expired-text = Börja om – inget har gått förlorat.
expired-text-alone = Gå tillbaka till tjänsten och börja om – inget har gått förlorat.
throttled-title = För många försök
throttled-minutes = { $minutes ->
    [one] Du kan försöka igen om { $minutes } minut.
   *[other] Du kan försöka igen om { $minutes } minuter.
}
throttled-hours = { $hours ->
    [one] Du kan försöka igen om { $hours } timme.
   *[other] Du kan försöka igen om { $hours } timmar.
}

## Välj konto, välj företag

account-title = Välj konto
customer-title = Välj företag
customer-search = Sök på namn, kod eller ort
customer-found = { $count } av { $total } företag
customer-none = Inget företag matchar.
customer-all = Visa alla företag
customer-remember = Kom ihåg valet för { $client }
customer-remember-alone = Kom ihåg mitt val
last-used = { $days ->
    [0] Använt i dag
    [1] Använt i går
   *[other] Använt för { $days } dagar sedan
}
no-access-title = Ingen åtkomst
no-access-text = Ditt konto har inte åtkomst till { $client }.
no-access-text-alone = Ditt konto har inte åtkomst till den här tjänsten.
no-access-ask = Kontakta din administratör.
no-access-ask-of = Kontakta administratören på { $customer }.
no-access-contact = Kontakt: { $contact }

## Medgivande

consent-title = Vill du ge { $client } åtkomst?
consent-for = för { $customer }
consent-wants = Tjänsten skulle kunna
consent-life-once = Åtkomsten gäller i { $time }.
consent-life-session = Åtkomsten gäller tills du loggar ut här, i högst { $time }.
consent-life-offline = Åtkomsten gäller även när du har loggat ut, i högst { $time }.
consent-life-offline-idle = Åtkomsten gäller även när du har loggat ut, i högst { $time }. Den upphör tidigare om den inte används på { $unused }.
span-minutes = { $count ->
    [one] { $count } minut
   *[other] { $count } minuter
}
span-hours = { $count ->
    [one] { $count } timme
   *[other] { $count } timmar
}
span-days = { $count ->
    [one] { $count } dag
   *[other] { $count } dagar
}
consent-claims = Se exakt vad som lämnas ut
consent-read = Om { $client }:
consent-policy = Integritetspolicy
consent-terms = Användarvillkor
allow = Tillåt
deny = Neka
scope-openid = känna igen dig när du kommer tillbaka
scope-profile = se ditt namn och dina profiluppgifter
scope-email = se din e-postadress
scope-phone = se ditt telefonnummer
scope-address = se din postadress
scope-customer = se vilket företag du företräder
scope-customer-any = agera för vilket som helst av dina företag
scope-customers = se listan över dina företag
scope-roles = se dina roller
scope-groups = se vilka grupper du tillhör
scope-permissions = se vad du har behörighet till
scope-license-read = se dina licenser
scope-license-activate = aktivera dina licenser på den här enheten
scope-license-release = frigöra licenser som du har aktiverat
scope-license-download = ladda ner programvara som du har licens för
scope-offline-access = behålla åtkomsten när du inte är här
scope-administration = administrera den här tjänsten åt dig: { $scope }
scope-other = använda ”{ $scope }” åt dig
yes = Ja
no = Nej
claim-sub = Identitet
claim-name = Namn
claim-given_name = Förnamn
claim-family_name = Efternamn
claim-middle_name = Mellannamn
claim-nickname = Smeknamn
claim-preferred_username = Användarnamn
claim-picture = Bild
claim-website = Webbplats
claim-gender = Kön
claim-birthdate = Födelsedatum
claim-zoneinfo = Tidszon
claim-locale = Språk
claim-updated_at = Senast ändrad
claim-email = E-post
claim-email_verified = Bekräftad e-post
claim-phone_number = Telefonnummer
claim-phone_number_verified = Bekräftat telefonnummer
claim-address = Adress
claim-customer_id = Företagets identitet
claim-customer_code = Företagets kod
claim-customer_name = Företag
claim-reference_id = Kontaktens identitet
claim-reference_name = Kontakt
claim-contact_role = Roll på företaget
claim-customers = Företag
claim-roles = Roller
claim-groups = Grupper
claim-permissions = Behörigheter

## Vidare, logga ut

form-post-title = Ett ögonblick
form-post-text = Du skickas vidare till { $client }. Om inget händer kan du fortsätta här.
form-post-text-alone = Du skickas tillbaka till tjänsten. Om inget händer kan du fortsätta här.
sign-out = Logga ut
sign-out-title = Logga ut
sign-out-question = Vill du logga ut?
sign-out-clients = Du loggas också ut från:
stay-signed-in = Förbli inloggad
still-title = Du är fortfarande inloggad
still-text-alone = Gå tillbaka till tjänsten eller stäng fönstret.
signed-out-title = Du är utloggad
signed-out-text = Du kan stänga fönstret.
sign-in-again = Logga in igen

## Lösenord via länk, första administratören

first-password-title = Välj ditt lösenord
new-password-title = Välj ett nytt lösenord
password-for = för { $account }
password-advice = Flera ord utan samband är ett bra lösenord. Alla tecken är tillåtna, även mellanslag.
rule-length = { $count ->
    [one] Minst { $count } tecken
   *[other] Minst { $count } tecken
}
rule-strength-acceptable = Styrka: minst ”acceptabelt”
rule-strength-average = Styrka: minst ”medel”
rule-strength-strong = Styrka: minst ”starkt”
rule-strength-excellent = Styrka: ”utmärkt”
rule-not-common = Inte ett av de vanligaste lösenorden
rule-not-personal = Inte bildat av ditt namn, ditt företag eller den här produkten
rule-not-breached = Inte känt från en dataläcka
rule-pattern = I den form som din administratör kräver
rule-broken = Inte uppfyllt:
rule-met = Uppfyllt:
save-password = Spara lösenordet
password-saved-title = Ditt lösenord är sparat
password-saved-text = Logga in med ditt nya lösenord.
password-saved-text-alone = Gå tillbaka till tjänsten och logga in med det.
link-expired-title = Länken har redan använts eller är för gammal
link-expired-text = Be om en ny.
link-expired-ask = Be den som skickade länken om en ny.
link-expired-again = Skicka en ny
setup-title = Kom igång med Usher
setup-text = Skapa den första administratören. Du kan lägga till fler senare.
setup-email-hint = Den loggar du in med.
setup-submit = Skapa administratör
setup-done-title = Usher är igång
setup-done-text = Logga från och med nu in som { $account } med lösenordet du just valde.

## Fel

incident-code = Fel
incident-id = Referens
incident-time = Tid
error-request = Länken fungerade inte
error-request-text = Tjänsten skickade något som vi inte kan besvara. Gå tillbaka och försök igen; om det händer på nytt, uppge referensen nedan för tjänstens support.
error-unknown-client = Den här tjänsten är inte känd här
error-unknown-client-text = Länken kan vara gammal, eller så har tjänsten stängts av. Fråga den som gav dig länken.
error-cookie-lost = Webbläsaren skickade inte med sin kaka
error-cookie-lost-text = Tillåt kakor för den här webbplatsen, gå tillbaka till tjänsten och börja om. Inget har gått förlorat.
error-forbidden = Det här kunde inte tas emot
error-forbidden-text = Sidan du kom från var för gammal eller inte vår. Gå tillbaka och försök igen.
error-not-found = Här finns inget
error-not-found-text = Adressen kan vara felskriven eller inaktuell.
error-method-not-allowed = Det här fungerar inte här
error-method-not-allowed-text = Adressen finns men används på ett annat sätt. Gå tillbaka och försök igen.
error-gone = Det här finns inte längre
error-gone-text = Det har tagits bort, eller så har länken redan använts.
error-too-large = Det var för mycket på en gång
error-too-large-text = Det skickades mer än vi tar emot. Gå tillbaka och skicka mindre.
error-internal = Något gick sönder hos oss
error-internal-text = Vi har noterat det som { $id }. Försök igen om en liten stund.
error-unavailable = Det är mycket att göra just nu
error-unavailable-text = Inget har gått förlorat. Försök igen om en minut.
maintenance-title = Strax tillbaka
maintenance-text = Det går inte att logga in just nu. Inget har gått förlorat; försök igen om några minuter.

## Fel, för utvecklare

developer-title = { $client } kunde inte börja inloggningen
developer-received = Mottagen
developer-registered = Registrerad
developer-fix = Åtgärd
developer-rule = Regel
developer-only = Du ser de här detaljerna eftersom klienten är registrerad med environment = "development".
mistake-redirect-uri = Omdirigeringsadressen är inte registrerad för klienten.
mistake-redirect-uri-missing = Begäran saknar omdirigeringsadress.
mistake-post-logout-redirect-uri = Adressen att återvända till efter utloggning är inte registrerad för klienten.
mistake-id-token-hint = ID-token i begäran hör inte till den här klienten.
mistake-client-disabled = Klienten är avstängd.
mistake-parameter = Parametern skickades två gånger eller går inte att läsa.
fix-redirect-uri = Lägg till den mottagna adressen i klientens redirect_uris, eller skicka den registrerade.
fix-redirect-uri-missing = Skicka redirect_uri exakt som den är registrerad.
fix-post-logout-redirect-uri = Lägg till den mottagna adressen i klientens post_logout_redirect_uris, eller skicka en registrerad.
fix-id-token-hint = Skicka den ID-token som klienten fick senast, oförändrad.
fix-client-disabled = Sätt active = true för klienten.
fix-parameter = Skicka den en gång, kodad som application/x-www-form-urlencoded.
rule-redirect-uri = Exakt samma teckensträng; bara porten i en loopback-adress får skilja sig (RFC 9700, avsnitt 4.1.3; RFC 8252, avsnitt 7.3).
rule-redirect-uri-missing = redirect_uri krävs (OpenID Connect Core, avsnitt 3.1.2.1).
rule-post-logout-redirect-uri = Exakt samma teckensträng (OpenID Connect RP-Initiated Logout, avsnitt 3).
rule-id-token-hint = Token har utfärdats här, till den här klienten (OpenID Connect RP-Initiated Logout, avsnitt 4).
rule-client-disabled = En avstängd klient får ingenting.
rule-parameter = En parameter förekommer högst en gång (RFC 6749, avsnitt 3.1).
difference-trailing_slash = skiljer sig med ett snedstreck i slutet
difference-host_case = skiljer sig i versaler i schema eller värdnamn
difference-encoding = skiljer sig i procentkodningen
difference-localhost_or_loopback = localhost och 127.0.0.1 är två olika värdar
difference-port = skiljer sig i porten
difference-scheme = skiljer sig i http och https
difference-query = skiljer sig i frågedelen
difference-fragment = den mottagna har ett fragment, vilket inte är tillåtet
difference-user_info = den mottagna har ett användarnamn, vilket inte är tillåtet
difference-path_case = skiljer sig i versaler i sökvägen
difference-path = skiljer sig i sökvägen
difference-host = skiljer sig i värdnamnet
difference-several = skiljer sig i flera delar
difference-not_a_uri = den mottagna är ingen absolut URI

## För den som ställer in Usher

outbox-title = Utkorg
outbox-text = Meddelanden som har skrivits här och var de befinner sig. Så länge ingen e-postserver är inställd lämnar inget den här datorn.
outbox-to = Till
outbox-from = Från
outbox-subject = Ämne
outbox-time = Tid
outbox-state = Läge
outbox-state-queued = Väntar
outbox-state-sending = På väg
outbox-state-sent = Skickat
outbox-state-failed = Gett upp
outbox-state-expired = För gammalt
outbox-state-held = Väntar på att e-posten ställs in
outbox-state-captured = Uppfångat
outbox-frame = Mejlet så som ett e-postprogram visar det
outbox-mail = E-post
outbox-sms = Sms
outbox-older = Äldre meddelanden
outbox-empty = Inget ännu. E-post och sms visas här så snart de har skrivits.
outbox-html = HTML-delens källtext
outbox-back = Alla meddelanden
gallery-title = Alla sidor
gallery-text = Varje sida i varje läge och på varje språk, fylld med exempel.
gallery-page = Sida
gallery-state = Läge

## Andra faktorer

factor-title = Bekräfta att det är du
factor-method = Metod
method-passkey = Inloggningsnyckel
method-totp = Autentiseringsapp
method-sms = Sms
method-email = E-post
method-recovery = Återställningskod
method-how-passkey = Med fingeravtryck, ansikte eller skärmlås
method-how-totp = En sexsiffrig kod från din app
method-how-sms = En kod till din telefon
method-how-email = En kod till din inkorg
method-how-recovery = Om du har förlorat allt annat
method-why-passkey = Säkrast och snabbast: fingeravtryck, ansikte eller skärmlås
method-why-totp = En kod från en app i telefonen, även utan nät
method-why-sms = En kod till din telefon
other-way = Försök på ett annat sätt
other-company = Agera för ett annat företag
trust-device = Lita på den här enheten i { $time }
confirm = Bekräfta
later = Senare
code-label = Kod
code-recovery-label = Återställningskod
code-totp = Ange koden som din autentiseringsapp visar.
code-recovery = Ange en av återställningskoderna som du har sparat. Var och en gäller en gång.
code-sent = En kod är på väg till { $target }.
code-unsent = Vi kan skicka en kod till { $target }.
code-send = Skicka koden
code-wait-seconds = { $count ->
    [one] Du kan begära en ny kod om { $count } sekund.
   *[other] Du kan begära en ny kod om { $count } sekunder.
}
code-wait-minutes = { $count ->
    [one] Du kan begära en ny kod om { $count } minut.
   *[other] Du kan begära en ny kod om { $count } minuter.
}
code-wait-hours = { $count ->
    [one] Du kan begära en ny kod om { $count } timme.
   *[other] Du kan begära en ny kod om { $count } timmar.
}
code-resend = Skicka en ny kod
use-passkey = Använd inloggningsnyckel
sign-in-passkey = Logga in med inloggningsnyckel
passkey-prove-text = Enheten frågar efter fingeravtryck, ansikte eller skärmlås.
passkey-needs-script = Inloggningsnycklar kräver JavaScript. Slå på det eller försök på ett annat sätt.
passkey-unsupported = Den här webbläsaren kan inte använda inloggningsnycklar här. Försök på ett annat sätt.
passkey-not-done = Inloggningsnyckeln användes inte. Försök igen när du är redo.
enrol-title = Gör din inloggning säkrare
enrol-forced = Här krävs ett andra steg. Välj vilket du vill ställa in.
enrol-optional = Lägg till ett andra steg, så att ett lösenord ensamt inte öppnar något.
enrol-until = Du kan skjuta upp det till
enrol-totp-title = Ställ in en autentiseringsapp
enrol-totp-text = Skanna koden med en autentiseringsapp och ange sedan koden som den visar.
enrol-totp-hint = Sex siffror från appen
totp-qr = QR-kod för autentiseringsappen
totp-secret = Eller ange den här nyckeln i appen:
totp-link = Öppna appen på den här enheten
enrol-passkey-title = Skapa en inloggningsnyckel
enrol-passkey-text = En inloggningsnyckel stannar på dina enheter och kan varken gissas eller nätfiskas. Du använder den med fingeravtryck, ansikte eller skärmlås.
create-passkey = Skapa inloggningsnyckel
recovery-title = Spara dina återställningskoder
recovery-text = Med dem kommer du in om du förlorar din enhet. Var och en gäller en gång. Skriv ut dem eller lägg dem i en lösenordshanterare: de visas inte igen.
recovery-stored = Jag har sparat dem
recovery-copy = Kopiera
recovery-copied = Koderna finns i urklipp.
recovery-download = Ladda ner
recovery-print = Skriv ut
recovery-used-title = Du använde en återställningskod
recovery-left = { $count ->
    [0] Det var din sista.
    [one] Du har { $count } kod kvar.
   *[other] Du har { $count } koder kvar.
}
recovery-renew-text = Om du har förlorat din enhet tar du bort den och lägger till en annan. Nya koder ersätter dem som är kvar.
recovery-renew = Skapa nya koder
name-passkey-title = Namnge din inloggningsnyckel
name-passkey-text = Så att du känner igen den bland andra senare. Den fungerar redan.
name-passkey-label = Namn
name-passkey-save = Spara
problem-factor-name-missing = Ange ett namn.
problem-code-missing = Ange koden.
problem-code-wrong = Koden fungerade inte. Koder byts var 30:e sekund.
problem-code-used = Koden har redan använts. Vänta på nästa.
problem-recovery-wrong = Återställningskoden fungerade inte. Var och en gäller en gång.
problem-code-gone = Koden gäller inte längre. Be om en ny.
problem-sent-code-wrong = Koden fungerade inte. Använd den i det senaste meddelandet.
problem-code-soon = Det går inte att skicka en ny kod än.
problem-code-unsendable = Det går inte att skicka någon kod dit just nu. Välj ett annat sätt eller fråga din administratör.
problem-factor-locked = { $count ->
    [one] För många felaktiga koder. Du kan försöka igen om { $count } minut, eller på ett annat sätt nu.
   *[other] För många felaktiga koder. Du kan försöka igen om { $count } minuter, eller på ett annat sätt nu.
}
problem-factor-blocked = För många felaktiga koder. Använd ett annat sätt eller fråga din administratör.
problem-method-missing = Välj en metod.
problem-passkey-failed = Inloggningsnyckeln fungerade inte. Försök igen eller på ett annat sätt.
problem-passkey-exists = Det finns redan en inloggningsnyckel för det här kontot på enheten.
problem-enrolment-gone = Det tog för lång tid, så det börjar om.

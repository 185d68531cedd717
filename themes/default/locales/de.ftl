direction = ltr
language-name = Deutsch

## Jede Seite

title-error = Fehler:
demo-ribbon = Demo — nur zum Ausprobieren
language-menu = Sprache
footer-privacy = Datenschutz
footer-terms = Nutzungsbedingungen
footer-support = Hilfe
footer-imprint = Impressum
continue-to = weiter zu { $client }
continue-to-client = Weiter zu { $client }
continue = Weiter
back = Zurück
back-to = Zurück zu { $client }
try-again = Erneut versuchen
start-again = Neu beginnen
search = Suchen
signed-in-as = Angemeldet als { $account }
other-account = Anderes Konto verwenden
show-password = Passwort anzeigen

## Formulare

username = E-Mail-Adresse oder Benutzername
password = Passwort
new-password = Neues Passwort
name = Ihr Name
email = E-Mail-Adresse
summary-title = { $count ->
    [one] Bitte prüfen Sie eine Angabe
   *[other] Bitte prüfen Sie { $count } Angaben
}
problem-sign-in-rejected = Benutzername oder Passwort stimmen nicht, oder das Konto ist vorübergehend gesperrt.
problem-username-missing = Geben Sie Ihre E-Mail-Adresse oder Ihren Benutzernamen ein.
problem-password-missing = Geben Sie Ihr Passwort ein.
problem-form-stale = Diese Seite war zu lange geöffnet. Bitte senden Sie sie noch einmal ab.
problem-customer-missing = Wählen Sie das Unternehmen, für das Sie handeln möchten.
problem-name-missing = Geben Sie Ihren Namen ein.
problem-email-malformed = Geben Sie eine E-Mail-Adresse ein, zum Beispiel name@firma.de.
problem-email-taken = Diese E-Mail-Adresse wird bereits verwendet. Geben Sie eine andere ein.
problem-new-password-missing = Geben Sie ein neues Passwort ein.
problem-password-short = { $count ->
    [one] Verwenden Sie mindestens { $count } Zeichen.
   *[other] Verwenden Sie mindestens { $count } Zeichen.
}
problem-password-long = { $count ->
    [one] Verwenden Sie höchstens { $count } Zeichen.
   *[other] Verwenden Sie höchstens { $count } Zeichen.
}
problem-password-weak = Dieses Passwort ist zu leicht zu erraten. Ergänzen Sie ein oder zwei weitere Wörter.
problem-password-common = Dieses Passwort gehört zu denen, die jeder zuerst probiert. Wählen Sie ein anderes.
problem-password-personal = Dieses Passwort besteht aus Namen, die andere kennen. Wählen Sie Wörter, die nichts mit Ihnen zu tun haben.
problem-password-breached = Dieses Passwort ist durch ein Datenleck bekannt geworden und wird deshalb probiert. Wählen Sie ein anderes.
problem-password-pattern = Dieses Passwort hat nicht die Form, die Ihr Administrator verlangt.

## Anmelden

sign-in = Anmelden
sign-in-title = Anmelden
remember-me = Angemeldet bleiben
forgot-password = Passwort vergessen?
reauth-title = Bitte bestätigen Sie Ihre Identität
not-you = Nicht Sie?
notice-restarted = Die letzte Anmeldung hat zu lange gedauert; dies ist eine neue. Es ist nichts verloren gegangen.
notice-password-saved = Ihr neues Passwort ist gespeichert. Melden Sie sich jetzt damit an.
already-title = Sie sind bereits angemeldet
already-text = Sie können fortfahren oder dieses Fenster schließen.
expired-title = Diese Anmeldung hat zu lange gedauert
expired-text = Beginnen Sie neu – es ist nichts verloren gegangen.
expired-text-alone = Kehren Sie zur Anwendung zurück und beginnen Sie neu – es ist nichts verloren gegangen.
throttled-title = Zu viele Versuche
throttled-minutes = { $minutes ->
    [one] Sie können es in { $minutes } Minute erneut versuchen.
   *[other] Sie können es in { $minutes } Minuten erneut versuchen.
}
throttled-hours = { $hours ->
    [one] Sie können es in { $hours } Stunde erneut versuchen.
   *[other] Sie können es in { $hours } Stunden erneut versuchen.
}

## Konto wählen, Unternehmen wählen

account-title = Konto auswählen
customer-title = Unternehmen auswählen
customer-search = Nach Name, Code oder Ort suchen
customer-found = { $count } von { $total } Unternehmen
customer-none = Kein Unternehmen gefunden.
customer-all = Alle Unternehmen anzeigen
customer-remember = Auswahl für { $client } merken
customer-remember-alone = Auswahl merken
last-used = { $days ->
    [0] Heute verwendet
    [1] Gestern verwendet
   *[other] Vor { $days } Tagen verwendet
}
no-access-title = Kein Zugriff
no-access-text = Ihr Konto hat keinen Zugriff auf { $client }.
no-access-text-alone = Ihr Konto hat keinen Zugriff auf diese Anwendung.
no-access-ask = Wenden Sie sich an Ihre Administration.
no-access-ask-of = Wenden Sie sich an die Administration von { $customer }.
no-access-contact = Kontakt: { $contact }

## Zustimmung

consent-title = { $client } Zugriff erlauben?
consent-for = im Auftrag von { $customer }
consent-wants = Die Anwendung könnte dann
consent-life-once = Dieser Zugriff gilt { $time } lang.
consent-life-session = Dieser Zugriff gilt, bis Sie sich hier abmelden, höchstens { $time } lang.
consent-life-offline = Dieser Zugriff gilt auch nach Ihrer Abmeldung, höchstens { $time } lang.
consent-life-offline-idle = Dieser Zugriff gilt auch nach Ihrer Abmeldung, höchstens { $time } lang. Er endet früher, wenn er { $unused } lang nicht genutzt wird.
span-minutes = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
}
span-hours = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
span-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
consent-claims = Im Einzelnen ansehen, was weitergegeben wird
consent-read = Zu { $client }:
consent-policy = Datenschutzerklärung
consent-terms = Nutzungsbedingungen
allow = Erlauben
deny = Ablehnen
scope-openid = Sie wiedererkennen, wenn Sie zurückkehren
scope-profile = Ihren Namen und Ihre Profilangaben sehen
scope-email = Ihre E-Mail-Adresse sehen
scope-phone = Ihre Telefonnummer sehen
scope-address = Ihre Postanschrift sehen
scope-customer = das Unternehmen sehen, für das Sie handeln
scope-customer-any = für jedes Ihrer Unternehmen handeln
scope-customers = die Liste Ihrer Unternehmen sehen
scope-roles = Ihre Rollen sehen
scope-groups = die Gruppen sehen, denen Sie angehören
scope-permissions = sehen, was Ihnen erlaubt ist
scope-license-read = Ihre Lizenzen sehen
scope-license-activate = Ihre Lizenzen auf diesem Gerät aktivieren
scope-license-release = Lizenzen freigeben, die Sie aktiviert haben
scope-license-download = Software herunterladen, für die Sie eine Lizenz haben
scope-offline-access = diesen Zugriff behalten, während Sie nicht da sind
scope-administration = diesen Dienst in Ihrem Namen verwalten: { $scope }
scope-other = „{ $scope }“ in Ihrem Namen verwenden
yes = Ja
no = Nein
claim-sub = Kennung
claim-name = Name
claim-given_name = Vorname
claim-family_name = Nachname
claim-middle_name = Weiterer Vorname
claim-nickname = Spitzname
claim-preferred_username = Benutzername
claim-picture = Bild
claim-website = Website
claim-gender = Geschlecht
claim-birthdate = Geburtsdatum
claim-zoneinfo = Zeitzone
claim-locale = Sprache
claim-updated_at = Zuletzt geändert
claim-email = E-Mail-Adresse
claim-email_verified = E-Mail-Adresse bestätigt
claim-phone_number = Telefonnummer
claim-phone_number_verified = Telefonnummer bestätigt
claim-address = Anschrift
claim-customer_id = Kennung des Unternehmens
claim-customer_code = Code des Unternehmens
claim-customer_name = Unternehmen
claim-reference_id = Kennung der Kontaktperson
claim-reference_name = Kontaktperson
claim-contact_role = Rolle im Unternehmen
claim-customers = Unternehmen
claim-roles = Rollen
claim-groups = Gruppen
claim-permissions = Berechtigungen

## Weiterleiten, abmelden

form-post-title = Einen Moment
form-post-text = Sie werden zu { $client } weitergeleitet. Falls nichts geschieht, geht es hier weiter.
form-post-text-alone = Sie werden zur Anwendung weitergeleitet. Falls nichts geschieht, geht es hier weiter.
sign-out = Abmelden
sign-out-title = Abmelden
sign-out-question = Möchten Sie sich abmelden?
sign-out-clients = Sie werden auch hier abgemeldet:
stay-signed-in = Angemeldet bleiben
still-title = Sie sind weiterhin angemeldet
still-text-alone = Kehren Sie zur Anwendung zurück oder schließen Sie dieses Fenster.
signed-out-title = Sie sind abgemeldet
signed-out-text = Sie können dieses Fenster schließen.
sign-in-again = Wieder anmelden

## Passwort per Link, erste Administration

first-password-title = Passwort festlegen
new-password-title = Neues Passwort festlegen
password-for = für { $account }
password-advice = Gut sind mehrere Wörter ohne Zusammenhang. Alle Zeichen sind erlaubt, auch Leerzeichen.
rule-length = { $count ->
    [one] Mindestens { $count } Zeichen
   *[other] Mindestens { $count } Zeichen
}
rule-strength-acceptable = Stärke: mindestens „akzeptabel“
rule-strength-average = Stärke: mindestens „durchschnittlich“
rule-strength-strong = Stärke: mindestens „stark“
rule-strength-excellent = Stärke: „ausgezeichnet“
rule-not-common = Keines der häufigsten Passwörter
rule-not-personal = Nicht aus Ihrem Namen, dem Ihres Unternehmens oder dieses Produkts gebildet
rule-not-breached = Nicht durch ein Datenleck bekannt
rule-pattern = In der Form, die Ihr Administrator verlangt
rule-broken = Nicht erfüllt:
rule-met = Erfüllt:
save-password = Passwort speichern
password-saved-title = Ihr Passwort ist gespeichert
password-saved-text = Melden Sie sich mit Ihrem neuen Passwort an.
password-saved-text-alone = Kehren Sie zur Anwendung zurück und melden Sie sich damit an.
link-expired-title = Dieser Link wurde bereits verwendet oder ist zu alt
link-expired-text = Fordern Sie einen neuen an.
link-expired-ask = Bitten Sie die Person, von der Sie ihn haben, um einen neuen.
link-expired-again = Neuen Link senden
setup-title = Usher einrichten
setup-text = Legen Sie das erste Administrationskonto an. Weitere können Sie später hinzufügen.
setup-email-hint = Damit melden Sie sich an.
setup-submit = Konto anlegen
setup-done-title = Usher ist eingerichtet
setup-done-text = Melden Sie sich ab jetzt als { $account } an, mit dem eben gewählten Passwort.

## Fehler

incident-code = Fehler
incident-id = Referenz
incident-time = Zeit
error-request = Dieser Link hat nicht funktioniert
error-request-text = Die Anwendung hat etwas gesendet, das wir nicht beantworten können. Gehen Sie zurück und versuchen Sie es erneut; falls es wieder geschieht, nennen Sie dem Support der Anwendung die Referenz unten.
error-unknown-client = Diese Anwendung ist hier nicht bekannt
error-unknown-client-text = Der Link ist vielleicht veraltet, oder die Anwendung wurde abgeschaltet. Fragen Sie die Person, von der Sie den Link haben.
error-cookie-lost = Ihr Browser hat sein Cookie nicht mitgesendet
error-cookie-lost-text = Erlauben Sie Cookies für diese Website, kehren Sie zur Anwendung zurück und beginnen Sie neu. Es ist nichts verloren gegangen.
error-forbidden = Das konnten wir nicht annehmen
error-forbidden-text = Die Seite, von der Sie kommen, war zu alt oder stammt nicht von uns. Gehen Sie zurück und versuchen Sie es erneut.
error-not-found = Hier ist nichts
error-not-found-text = Die Adresse ist vielleicht falsch geschrieben oder veraltet.
error-method-not-allowed = So geht es hier nicht
error-method-not-allowed-text = Die Adresse gibt es, sie wird aber anders verwendet. Gehen Sie zurück und versuchen Sie es erneut.
error-gone = Das gibt es hier nicht mehr
error-gone-text = Es wurde entfernt, oder der Link wurde bereits verwendet.
error-too-large = Das war zu viel auf einmal
error-too-large-text = Es wurde mehr gesendet, als wir annehmen. Gehen Sie zurück und senden Sie weniger.
error-internal = Bei uns ist etwas schiefgegangen
error-internal-text = Wir haben es unter { $id } vermerkt. Bitte versuchen Sie es gleich noch einmal.
error-unavailable = Im Moment ist zu viel los
error-unavailable-text = Es ist nichts verloren gegangen. Bitte versuchen Sie es in einer Minute erneut.
maintenance-title = Gleich wieder da
maintenance-text = Die Anmeldung ist im Moment nicht verfügbar. Es ist nichts verloren gegangen; bitte versuchen Sie es in ein paar Minuten erneut.

## Fehler, für Entwickler

developer-title = { $client } konnte die Anmeldung nicht beginnen
developer-received = Empfangen
developer-registered = Registriert
developer-fix = Abhilfe
developer-rule = Regel
developer-only = Sie sehen diese Einzelheiten, weil der Client mit environment = "development" registriert ist.
mistake-redirect-uri = Die Redirect-URI ist für diesen Client nicht registriert.
mistake-redirect-uri-missing = Die Anfrage enthält keine Redirect-URI.
mistake-post-logout-redirect-uri = Die Rückkehradresse nach dem Abmelden ist für diesen Client nicht registriert.
mistake-id-token-hint = Das ID-Token der Anfrage gehört nicht zu diesem Client.
mistake-client-disabled = Dieser Client ist abgeschaltet.
mistake-parameter = Dieser Parameter wurde doppelt gesendet oder ist nicht lesbar.
fix-redirect-uri = Nehmen Sie die empfangene Adresse in redirect_uris des Clients auf, oder senden Sie die registrierte.
fix-redirect-uri-missing = Senden Sie redirect_uri genau so, wie sie registriert ist.
fix-post-logout-redirect-uri = Nehmen Sie die empfangene Adresse in post_logout_redirect_uris des Clients auf, oder senden Sie eine registrierte.
fix-id-token-hint = Senden Sie das ID-Token, das dieser Client zuletzt erhalten hat, unverändert.
fix-client-disabled = Setzen Sie beim Client active = true.
fix-parameter = Senden Sie ihn einmal, als application/x-www-form-urlencoded kodiert.
rule-redirect-uri = Genaue Übereinstimmung der Zeichenfolgen; nur der Port einer Loopback-Adresse darf abweichen (RFC 9700, Abschnitt 4.1.3; RFC 8252, Abschnitt 7.3).
rule-redirect-uri-missing = redirect_uri ist erforderlich (OpenID Connect Core, Abschnitt 3.1.2.1).
rule-post-logout-redirect-uri = Genaue Übereinstimmung der Zeichenfolgen (OpenID Connect RP-Initiated Logout, Abschnitt 3).
rule-id-token-hint = Das Token wurde hier für diesen Client ausgestellt (OpenID Connect RP-Initiated Logout, Abschnitt 4).
rule-client-disabled = Ein abgeschalteter Client erhält nichts.
rule-parameter = Ein Parameter kommt höchstens einmal vor (RFC 6749, Abschnitt 3.1).
difference-trailing_slash = unterscheidet sich durch einen Schrägstrich am Ende
difference-host_case = unterscheidet sich in der Großschreibung von Schema oder Host
difference-encoding = unterscheidet sich in der Prozentkodierung
difference-localhost_or_loopback = localhost und 127.0.0.1 sind verschiedene Hosts
difference-port = unterscheidet sich im Port
difference-scheme = unterscheidet sich in http und https
difference-query = unterscheidet sich in der Query
difference-fragment = die empfangene enthält ein Fragment, das nicht erlaubt ist
difference-user_info = die empfangene enthält einen Benutzernamen, der nicht erlaubt ist
difference-path_case = unterscheidet sich in der Großschreibung des Pfads
difference-path = unterscheidet sich im Pfad
difference-host = unterscheidet sich im Host
difference-several = unterscheidet sich in mehreren Teilen
difference-not_a_uri = die empfangene ist keine absolute URI

## Für die Einrichtung

outbox-title = Postausgang
outbox-text = Nachrichten, die hier geschrieben wurden, und wo sie stehen. Solange kein Mailserver eingerichtet ist, verlässt keine diese Maschine.
outbox-to = An
outbox-from = Von
outbox-subject = Betreff
outbox-time = Zeit
outbox-state = Stand
outbox-state-queued = Wartet
outbox-state-sending = Unterwegs
outbox-state-sent = Gesendet
outbox-state-failed = Aufgegeben
outbox-state-expired = Zu alt
outbox-state-held = Wartet auf die Einrichtung des Mailservers
outbox-state-captured = Aufgefangen
outbox-frame = Die E-Mail, wie ein Mailprogramm sie zeigt
outbox-mail = E-Mail
outbox-sms = SMS
outbox-older = Ältere Nachrichten
outbox-empty = Noch nichts da. E-Mails und SMS erscheinen hier, sobald sie geschrieben sind.
outbox-html = Quelltext des HTML-Teils
outbox-back = Alle Nachrichten
gallery-title = Alle Seiten
gallery-text = Jede Seite in jedem Zustand und jeder Sprache, mit Beispielen gefüllt.
gallery-page = Seite
gallery-state = Zustand

## Zweite Faktoren

factor-title = Bestätigen Sie, dass Sie es sind
factor-method = Methode
method-passkey = Passkey
method-totp = Authenticator-App
method-sms = SMS
method-email = E-Mail
method-recovery = Wiederherstellungscode
method-how-passkey = Mit Fingerabdruck, Gesicht oder Displaysperre
method-how-totp = Ein sechsstelliger Code aus Ihrer App
method-how-sms = Ein Code auf Ihr Telefon
method-how-email = Ein Code in Ihr Postfach
method-how-recovery = Wenn Sie alles andere verloren haben
method-why-passkey = Am sichersten und am schnellsten: Fingerabdruck, Gesicht oder Displaysperre
method-why-totp = Ein Code aus einer App auf Ihrem Telefon, auch ohne Netz
method-why-sms = Ein Code auf Ihr Telefon
other-way = Anderen Weg versuchen
other-company = Für ein anderes Unternehmen handeln
trust-device = Diesem Gerät { $time } lang vertrauen
confirm = Bestätigen
later = Später
code-label = Code
code-recovery-label = Wiederherstellungscode
code-totp = Geben Sie den Code ein, den Ihre Authenticator-App anzeigt.
code-recovery = Geben Sie einen der aufbewahrten Wiederherstellungscodes ein. Jeder gilt einmal.
code-sent = Ein Code ist unterwegs an { $target }.
code-unsent = Wir können einen Code an { $target } senden.
code-send = Code senden
code-wait-seconds = { $count ->
    [one] In { $count } Sekunde können Sie einen neuen Code anfordern.
   *[other] In { $count } Sekunden können Sie einen neuen Code anfordern.
}
code-wait-minutes = { $count ->
    [one] In { $count } Minute können Sie einen neuen Code anfordern.
   *[other] In { $count } Minuten können Sie einen neuen Code anfordern.
}
code-wait-hours = { $count ->
    [one] In { $count } Stunde können Sie einen neuen Code anfordern.
   *[other] In { $count } Stunden können Sie einen neuen Code anfordern.
}
code-resend = Neuen Code senden
use-passkey = Passkey verwenden
sign-in-passkey = Mit Passkey anmelden
passkey-prove-text = Ihr Gerät fragt nach Fingerabdruck, Gesicht oder Displaysperre.
passkey-needs-script = Passkeys brauchen JavaScript. Schalten Sie es ein oder versuchen Sie einen anderen Weg.
passkey-unsupported = Dieser Browser kann hier keine Passkeys verwenden. Versuchen Sie einen anderen Weg.
passkey-not-done = Der Passkey wurde nicht verwendet. Versuchen Sie es erneut, sobald Sie bereit sind.
enrol-title = Machen Sie Ihre Anmeldung sicherer
enrol-forced = Hier ist ein zweiter Schritt nötig. Wählen Sie, welchen Sie einrichten.
enrol-optional = Fügen Sie einen zweiten Schritt hinzu, damit ein Passwort allein nichts öffnet.
enrol-until = Sie können das aufschieben bis
enrol-totp-title = Authenticator-App einrichten
enrol-totp-text = Scannen Sie diesen Code mit einer Authenticator-App und geben Sie dann den Code ein, den sie anzeigt.
enrol-totp-hint = Sechs Ziffern aus der App
totp-qr = QR-Code für die Authenticator-App
totp-secret = Oder geben Sie diesen Schlüssel in der App ein:
totp-link = App auf diesem Gerät öffnen
enrol-passkey-title = Passkey erstellen
enrol-passkey-text = Ein Passkey bleibt auf Ihren Geräten und kann weder erraten noch abgefischt werden. Sie verwenden ihn mit Fingerabdruck, Gesicht oder Displaysperre.
create-passkey = Passkey erstellen
recovery-title = Bewahren Sie Ihre Wiederherstellungscodes auf
recovery-text = Mit ihnen kommen Sie hinein, wenn Sie Ihr Gerät verlieren. Jeder gilt einmal. Drucken Sie sie aus oder legen Sie sie in einen Passwortmanager: Sie werden nicht noch einmal angezeigt.
recovery-stored = Ich habe sie aufbewahrt
recovery-copy = Kopieren
recovery-copied = Die Codes sind in der Zwischenablage.
recovery-download = Herunterladen
recovery-print = Drucken
recovery-used-title = Sie haben einen Wiederherstellungscode verwendet
recovery-left = { $count ->
    [0] Es war Ihr letzter.
    [one] Sie haben noch { $count } Code.
   *[other] Sie haben noch { $count } Codes.
}
recovery-renew-text = Wenn Sie Ihr Gerät verloren haben, entfernen Sie es und richten Sie ein anderes ein. Neue Codes ersetzen die übrigen.
recovery-renew = Neue Codes erstellen
name-passkey-title = Geben Sie Ihrem Passkey einen Namen
name-passkey-text = Damit Sie ihn später unter anderen erkennen. Er funktioniert bereits.
name-passkey-label = Name
name-passkey-save = Speichern
problem-factor-name-missing = Geben Sie einen Namen ein.
problem-code-missing = Geben Sie den Code ein.
problem-code-wrong = Dieser Code hat nicht funktioniert. Codes wechseln alle 30 Sekunden.
problem-code-used = Dieser Code wurde schon verwendet. Warten Sie auf den nächsten.
problem-recovery-wrong = Dieser Wiederherstellungscode hat nicht funktioniert. Jeder gilt einmal.
problem-code-gone = Dieser Code gilt nicht mehr. Fordern Sie einen neuen an.
problem-sent-code-wrong = Dieser Code stimmt nicht. Verwenden Sie den aus der neuesten Nachricht.
problem-code-soon = Ein weiterer Code kann noch nicht gesendet werden.
problem-code-unsendable = Dorthin kann gerade kein Code gesendet werden. Wählen Sie einen anderen Weg oder fragen Sie Ihre Administration.
problem-factor-locked = { $count ->
    [one] Zu viele falsche Codes. Sie können es in { $count } Minute erneut versuchen, oder jetzt auf anderem Weg.
   *[other] Zu viele falsche Codes. Sie können es in { $count } Minuten erneut versuchen, oder jetzt auf anderem Weg.
}
problem-factor-blocked = Zu viele falsche Codes. Nehmen Sie einen anderen Weg oder fragen Sie Ihre Administration.
problem-method-missing = Wählen Sie eine Methode.
problem-passkey-failed = Dieser Passkey hat nicht funktioniert. Versuchen Sie es erneut oder auf anderem Weg.
problem-passkey-exists = Auf diesem Gerät gibt es schon einen Passkey für dieses Konto.
problem-enrolment-gone = Das hat zu lange gedauert, deshalb beginnt es von vorn.

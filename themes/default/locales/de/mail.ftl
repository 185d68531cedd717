### Die Texte der E-Mails. { $vendor } ist der Titel des Themes.

## In jeder E-Mail

mail-minutes = { $minutes ->
    [one] { $minutes } Minute
   *[other] { $minutes } Minuten
}
mail-hours = { $hours ->
    [one] { $hours } Stunde
   *[other] { $hours } Stunden
}
mail-days = { $days ->
    [one] { $days } Tag
   *[other] { $days } Tage
}
mail-hello = Guten Tag { $name },
mail-hello-nobody = Guten Tag,
mail-fallback = Falls die Schaltfläche nicht reagiert, öffnen Sie diese Adresse:
mail-valid = Der Link funktioniert einmal. Gültigkeit: { $time }.
mail-ignore = Falls Sie das nicht angefordert haben, müssen Sie nichts tun.
mail-time = Zeit
mail-device = Gerät
mail-place = Ort
mail-ip = IP-Adresse
mail-asked-from = Von hier wurde die Nachricht angefordert:
mail-not-me = Falls Sie das nicht waren, teilen Sie es uns mit: Alle Sitzungen enden, und Sie legen ein neues Passwort fest.
mail-not-me-button = Das war ich nicht
mail-foot = Automatisch gesendet von { $vendor }. Antworten werden nicht gelesen.
mail-foot-support = Fragen?
mail-foot-privacy = Datenschutz
mail-foot-imprint = Impressum
mail-sign-in = Anmelden

## Hineinkommen

mail-invite-subject = Ihr Konto bei { $vendor }
mail-invite-join-subject = Eine Einladung von { $vendor }
mail-invite-title = Willkommen bei { $vendor }
mail-invite-join-title = Sie sind eingeladen
mail-invite-text = Für Sie wurde ein Konto eingerichtet. Legen Sie ein Passwort fest, um es zu benutzen.
mail-invite-join-text = Sie haben hier bereits ein Konto. Nehmen Sie die Einladung an, um es auch dafür zu benutzen.
mail-invite-by = { $name } lädt Sie ein.
mail-invite-for = Sie handeln dann für { $customer }.
mail-invite-username = Ihr Benutzername ist { $account }.
mail-invite-button = Passwort festlegen
mail-invite-join-button = Einladung annehmen
mail-activate-subject = Ihr Passwort für { $vendor }
mail-activate-title = Erstes Passwort festlegen
mail-activate-text = Sie möchten in Ihr Konto { $account }. Es hat noch kein Passwort; hier legen Sie eines fest.
mail-reset-subject = Neues Passwort für { $vendor }
mail-reset-title = Neues Passwort festlegen
mail-reset-text = Sie haben ein neues Passwort für Ihr Konto { $account } angefordert.
mail-reset-admin-text = Eine Administratorin oder ein Administrator sendet Ihnen diesen Link, damit Sie ein neues Passwort für Ihr Konto { $account } festlegen.
mail-reset-button = Neues Passwort festlegen
mail-reset-keep = Bis Sie ein neues festlegen, gilt Ihr altes Passwort. Falls Sie das nicht angefordert haben, ignorieren Sie diese Nachricht.
mail-exists-subject = Sie haben bereits ein Konto bei { $vendor }
mail-exists-title = Sie haben bereits ein Konto
mail-exists-text = Jemand, vermutlich Sie, wollte sich mit dieser Adresse registrieren. Sie gehört bereits zu einem Konto; es wurde nichts geändert.
mail-exists-forgot = Neues Passwort festlegen
mail-locked-subject = Ihr Konto bei { $vendor } ist vorübergehend gesperrt
mail-locked-title = Ihr Konto ist gesperrt
mail-locked-text = Für Ihr Konto { $account } wurde zu oft ein falsches Passwort eingegeben. Es öffnet sich von selbst wieder; das dauert { $time }.
mail-locked-text-long = Für Ihr Konto { $account } wurde zu oft ein falsches Passwort eingegeben. Es bleibt gesperrt, bis es entsperrt wird.
mail-locked-unlock = Falls Sie das waren, können Sie es jetzt entsperren. Falls nicht, müssen Sie nichts tun: Die Sperre schützt Sie.
mail-locked-button = Konto entsperren
mail-deletion-subject = Ihr Konto bei { $vendor } wird gelöscht
mail-deletion-title = Ihr Konto wird gelöscht
mail-deletion-text = Wie gewünscht wird Ihr Konto { $account } am { $date } gelöscht. Bis dahin können Sie es widerrufen.
mail-deletion-button = Konto behalten
mail-added-subject = Sie haben Zugang zu { $customer }
mail-added-title = Neuer Zugang
mail-added-text = Ihr Konto { $account } gilt jetzt auch für { $customer }. Ihr Passwort bleibt dasselbe.
mail-added-role = Rolle
mail-removed-subject = Ihr Zugang zu { $customer } ist beendet
mail-removed-title = Zugang beendet
mail-removed-text = Ihr Konto { $account } gilt nicht mehr für { $customer }.
mail-removed-ask = Falls Sie das überrascht, fragen Sie dort in der Administration nach.

## Adressen

mail-verify-subject = Bestätigen Sie Ihre E-Mail-Adresse
mail-verify-title = E-Mail-Adresse bestätigen
mail-verify-text = Jemand, vermutlich Sie, hat diese Adresse für ein Konto bei { $vendor } angegeben. Bestätigen Sie, dass es Ihre ist.
mail-verify-new-text = Jemand, vermutlich Sie, registriert sich mit dieser Adresse bei { $vendor }. Bestätigen Sie, dass es Ihre ist, um fortzufahren.
mail-verify-button = Adresse bestätigen
mail-change-subject = Bestätigen Sie Ihre neue E-Mail-Adresse
mail-change-title = Neue E-Mail-Adresse bestätigen
mail-change-text = Bestätigen Sie { $email } als neue Adresse Ihres Kontos bei { $vendor }. Bis dahin bleibt die alte.
mail-changed-subject = Ihre E-Mail-Adresse bei { $vendor } wurde geändert
mail-changed-title = Ihre E-Mail-Adresse wurde geändert
mail-changed-text = Ihr Konto { $account } hat jetzt die Adresse { $email }. Hierher senden wir nichts mehr.
mail-changed-undo = Falls Sie das nicht waren, machen Sie es rückgängig. Der Link gilt sieben Tage und schützt Ihr Konto sofort.
mail-changed-button = Rückgängig machen
mail-phone-subject = Ihre Telefonnummer bei { $vendor } wurde geändert
mail-phone-title = Ihre Telefonnummer wurde geändert
mail-phone-text = Ihr Konto { $account } hat jetzt die Telefonnummer { $phone }.
mail-phone-removed-text = Die Telefonnummer Ihres Kontos { $account } wurde entfernt.

## Codes und Faktoren

mail-code-subject = Ihr Code für { $vendor }
mail-code-subject-code = { $code } ist Ihr Code für { $vendor }
mail-code-title = Ihr Code
mail-code-text = Geben Sie diesen Code ein, um fortzufahren. Gültigkeit: { $time }.
mail-code-warning = Nennen Sie ihn niemandem. Wir fragen nie am Telefon oder im Chat danach.
mail-enroll-subject = Richten Sie Ihren zweiten Faktor für { $vendor } ein
mail-enroll-title = Zweiten Faktor einrichten
mail-enroll-text = Ihr Konto { $account } braucht einen zweiten Faktor, etwa eine Authenticator-App oder einen Passkey. Melden Sie sich mit Ihrem Passwort an und richten Sie ihn ein; es dauert zwei Minuten.
mail-enroll-again-text = Der zweite Faktor Ihres Kontos { $account } wurde zurückgesetzt. Melden Sie sich mit Ihrem Passwort an und richten Sie einen neuen ein; es dauert zwei Minuten.
mail-enroll-button = Jetzt einrichten
mail-method-totp = eine Authenticator-App
mail-method-sms = Codes per SMS
mail-method-email = Codes per E-Mail
mail-method-passkey = ein Passkey
mail-method-recovery = Wiederherstellungscodes
mail-mfa-added-subject = Zweiter Faktor zu Ihrem Konto hinzugefügt
mail-mfa-added-title = Zweiter Faktor hinzugefügt
mail-mfa-added-text = Ihr Konto { $account } hat einen neuen Weg zur Anmeldung: { $method }.
mail-mfa-removed-subject = Zweiter Faktor aus Ihrem Konto entfernt
mail-mfa-removed-title = Zweiter Faktor entfernt
mail-mfa-removed-text = Aus Ihrem Konto { $account } wurde ein Weg zur Anmeldung entfernt: { $method }.
mail-mfa-reset-subject = Ihre zweiten Faktoren wurden zurückgesetzt
mail-mfa-reset-title = Zweite Faktoren zurückgesetzt
mail-mfa-reset-text = In der Administration wurden alle zweiten Faktoren Ihres Kontos { $account } entfernt. Bei der nächsten Anmeldung richten Sie einen neuen ein.
mail-passkey-added-subject = Passkey zu Ihrem Konto hinzugefügt
mail-passkey-added-title = Passkey hinzugefügt
mail-passkey-added-text = Mit einem neuen Passkey kann man sich jetzt bei Ihrem Konto { $account } anmelden.
mail-passkey-removed-subject = Passkey aus Ihrem Konto entfernt
mail-passkey-removed-title = Passkey entfernt
mail-passkey-removed-text = Ein Passkey Ihres Kontos { $account } wurde entfernt und funktioniert nicht mehr.
mail-passkey-name = Passkey
mail-recovery-subject = Ein Wiederherstellungscode wurde benutzt
mail-recovery-title = Wiederherstellungscode benutzt
mail-recovery-text = Mit einem Wiederherstellungscode hat sich jemand bei Ihrem Konto { $account } angemeldet.
mail-recovery-left = { $count ->
    [0] Es ist kein Code mehr übrig. Erstellen Sie nach der Anmeldung neue.
    [one] Es ist noch { $count } Code übrig. Erstellen Sie nach der Anmeldung neue.
   *[other] Es sind noch { $count } Codes übrig.
}

## Weitere Mitteilungen

mail-password-subject = Ihr Passwort für { $vendor } wurde geändert
mail-password-title = Ihr Passwort wurde geändert
mail-password-text = Das Passwort Ihres Kontos { $account } wurde geändert. Andere Sitzungen wurden beendet.
mail-password-admin-text = In der Administration wurde das Passwort Ihres Kontos { $account } geändert. Alle Sitzungen wurden beendet.
mail-device-subject = Neue Anmeldung bei Ihrem Konto bei { $vendor }
mail-device-title = Neue Anmeldung
mail-device-text = Bei Ihrem Konto { $account } hat sich jemand mit einem Browser angemeldet, der bisher nicht benutzt wurde.
mail-test-subject = Testnachricht von { $vendor }
mail-test-title = Es funktioniert
mail-test-text = Diese Nachricht zeigt, dass E-Mails von { $vendor } ankommen. Sie müssen nichts tun.

## Textnachrichten

sms-code = { $code } ist Ihr Code für { $vendor }. Nennen Sie ihn niemandem.

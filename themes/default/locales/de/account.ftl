## The pages of the account

account-nav = Ihr Konto
account-nav-overview = Ihr Konto
account-nav-profile = Profil
account-nav-password = Passwort
account-nav-methods = Anmeldemethoden
account-nav-sessions = Wo Sie angemeldet sind
account-nav-customers = Firmen
account-nav-applications = Anwendungen
account-nav-licences = Lizenzen
account-nav-data = Ihre Daten
account-nav-activity = Aktivität
account-done-profile-saved = Ihr Profil ist gespeichert.
account-done-factor-added = Die neue Methode gilt ab jetzt.
account-done-factor-removed = Die Methode ist entfernt.
account-done-factor-renamed = Der neue Name ist gespeichert.
account-done-email-sent = Falls die Adresse verwendet werden kann, haben wir eine Nachricht mit einem Link dorthin geschickt. Er gilt einen Tag.
account-done-email-saved = Ihre E-Mail-Adressen sind gespeichert.
account-done-phone-saved = Ihre Telefonnummer ist gespeichert.
account-done-deletion-requested = Ihr Konto wird gelöscht. Bis dahin können Sie es sich anders überlegen.
account-done-deletion-cancelled = Ihr Konto bleibt bestehen.
account-done-session-ended = Diese Sitzung ist beendet.
account-done-sessions-ended = Sie sind überall sonst abgemeldet.
account-done-confirmed = Danke. Wählen Sie jetzt noch einmal, was beendet werden soll.
account-done-browser-forgotten = In diesem Browser wird wieder ein zweiter Schritt verlangt.
account-done-default-set = Diese Firma wird Ihnen ab jetzt zuerst vorgeschlagen.
account-done-invitation-accepted = Sie gehören jetzt zu dieser Firma.
account-done-company-left = Sie haben die Firma verlassen.
account-done-application-revoked = Die Anwendung hat keinen Zugriff mehr.
account-since = Seit
account-older = Ältere Einträge
account-verified = Bestätigt
account-unverified = Nicht bestätigt
account-primary = Hauptadresse
save = Speichern
given-name = Vorname
family-name = Nachname
problem-own-name-missing = Geben Sie Ihren Vor- oder Nachnamen ein.
problem-own-name-unusable = Verwenden Sie höchstens 100 Zeichen, ohne Zeilenumbrüche.
problem-profile-managed = Diese Angaben führt das Verzeichnis Ihrer Firma. Bitten Sie deren Administrator, sie zu ändern.
problem-company-managed = Wer zu dieser Firma gehört, bestimmt ihr Verzeichnis. Fragen Sie deren Administrator.
problem-no-room = Für diese Firma ist kein Zugang mehr frei. Fragen Sie, wer Sie eingeladen hat.

# Overview
account-no-email = Keine E-Mail-Adresse
account-no-phone = Keine Telefonnummer
account-password-changed = Zuletzt geändert:
account-password-none = Sie haben kein Passwort.
account-methods-count = { $count ->
    [0] Nur Ihr Passwort
    [one] { $count } Methode neben Ihrem Passwort
   *[other] { $count } Methoden neben Ihrem Passwort
}
account-sessions-count = { $count ->
    [one] In { $count } Browser angemeldet
   *[other] In { $count } Browsern angemeldet
}
account-companies-count = { $count ->
    [0] Noch keine Firma
    [one] { $count } Firma
   *[other] { $count } Firmen
}
account-invitations-count = { $count ->
    [one] { $count } Einladung wartet auf Sie
   *[other] { $count } Einladungen warten auf Sie
}

# Profile
account-managed = Diese Angaben führt das Verzeichnis Ihrer Firma. Bitten Sie deren Administrator, sie zu ändern.
account-language = Sprache
account-language-hint = Für Nachrichten, die wir Ihnen senden.
account-language-browser = Wie im Browser eingestellt
account-emails = E-Mail-Adressen
account-phones = Telefonnummern
account-email-verify = Link zum Bestätigen senden
account-email-make-primary = Zur Hauptadresse machen
account-email-change = E-Mail-Adresse ändern
account-email-new = Neue E-Mail-Adresse
account-email-hint = Wir senden einen Link dorthin. Die alte Adresse wird benachrichtigt und kann die Änderung sieben Tage lang zurücknehmen.
account-email-send = Link senden
problem-email-in-use = Diese Adresse gehört schon zu Ihrem Konto oder kann nicht entfernt werden. Wählen Sie zuerst eine andere.
problem-sent-too-often = { $count ->
    [one] Es wurden zu viele Nachrichten verlangt. In { $count } Minute können Sie es wieder versuchen.
   *[other] Es wurden zu viele Nachrichten verlangt. In { $count } Minuten können Sie es wieder versuchen.
}
account-phone-change = Telefonnummer ändern
account-phone = Telefonnummer
account-phone-new = Mobilnummer
account-phone-hint = Mit Ländervorwahl, etwa +49 151 23456789. Wir senden einen Code dorthin.
account-phone-again = Andere Nummer oder neuer Code
account-phone-remove = Nummer entfernen
problem-phone-malformed = Geben Sie eine Telefonnummer mit Ländervorwahl ein, etwa +49 151 23456789.
problem-phone-unreachable = An diese Nummer können wir keine SMS senden. Geben Sie eine andere ein.

# Password
account-password-opens = Es öffnet Ihren Zugang zu:
account-password-change = Passwort ändern
account-password-administrators = Nur Ihr Administrator kann Ihr Passwort ändern.

# Sign-in methods
account-methods-text = Zusätzlich zu Ihrem Passwort. Jede davon macht Ihr Konto sicherer.
account-methods-none = Sie haben noch nichts hinzugefügt. Wer Ihr Passwort erfährt, kommt hinein.
account-methods-elsewhere = War jemand anderes in Ihrem Konto angemeldet?
account-methods-add = Methode hinzufügen
account-factor-name = Name
account-factor-name-hint = Damit Sie sie wiedererkennen, etwa „Mein Telefon“.
account-factor-manage = Benennen oder entfernen
account-factor-synchronised = Auf allen Ihren Geräten
account-factor-remove = Entfernen
account-factor-remove-title = Diese Methode entfernen?
account-factor-remove-text = Sie öffnet Ihr Konto dann nicht mehr. Ist sie die letzte, gehen Wiederherstellungscodes und vertraute Browser mit ihr.
account-methods-back = Alle Anmeldemethoden
account-recovery-left = { $count ->
    [0] Kein Code ist übrig
    [one] { $count } Code ist übrig
   *[other] { $count } Codes sind übrig
}
account-recovery-new = Neue Wiederherstellungscodes
account-recovery-text = Sie bekommen zehn neue Codes. Die bisherigen gelten dann nicht mehr.
account-recovery-make = Neue Codes erzeugen
account-code-target = Ein Code kann an { $target } geschickt werden.
problem-factor-required = Für Sie ist ein zweiter Schritt vorgeschrieben, und dies ist Ihr einziger. Fügen Sie zuerst einen anderen hinzu.
problem-only-credential = Ohne diesen Passkey könnten Sie sich nicht mehr anmelden. Legen Sie zuerst ein Passwort fest oder fügen Sie einen weiteren Passkey hinzu.

# Where somebody is signed in
account-sessions-text = Jede Zeile ist ein Browser, in dem Sie angemeldet sind. Beenden Sie, was Sie nicht kennen.
account-device-unknown = Unbekannter Browser
account-this-device = Dieser Browser
account-session-end = Dort abmelden
account-sessions-end = Überall sonst abmelden
account-sessions-end-text = Beendet alle anderen Sitzungen und den Zugriff der Anwendungen, denen er dort erlaubt wurde.
account-trusted-title = Vertraute Browser
account-trusted-text = In ihnen wird eine Zeit lang kein zweiter Schritt verlangt.
account-trusted-forget = Nicht mehr vertrauen

# Companies
account-companies-none = Sie gehören hier noch zu keiner Firma.
account-invited = Eingeladen
account-contact = Kontakt ohne Zugang
account-default = Zuerst vorgeschlagen
account-make-default = Zuerst vorschlagen
account-accept = Einladung annehmen
account-decline = Ablehnen
account-leave = Verlassen
account-stay = Bleiben
account-leave-question = { $customer } verlassen?
account-leave-text = Sie können nicht mehr für { $customer } handeln, bis Sie jemand wieder einlädt.
account-leave-last = { $customer } ist Ihre einzige Firma. Sie verlieren den Zugang zu allen Anwendungen, die eine verlangen, bis Sie jemand wieder einlädt.

# Applications
account-applications-text = Was in Ihrem Namen handeln darf.
account-applications-none = Sie haben noch keiner Anwendung Zugriff gegeben.
account-application-may = Was sie darf
account-revoke = Zugriff entziehen

# Licences
account-licences-text = Was Sie über die Firmen, für die Sie arbeiten, verwenden dürfen.
account-licences-none = Ihnen ist keine Lizenz zugewiesen.
licence-expired = Abgelaufen
licence-pending = Noch nicht gültig
licence-disabled = Ausgesetzt
licence-seats-used = { $count ->
    [one] { $used } von { $count } Platz belegt
   *[other] { $used } von { $count } Plätzen belegt
}
licence-seats = { $count ->
    [one] { $count } Platz
   *[other] { $count } Plätze
}
licence-until = Gültig bis

# Somebody's data
account-download = Ihre Daten herunterladen
account-download-text = Alles, was wir über Sie gespeichert haben, in einer Datei (JSON).
account-download-button = Herunterladen
account-delete = Konto löschen
account-delete-managed = Dieses Konto führt das Verzeichnis Ihrer Firma. Bitten Sie deren Administrator, es zu löschen.
account-delete-due = Ihr Konto wird gelöscht am
account-delete-keep = Mein Konto behalten
account-delete-text = { $days ->
    [one] Alles, was wir über Sie gespeichert haben, wird in { $days } Tag gelöscht. Bis dahin können Sie es sich anders überlegen.
   *[other] Alles, was wir über Sie gespeichert haben, wird in { $days } Tagen gelöscht. Bis dahin können Sie es sich anders überlegen.
}
account-delete-companies = Sie können dann nicht mehr handeln für:
account-delete-confirm = Ich möchte, dass mein Konto gelöscht wird
problem-confirm-missing = Setzen Sie das Häkchen zur Bestätigung.
problem-last-administrator = Sie sind der einzige Administrator. Ernennen Sie zuerst einen weiteren.

# Activity
account-activity-text = Was mit Ihrem Konto geschehen ist.
account-activity-none = Noch nichts.
account-not-me-title = Etwas davon waren nicht Sie?
account-not-me-text = Wir melden Sie überall sonst ab, vertrauen keinem Browser mehr und bitten Sie um ein neues Passwort.
account-not-me = Das war ich nicht
activity-by-others = Durch die Administration
activity-refused = Abgelehnt
activity-signin = Angemeldet
activity-signin-failed = Anmeldung fehlgeschlagen
activity-locked = Nach zu vielen Versuchen gesperrt
activity-unlocked = Entsperrt
activity-factor-proved = Zweiter Schritt bestanden
activity-factor-failed = Zweiter Schritt fehlgeschlagen
activity-factor-added = Anmeldemethode hinzugefügt
activity-factor-refused = Eine Anmeldemethode wurde nicht angenommen
activity-factor-removed = Anmeldemethode entfernt
activity-factor-renamed = Anmeldemethode umbenannt
activity-factors-reset = Alle zweiten Schritte entfernt
activity-recovery-codes = Neue Wiederherstellungscodes
activity-browser-trusted = Browser vertraut
activity-browser-forgotten = Browser nicht mehr vertraut
activity-sessions-ended = In anderen Browsern abgemeldet
activity-password = Passwort gesetzt
activity-password-link = Link für ein neues Passwort ausgegeben
activity-application-revoked = Einer Anwendung den Zugriff entzogen
activity-company-default = Andere Firma zuerst vorgeschlagen
activity-company-joined = Einladung angenommen
activity-company-left = Firma verlassen
activity-created = Konto angelegt
activity-updated = Angaben geändert
activity-role = Verwaltungsrolle erteilt
activity-email-requested = Änderung der E-Mail-Adresse verlangt
activity-email-changed = E-Mail-Adresse geändert
activity-email-undone = Änderung der E-Mail-Adresse zurückgenommen
activity-phone-changed = Telefonnummer geändert
activity-data-exported = Daten heruntergeladen
activity-deletion-requested = Löschung des Kontos verlangt
activity-deletion-cancelled = Löschung des Kontos abgesagt
activity-not-me = Als fremd gemeldet
activity-other = Anderes Ereignis: { $action }

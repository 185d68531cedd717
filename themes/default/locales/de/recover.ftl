### Zum ersten Mal hineinkommen, wieder hineinkommen, und ein neues Passwort.

## Passwort vergessen

forgot-title = Passwort vergessen?
forgot-text = Geben Sie Ihre E-Mail-Adresse oder Ihren Benutzernamen ein. Wir senden Ihnen einen Link für ein neues Passwort.
forgot-submit = Link senden
forgot-sent-title = Sehen Sie in Ihr Postfach
forgot-sent-text = Falls es ein passendes Konto gibt, haben wir eine Nachricht an dessen E-Mail-Adresse gesendet. Das kann ein paar Minuten dauern.
forgot-nothing = Nichts angekommen?
forgot-nothing-spam = Sehen Sie im Spam-Ordner nach.
forgot-nothing-other = Versuchen Sie es mit einer anderen Adresse oder einem anderen Benutzernamen, mit dem Sie angemeldet sein könnten.
forgot-nothing-ask = Fragen Sie Ihre Administratorin oder Ihren Administrator.
forgot-off-text = Passwörter werden hier von der Administration vergeben. Bitten Sie dort um ein neues.
forgot-back = Zurück zur Anmeldung

## Einladungen

invite-title = Sie sind eingeladen
invite-by = { $name } lädt Sie ein.
invite-for = Sie werden für { $customer } handeln.
invite-accept = Annehmen
invite-decline = Ablehnen
invite-sign-in-text = Sie haben hier bereits ein Konto. Melden Sie sich damit an, um anzunehmen.
invite-sign-in = Anmelden und annehmen
invite-other-text = Diese Einladung gilt für ein anderes Konto. Melden Sie sich ab und öffnen Sie den Link noch einmal.
invite-other-button = Abmelden
invite-password-saved-title = Ihr Passwort ist gespeichert
invite-password-saved-text = Gehen Sie zur Anwendung und melden Sie sich damit an.
invite-joined-title = Sie haben angenommen
invite-joined-text = Ab Ihrer nächsten Anmeldung können Sie für { $customer } handeln.
invite-declined-title = Sie haben abgelehnt
invite-declined-text = Sie werden nicht für { $customer } handeln. Sie können dieses Fenster schließen.

## Passwort ändern

change-title = Passwort ändern
change-forced-title = Neues Passwort wählen
change-temporary-text = Sie haben sich mit einem vorläufigen Passwort angemeldet. Wählen Sie ein eigenes, um fortzufahren.
change-rules-text = { $customer } verlangt ein stärkeres Passwort als Ihres. Wählen Sie ein neues, um fortzufahren.
change-customers = Es ist das Passwort für alle diese Firmen:
change-others-end = Alle anderen Browser und Anwendungen werden abgemeldet.
change-done-title = Ihr Passwort ist geändert
change-done-text = Alle anderen Browser und Anwendungen sind abgemeldet.
change-off-text = Passwörter werden hier von der Administration vergeben. Bitten Sie dort um ein neues.
current-password = Aktuelles Passwort
temporary-password = Vorläufiges Passwort
problem-current-password-missing = Geben Sie Ihr jetziges Passwort ein.
problem-current-password-rejected = Das Passwort stimmt nicht, oder das Konto ist vorübergehend gesperrt.
problem-password-same = Das ist Ihr jetziges Passwort. Wählen Sie ein anderes.

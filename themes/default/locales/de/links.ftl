### Links aus E-Mails, die eine Sache tun.

link-unlock-title = Konto entsperren
link-unlock-text = Ihr Konto wurde gesperrt, weil zu oft ein falsches Passwort eingegeben wurde. Falls Sie das waren, entsperren Sie es jetzt.
link-unlock-button = Konto entsperren
link-unlock-done-title = Ihr Konto ist entsperrt
link-unlock-done-text = Kehren Sie zur Anwendung zurück und melden Sie sich an.
link-not-me-title = Waren Sie das nicht?
link-not-me-text = Falls Sie nicht getan haben, was in der Nachricht steht, benutzt vielleicht jemand anderes Ihr Konto. Alle Sitzungen enden jetzt, und Sie legen ein neues Passwort fest.
link-not-me-button = Alle Sitzungen beenden und neues Passwort festlegen
link-verify-email-title = E-Mail-Adresse bestätigen
link-verify-email-text = Ab jetzt sind Sie unter der Adresse dieses Postfachs erreichbar und können sich damit anmelden. Haben Sie das nicht verlangt, schließen Sie diese Seite.
link-verify-email-button = Adresse bestätigen
link-verify-email-done-title = Ihre E-Mail-Adresse ist bestätigt
link-verify-email-done-text = Sie können dieses Fenster schließen.
link-undo-email-title = Änderung zurücknehmen?
link-undo-email-text = Wenn nicht Sie die E-Mail-Adresse geändert haben, benutzt vielleicht jemand anderes Ihr Konto. Es bekommt seine alte Adresse zurück, alle Sitzungen enden, was seitdem hinzukam, wird entfernt, und Sie legen ein neues Passwort fest.
link-undo-email-button = Änderung zurücknehmen und neues Passwort festlegen
link-enrol-title = Zweiten Faktor einrichten
link-enrol-text = Melden Sie sich mit Ihrem Passwort an und wählen Sie dann, wie Sie bestätigen, dass Sie es sind.
link-enrol-button = Weiter
link-enrol-done-title = Melden Sie sich an, um Ihren zweiten Faktor einzurichten
link-enrol-done-text = Kehren Sie zur Anwendung zurück und melden Sie sich an. Zuerst werden Sie nach Ihrem Passwort gefragt.
